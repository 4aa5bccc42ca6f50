package labgob

import (
	"encoding"
	"encoding/gob"
	"io"
	"reflect"
	"slices"
	"sync"
	"unsafe"
)

// A shape is a Go type whose values this package writes and reads by itself, which is several times faster than
// gob: what the messages and the state of a Raft are made of. Types with other parts are left to gob, and so is a
// value with anything unusual in it, such as a map in an interface.
type shape struct {
	kind   shapeKind
	id     typeID // on the wire
	typ    reflect.Type
	size   uintptr      // of a value in memory
	direct bool         // interfaces hold values and no pointers to them
	elem   *shape       // of a slice, or what a pointer points to
	fields []shapeField // of a struct: those that gob sends

	definition definition // of a struct or a slice
}

type shapeField struct {
	*shape
	name   string
	offset uintptr
}

// A shapeKind says how a value lies in memory. All up to shapeFloat64 are one number on the wire.
type shapeKind uint8

const (
	shapeBool shapeKind = iota
	shapeInt8
	shapeInt16
	shapeInt32
	shapeInt64
	shapeUint8
	shapeUint16
	shapeUint32
	shapeUint64
	shapeFloat32
	shapeFloat64
	shapeString
	shapeBytes
	shapeAny // an interface without methods
	shapeSlice
	shapeStruct
	shapePointer // to a struct, as part of a struct or a slice: on the wire it is one
)

var basicShapes = [...]struct {
	kind shapeKind
	id   typeID
}{
	reflect.Bool:    {shapeBool, idBool},
	reflect.Int:     {shapeInt64 - shapeKind(8-unsafe.Sizeof(0))/4, idInt},
	reflect.Int8:    {shapeInt8, idInt},
	reflect.Int16:   {shapeInt16, idInt},
	reflect.Int32:   {shapeInt32, idInt},
	reflect.Int64:   {shapeInt64, idInt},
	reflect.Uint:    {shapeUint64 - shapeKind(8-unsafe.Sizeof(0))/4, idUint},
	reflect.Uint8:   {shapeUint8, idUint},
	reflect.Uint16:  {shapeUint16, idUint},
	reflect.Uint32:  {shapeUint32, idUint},
	reflect.Uint64:  {shapeUint64, idUint},
	reflect.Float32: {shapeFloat32, idFloat},
	reflect.Float64: {shapeFloat64, idFloat},
	reflect.String:  {shapeString, idString},
}

// shapes has the shapes of all types met so far.
var shapes struct {
	sync.Mutex
	m map[reflect.Type]*shape
}

// maxShapeSize is the size in memory above which a type is left to gob: what a short message can make a decoder
// allocate is bounded by it.
const maxShapeSize = 1 << 10

// maxShapeFields lets the difference of two fields' numbers be one byte.
const maxShapeFields = 127

// shapeOf returns the shape of t, or nil if t is left to gob.
func shapeOf(t reflect.Type) *shape {
	if t.Kind() == reflect.Pointer {
		return nil
	}
	shapes.Lock()
	defer shapes.Unlock()
	if shapes.m == nil {
		shapes.m = make(map[reflect.Type]*shape)
	}
	return findShape(t, nil)
}

// findShape is shapeOf for a type in others: one that contains itself has no shape.
func findShape(t reflect.Type, within []reflect.Type) *shape {
	if sh := shapes.m[t]; sh != nil {
		return sh
	}
	if slices.Contains(within, t) || t.Size() > maxShapeSize || encodesItself(t) || decodesItself(t) {
		return nil
	}
	sh := &shape{typ: t, size: t.Size()}
	within = append(within, t)
	switch k := t.Kind(); k {
	case reflect.Struct:
		sh.kind = shapeStruct
		for f := range t.Fields() {
			if !isSent(f) {
				continue
			}
			part := findShape(f.Type, within)
			if part == nil {
				return nil
			}
			sh.fields = append(sh.fields, shapeField{part, f.Name, f.Offset})
		}
		if n := len(sh.fields); n == 0 || n > maxShapeFields {
			return nil
		}
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			sh.kind, sh.id = shapeBytes, idBytes
			break
		}
		sh.kind = shapeSlice
		if sh.elem = findShape(t.Elem(), within); sh.elem == nil {
			return nil
		}
	case reflect.Pointer:
		if t.Elem().Kind() != reflect.Struct {
			return nil
		}
		sh.kind = shapePointer
		if sh.elem = findShape(t.Elem(), within); sh.elem == nil {
			return nil
		}
		sh.id = sh.elem.id
	case reflect.Interface:
		if t.NumMethod() > 0 {
			return nil
		}
		sh.kind, sh.id = shapeAny, idInterface
	default:
		if int(k) >= len(basicShapes) || basicShapes[k].id == 0 {
			return nil
		}
		sh.kind, sh.id = basicShapes[k].kind, basicShapes[k].id
	}
	if sh.id == 0 {
		sh.definition = gobDefinition(t)
		if sh.id = sh.definition.id; sh.id == 0 {
			return nil
		}
	}
	zero := reflect.Zero(t).Interface()
	sh.direct = (*eface)(unsafe.Pointer(&zero)).data == nil
	shapes.m[t] = sh
	return sh
}

// decodesItself reports whether gob leaves the decoding of t to a method.
func decodesItself(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return p.Implements(gobDecoder) || p.Implements(binaryUnmarshaler)
}

var (
	gobDecoder        = reflect.TypeFor[gob.GobDecoder]()
	binaryUnmarshaler = reflect.TypeFor[encoding.BinaryUnmarshaler]()
)

// define returns the definitions that a stream must have before a value of this shape, in gob's order: a type, then
// what it is made of.
func (sh *shape) define() []definition {
	var list []definition
	var add func(*shape)
	add = func(sh *shape) {
		if sh.kind == shapePointer {
			sh = sh.elem
		}
		if sh.definition.id == 0 || slices.ContainsFunc(list, func(d definition) bool { return d.id == sh.id }) {
			return
		}
		list = append(list, sh.definition)
		if sh.elem != nil {
			add(sh.elem)
		}
		for _, f := range sh.fields {
			add(f.shape)
		}
	}
	add(sh)
	return list
}

// gobDefinition returns gob's definition of t, without those of its parts. Its encoder never gets to the value: it
// would first prepare for encoding it, which is what takes long.
func gobDefinition(t reflect.Type) definition {
	var first firstMessage
	_ = gob.NewEncoder(&first).EncodeValue(reflect.Zero(t)) // fails, as first does
	src := byteSource(first)
	m, err := src.next()
	if err != nil || !m.isDefinition() {
		return definition{}
	}
	c := cursor{b: m.body}
	return definition{-c.id(), m.raw}
}

// A firstMessage takes one message.
type firstMessage []byte

func (m *firstMessage) Write(b []byte) (int, error) {
	if *m == nil {
		*m = slices.Clone(b)
	}
	return 0, io.ErrShortWrite
}

// fillCount puts the count of all that follows b[at] there, where a byte is free for it. A large one moves what
// follows.
func fillCount(b []byte, at int) []byte {
	n := len(b) - at - 1
	if n <= 0x7f {
		b[at] = byte(n)
		return b
	}
	var digits [9]byte
	count := appendUint(digits[:0], uint64(n))
	b = append(b, count[1:]...) // for the room
	copy(b[at+len(count):], b[at+1:at+1+n])
	copy(b[at:], count)
	return b
}
