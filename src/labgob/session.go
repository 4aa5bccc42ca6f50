package labgob

import (
	"encoding/gob"
	"errors"
	"reflect"
	"slices"
)

// A session is a gob encoder that has sent the definitions of the types it knows, to nobody, so that it writes
// values alone.
type session struct {
	gob   *gob.Encoder
	known []bool // by gobType.index
	out   []byte // what encode wrote
	added []typeID
	sent  []typeID // added are those beyond these

	concrete func(reflect.Value) // the method, bound once
	lastType reflect.Type        // of the last concrete value, and
	lastInfo *gobType
}

var sessions freeList[*session]

func acquireSession() *session {
	s, ok := sessions.get()
	if !ok {
		s = new(session)
		s.gob = gob.NewEncoder(s)
		s.concrete = s.defineConcrete
	}
	return s
}

// maxKeptOutput bounds the memory of a session that is kept.
const maxKeptOutput = 1 << 20

// release keeps s for others. It is not for a session whose encoder failed.
func (s *session) release() {
	s.sent = nil
	if cap(s.out) <= maxKeptOutput {
		sessions.put(s)
	}
}

// Write takes what gob writes.
func (s *session) Write(b []byte) (int, error) {
	s.out = append(s.out, b...)
	return len(b), nil
}

// errChanging reports a value that other goroutines keep changing.
var errChanging = errors.New("labgob: the value changed while it was encoded")

// encode leaves in s.out the definitions that v needs beyond those in sent, and v. The ids of the definitions are
// in s.added. v is of info's type.
func (s *session) encode(v reflect.Value, info *gobType, sent []typeID) error {
	if info.err != nil {
		return info.err
	}
	s.sent = sent
	for range 3 {
		s.out = s.out[:0]
		s.added = s.added[:0]
		s.learn(info)
		s.define(info)
		if info.interfaces != nil {
			info.interfaces.walk(v, s.concrete)
		}
		at := len(s.out)
		if err := s.gob.EncodeValue(v); err != nil {
			return err
		}
		var value byteSource = s.out[at:]
		if m, err := value.next(); err == nil && len(value) == 0 && !m.isDefinition() {
			return nil
		}
		// A concrete type that the walk did not see: now the session has it.
	}
	return errChanging
}

// learn makes gob's encoder send the definitions of a type, which are thrown away.
func (s *session) learn(info *gobType) {
	if info.index < len(s.known) && s.known[info.index] {
		return
	}
	if n := info.index + 1 - len(s.known); n > 0 {
		s.known = append(s.known, make([]bool, n)...)
	}
	s.known[info.index] = true
	if info.introducer.IsValid() {
		at := len(s.out)
		_ = s.gob.EncodeValue(info.introducer) // info.err has the error
		s.out = s.out[:at]
	}
}

// define writes the definitions of a type that are not yet sent.
func (s *session) define(info *gobType) {
	s.out, s.added = info.appendMissing(s.out, s.added, s.sent)
}

// appendMissing appends the definitions that are not among those sent or added, and their ids to those added.
func (d *definitions) appendMissing(b []byte, added, sent []typeID) ([]byte, []typeID) {
	if len(added)+len(sent) == 0 {
		return append(b, d.prefix...), append(added, d.ids...)
	}
	for _, def := range d.list {
		if !slices.Contains(added, def.id) && !slices.Contains(sent, def.id) {
			b = append(b, def.message...)
			added = append(added, def.id)
		}
	}
	return b, added
}

// defineConcrete defines the type of v, which an interface holds, and those of the interfaces in it.
func (s *session) defineConcrete(v reflect.Value) {
	t := v.Type()
	if t != s.lastType {
		s.lastType = t
		s.lastInfo = infoOf(t).viaGob()
	}
	info := s.lastInfo
	if len(info.list) > 0 {
		s.learn(info)
		s.define(info)
	}
	if info.interfaces != nil {
		info.interfaces.walk(v, s.concrete)
	}
}
