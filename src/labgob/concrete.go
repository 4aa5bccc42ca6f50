package labgob

import (
	"bytes"
	"encoding/gob"
	"reflect"
	"slices"
	"unsafe"
)

// What an interface holds has the name of its type before it, under which that is registered: with gob, which tells
// nobody. So gob is made to write one value of the type, or to read one of the name, and from then on it is known.

// maxHeld is how deep values in interfaces may nest in others until all is left to gob.
const maxHeld = 100

// held collects the types of what interfaces hold in a value that is being written. A stream must have their
// definitions before the value.
type held struct {
	types []*typeInfo // in the order in which they were met
	depth int
}

// append appends what an interface holds: the name of its type, the id, and the value behind a count.
func (h *held) append(b []byte, v any) (_ []byte, ok bool) {
	info, p := shaped(v)
	if info == nil || h.depth == maxHeld {
		return b, false
	}
	name := info.registeredName()
	if name == "" {
		return b, false
	}
	if !slices.Contains(h.types, info) {
		h.types = append(h.types, info)
	}
	b = appendUint(b, uint64(len(name)))
	b = append(b, name...)
	b = appendInt(b, int64(info.shape.id))
	at := len(b)
	b = append(b, 0) // for the count
	h.depth++
	b, ok = info.shape.appendWhole(b, p, h)
	h.depth--
	return fillCount(b, at), ok
}

// define inserts the definitions of the types at b[at], where the value begins, but for those that are among added or
// sent, and appends their ids to those added.
func (h *held) define(b []byte, at int, added, sent []typeID) ([]byte, []typeID) {
	if len(h.types) == 0 {
		return b, added
	}
	var missing []byte
	for _, info := range h.types {
		missing, added = info.own.appendMissing(missing, added, sent)
	}
	return slices.Insert(b, at, missing...), added
}

// registeredName returns the name under which the type, which has a shape, is registered, or "" if it is not yet.
func (info *typeInfo) registeredName() string {
	if name := info.name.Load(); name != nil {
		return *name
	}
	zero := reflect.Zero(info.shape.typ).Interface()
	var out bytes.Buffer
	if err := gob.NewEncoder(&out).Encode(&zero); err != nil {
		return ""
	}
	src := byteSource(out.Bytes())
	m, err := src.next()
	if err != nil {
		return ""
	}
	c := cursor{b: m.body}
	c.id()
	c.uint()
	name := string(c.bytes())
	info.name.Store(&name)
	return name
}

// A concrete is the plan for values of a registered type that interfaces hold, under the definitions of a schema.
type concrete struct {
	name string
	id   typeID
	word unsafe.Pointer // of the registered type: one with a shape, or a pointer to such
	*plan
	direct bool // interfaces hold its values and no pointers to them
}

// maxConcretes bounds what a schema keeps. A Raft has one type of commands.
const maxConcretes = 64

// concrete returns the plan for values of type id under this name, or nil if they are left to gob.
func (sch *schema) concrete(name []byte, id typeID) *concrete {
	var list []concrete
	if known := sch.concretes.Load(); known != nil {
		list = *known
	}
	for i := range list {
		if c := &list[i]; c.id == id && c.name == string(name) {
			return c
		}
	}
	if len(list) == maxConcretes {
		return nil
	}
	v := sch.zeroHeld(name, id)
	if v == nil {
		return nil
	}
	t := reflect.TypeOf(v)
	isPointer := t.Kind() == reflect.Pointer
	if isPointer {
		t = t.Elem()
	}
	sh := shapeOf(t)
	if sh == nil {
		return nil
	}
	c := concrete{string(name), id, (*eface)(unsafe.Pointer(&v)).word, planFor(sch, id, sh), sh.direct && !isPointer}
	if c.plan == nil {
		return nil
	}
	longer := append(slices.Clone(list), c) // what another goroutine adds meanwhile is found out again
	sch.concretes.Store(&longer)
	return &longer[len(list)]
}

// zeroHeld has gob read an interface that holds the zero of type id under this name, and returns that, or nil if there
// is none. No code of the type's own runs.
func (sch *schema) zeroHeld(name []byte, id typeID) (v any) {
	zero := []byte{0, 0} // what is no struct has a zero before it
	switch w := sch.types[id]; {
	case w == nil && id >= idComplex:
		return nil
	case w == nil || w.kind == wireSlice:
	case w.kind == wireStruct:
		zero = zero[:1]
	default:
		return nil // has no shape
	}
	raw := []byte{0}
	raw = appendInt(raw, int64(idInterface))
	raw = append(raw, 0)
	raw = appendUint(raw, uint64(len(name)))
	raw = append(raw, name...)
	raw = appendInt(raw, int64(id))
	raw = append(raw, byte(len(zero)))
	raw = append(raw, zero...)
	raw = fillCount(raw, 0)
	src := byteSource(raw)
	m, err := src.next()
	if err != nil {
		return nil
	}
	if _, err := sch.decode(m, nil, &v); err != nil {
		return nil
	}
	return v
}

// concrete reads what an interface holds that is of no basic type.
func (rd *reader) concrete(pl *plan, name []byte, id int64) any {
	c := pl.schema.concrete(name, typeID(id))
	if c == nil || int64(typeID(id)) != id || rd.depth == maxHeld {
		rd.failed = true
		return nil
	}
	p := reflect.New(c.typ).UnsafePointer()
	rd.depth++
	rd.whole(c.plan, p)
	rd.depth--
	if c.direct {
		p = *(*unsafe.Pointer)(p)
	}
	held := eface{c.word, p} // nobody else has p, so that the value need not be copied
	return *(*any)(unsafe.Pointer(&held))
}
