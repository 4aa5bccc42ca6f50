package labgob

// A Value is a field of a struct in a gob message, for display: its value if that is of a basic type, else its
// length.
type Value struct {
	Name  string
	Basic any // a bool, int64, uint64, float64 or string; nil for others
	Len   int // of a slice, an array, a map or bytes; -1 for others
}

// Values returns the fields of the struct that data, a gob message, holds, of whatever type it is, in the sender's
// order, those too that are zero. There are none if data holds no struct or is malformed.
func Values(data []byte) []Value {
	sch, m, _, err := open(data)
	if err != nil {
		return nil
	}
	c := cursor{b: m.body}
	w := sch.types[c.id()]
	if c.err != nil || w == nil || w.kind != wireStruct {
		return nil
	}
	values := make([]Value, len(w.names))
	for i, name := range w.names {
		values[i] = sch.zero(w.fields[i])
		values[i].Name = name
	}
	rd := reader{b: c.b}
	for at := -1; ; {
		delta := rd.uint()
		if rd.failed || delta > uint64(len(w.fields)-1-at) {
			return nil
		}
		if delta == 0 {
			return values
		}
		at += int(delta)
		rd.part(sch, w.fields[at], &values[at])
	}
}

// zero is the value of a field that is not in a message.
func (sch *schema) zero(id typeID) Value {
	v := Value{Len: -1}
	switch id {
	case idBool:
		v.Basic = false
	case idInt:
		v.Basic = int64(0)
	case idUint:
		v.Basic = uint64(0)
	case idFloat:
		v.Basic = 0.0
	case idString:
		v.Basic = ""
	case idBytes:
		v.Len = 0
	default:
		if w := sch.types[id]; w != nil && w.kind != wireStruct && w.kind != wireOpaque {
			v.Len = 0
		}
	}
	return v
}

// part reads a field of a struct.
func (rd *reader) part(sch *schema, id typeID, v *Value) {
	switch id {
	case idBool:
		v.Basic = rd.uint() != 0
	case idInt:
		v.Basic = unfold(rd.uint())
	case idUint:
		v.Basic = rd.uint()
	case idFloat:
		v.Basic = bitsFloat(rd.uint())
	case idString:
		v.Basic = string(rd.bytes())
	case idBytes:
		v.Len = len(rd.bytes())
	default:
		if v.Len == 0 {
			ahead := *rd
			v.Len = int(min(ahead.uint(), uint64(len(rd.b))))
		}
		rd.skip(&plan{wire: id, schema: sch})
	}
}
