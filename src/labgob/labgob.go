// Package labgob is encoding/gob for Raft's RPC arguments and persistent state: it warns of the two mistakes that
// gob passes over in silence and that break a Raft, and it is fast.
//
// The mistakes are a struct field whose name starts with a lower-case letter, which gob leaves out, and decoding
// into a variable that already holds something, where gob leaves alone every field that the sender's value has at
// zero. [OnWarning] reports them.
//
// The bytes are standard gob in both directions: what a [gob.Encoder] writes a LabDecoder reads, and what a
// LabEncoder writes a [gob.Decoder] reads. The speed comes from two things. Values of what Rafts are made of,
// structs and slices of numbers, strings and bytes and interfaces that hold such, are written and read here, by a
// plan that is made once for a type. All others are gob's, whose encoders and decoders are kept: a gob stream is
// definitions of types followed by values, and a new encoder or decoder compiles the definitions each time, which
// costs many times more than the values. This package keeps encoders that have sent their definitions already and
// puts the definitions in front itself, and it keeps decoders that have read some definitions for the next message
// that begins with the same ones.
//
// Messages may come from code that is not trusted: decoding bounds what it caches, refuses nesting and counts that
// no encoder writes, and turns a panic of gob's into an error.
//
// Everything here may be used by several goroutines at once. The package keeps caches by type and by definition,
// all bounded, and the collectors of OnWarning; it has no other state.
package labgob

import (
	"encoding/gob"
	"io"
	"reflect"
	"slices"
	"sync"
	"unsafe"
)

// A LabEncoder writes values to a stream, as gob.Encoder does.
type LabEncoder struct {
	mu   sync.Mutex
	w    io.Writer
	sent []typeID // defined in this stream so far
}

// NewEncoder returns an encoder that writes to w. Each call of Encode is one call of w.Write.
func NewEncoder(w io.Writer) *LabEncoder {
	return &LabEncoder{w: w}
}

// Encode writes e, preceded by the definitions that the stream does not have yet. Like gob's it panics if e is a
// nil pointer.
func (enc *LabEncoder) Encode(e any) error {
	info, p := shaped(e)
	enc.mu.Lock()
	defer enc.mu.Unlock()
	if info == nil {
		return enc.encodeByGob(reflect.ValueOf(e))
	}
	reportLowerCase(info)
	out, _ := outputs.get()
	out, added := info.own.appendMissing(out, nil, enc.sent)
	at := len(out)
	var h held
	out, ok := info.shape.appendMessage(out, p, &h)
	if !ok {
		return enc.encodeByGob(reflect.ValueOf(e))
	}
	out, added = h.define(out, at, added, enc.sent)
	_, err := enc.w.Write(out)
	if err == nil {
		enc.sent = append(enc.sent, added...)
	}
	if cap(out) <= maxKeptOutput {
		outputs.put(out[:0])
	}
	return err
}

// outputs are buffers for what is written next.
var outputs freeList[[]byte]

// EncodeValue is Encode for a reflect.Value.
func (enc *LabEncoder) EncodeValue(value reflect.Value) error {
	if value.IsValid() && value.CanInterface() {
		return enc.Encode(value.Interface())
	}
	enc.mu.Lock()
	defer enc.mu.Unlock()
	return enc.encodeByGob(value)
}

// encodeByGob encodes a value that has no shape, or something in it that has none. enc.mu is held.
func (enc *LabEncoder) encodeByGob(value reflect.Value) error {
	if !encodable(value) {
		return gob.NewEncoder(io.Discard).EncodeValue(value) // gob's own error or panic
	}
	info := infoOf(value.Type())
	reportLowerCase(info)

	s := acquireSession()
	if err := s.encode(value, info.viaGob(), enc.sent); err != nil {
		return err
	}
	_, err := enc.w.Write(s.out)
	if err == nil {
		enc.sent = append(enc.sent, s.added...)
	}
	s.release()
	return err
}

// A LabDecoder reads values from a stream, as gob.Decoder does.
type LabDecoder struct {
	mu          sync.Mutex
	r           streamReader
	definitions []byte // all that the stream brought so far
	schema      *schema
}

// NewDecoder returns a decoder that reads from r. If r is no io.ByteReader it may read more from r than it needs.
func NewDecoder(r io.Reader) *LabDecoder {
	return &LabDecoder{r: newStreamReader(r)}
}

// Decode reads the next value into what e points to, which must have the value gob would expect and should be zero
// before. A nil e skips the value. At the end of the input the error is io.EOF.
func (dec *LabDecoder) Decode(e any) error {
	t, err := newTarget(e)
	if err != nil {
		return err
	}
	dec.mu.Lock()
	defer dec.mu.Unlock()
	m, err := dec.readDefinitions()
	if err != nil {
		return err
	}
	if t.read(dec.schema, m.body) {
		return nil
	}
	late, err := dec.schema.decode(m, &dec.r, e)
	if len(late) > 0 {
		dec.definitions = append(dec.definitions, late...)
		dec.schema = nil
	}
	return err
}

// readDefinitions adds the definitions that come next to the stream's and returns the message after them, which
// holds a value.
func (dec *LabDecoder) readDefinitions() (message, error) {
	for n := 0; ; n++ {
		m, err := dec.r.next()
		if err == io.EOF && n > 0 {
			err = io.ErrUnexpectedEOF // definitions without a value
		}
		if err != nil {
			return message{}, err
		}
		if m.isDefinition() {
			dec.definitions = append(dec.definitions, m.raw...)
			dec.schema = nil
			if len(dec.definitions) > maxDefinitionBytes {
				return message{}, errTooManyDefinitions
			}
			continue
		}
		if dec.schema == nil {
			if dec.schema, err = schemaFor(dec.definitions); err != nil {
				return message{}, err
			}
		}
		return m, nil
	}
}

// Register makes the type of value known as one that an interface may hold in a message, as gob.Register does:
// every type but the basic ones must be registered at both ends.
func Register(value any) {
	reportLowerCaseOf(value)
	gob.Register(value)
}

// RegisterName is Register under a name of the caller's choice.
func RegisterName(name string, value any) {
	reportLowerCaseOf(value)
	gob.RegisterName(name, value)
}

// Marshal returns v as one complete gob message: the definitions that it needs, and the value. Like gob it panics
// if v is a nil pointer.
func Marshal(v any) ([]byte, error) {
	if info, p := shaped(v); info != nil {
		reportLowerCase(info)
		data := append(make([]byte, 0, len(info.own.prefix)+commonValue), info.own.prefix...)
		at := len(data)
		var h held
		if data, ok := info.shape.appendMessage(data, p, &h); ok {
			data, _ = h.define(data, at, slices.Clip(info.own.ids), nil)
			return data, nil
		}
	}
	value := reflect.ValueOf(v)
	if !encodable(value) {
		return nil, gob.NewEncoder(io.Discard).EncodeValue(value) // gob's own error or panic
	}
	info := infoOf(value.Type())
	reportLowerCase(info)

	s := acquireSession()
	if err := s.encode(value, info.viaGob(), nil); err != nil {
		return nil, err
	}
	data := append(make([]byte, 0, len(s.out)), s.out...)
	s.release()
	return data, nil
}

// commonValue is the room that most values take.
const commonValue = 48

// shaped returns the type and the address of v, or of what v points to, if it has a shape.
func shaped(v any) (*typeInfo, unsafe.Pointer) {
	if v == nil {
		return nil, nil
	}
	arg, p := argTypeOf(v)
	switch sh := arg.info.shape; {
	case sh == nil || arg.pointers > 1:
		return nil, nil
	case sh.direct && arg.pointers == 0:
		direct := p
		p = unsafe.Pointer(&direct)
	case p == nil:
		return nil, nil
	}
	return arg.info, p
}

// Unmarshal decodes data, one complete gob message, into what v points to. It keeps no reference to data.
func Unmarshal(data []byte, v any) error {
	t, err := newTarget(v)
	if err != nil {
		return err
	}
	if t.p != nil {
		if cached := t.info.plans.find(data); cached != nil {
			value := data[len(cached.definitions):]
			if head, size := frame(value); size == len(value) && t.readBy(cached, value[head:]) {
				return nil
			}
		}
	}
	sch, m, src, err := open(data)
	if err != nil {
		return err
	}
	if len(src) == 0 {
		if t.read(sch, m.body) {
			return nil
		}
		_, err = sch.decode(m, nil, v)
		return err
	}
	// Only a value that defines types on its way has more than one message.
	more := src
	if _, err = sch.decode(m, &more, v); err == nil && len(more) > 0 {
		err = malformed("more than one value")
	}
	return err
}

// encodable reports whether v holds something that gob may encode, and not nothing or a nil pointer.
func encodable(v reflect.Value) bool {
	return v.IsValid() && (v.Kind() != reflect.Pointer || !v.IsNil())
}
