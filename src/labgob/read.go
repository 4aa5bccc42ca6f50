package labgob

import (
	"math"
	"math/bits"
	"reflect"
	"unsafe"
)

// A plan says how to decode values of a wire type, the sender's, into variables of a shape, the receiver's.
type plan struct {
	*shape        // nil for a field that the struct here does not have
	wire   typeID // the type of such a field
	elem   *plan
	fields []fieldPlan // by number on the wire
	schema *schema
}

type fieldPlan struct {
	*plan
	offset uintptr
}

// planFor returns the plan for decoding values of type id into sh, or nil if they are left to gob.
func planFor(sch *schema, id typeID, sh *shape) *plan {
	pl := &plan{shape: sh, schema: sch}
	w := sch.types[id]
	switch sh.kind {
	case shapeStruct:
		if w == nil || w.kind != wireStruct {
			return nil
		}
		matches := 0
		for i, name := range w.names {
			fr := fieldPlan{&plan{wire: w.fields[i], schema: sch}, 0}
			f, ok := sh.typ.FieldByName(name)
			switch {
			case name == "" || ok && len(f.Index) > 1:
				return nil
			case ok && f.IsExported():
				part := sh.field(name)
				if part == nil {
					return nil
				}
				if fr.plan = planFor(sch, w.fields[i], part.shape); fr.plan == nil {
					return nil
				}
				fr.offset = part.offset
				matches++
			}
			pl.fields = append(pl.fields, fr)
		}
		if matches == 0 {
			return nil
		}
	case shapeSlice:
		if w == nil || w.kind != wireSlice {
			return nil
		}
		if pl.elem = planFor(sch, w.elem, sh.elem); pl.elem == nil {
			return nil
		}
	case shapePointer:
		if pl.elem = planFor(sch, id, sh.elem); pl.elem == nil {
			return nil
		}
	default:
		if id != sh.id {
			return nil
		}
	}
	return pl
}

func (sh *shape) field(name string) *shapeField {
	for i := range sh.fields {
		if sh.fields[i].name == name {
			return &sh.fields[i]
		}
	}
	return nil
}

// A reader decodes values by a plan. If it fails, the value may be malformed or only left to gob: gob decides then.
type reader struct {
	b      []byte
	at     int
	depth  int // of interfaces around the value
	failed bool
}

// message reads the body of a message behind its id into the variable at p.
func (rd *reader) message(pl *plan, p unsafe.Pointer) bool {
	rd.whole(pl, p)
	return !rd.failed && rd.at == len(rd.b)
}

// whole reads a value that is not part of another.
func (rd *reader) whole(pl *plan, p unsafe.Pointer) {
	if pl.kind != shapeStruct && rd.uint() != 0 {
		rd.failed = true
		return
	}
	rd.value(pl, p)
}

func (rd *reader) value(pl *plan, p unsafe.Pointer) {
	switch pl.kind {
	case shapeStruct:
		for at := -1; ; {
			delta := rd.uint()
			if delta == 0 || rd.failed {
				return
			}
			if delta > uint64(len(pl.fields)-1-at) {
				rd.failed = true
				return
			}
			at += int(delta)
			f := &pl.fields[at]
			if f.shape == nil {
				rd.skip(f.plan)
			} else if q := unsafe.Add(p, f.offset); f.kind == shapeInt64 {
				*(*int64)(q) = unfold(rd.uint())
			} else {
				rd.value(f.plan, q)
			}
		}
	case shapeInt64:
		*(*int64)(p) = unfold(rd.uint())
	case shapeBool:
		*(*bool)(p) = rd.uint() != 0
	case shapeString:
		*(*string)(p) = string(rd.bytes())
	case shapeBytes:
		if b := rd.bytes(); len(b) > 0 {
			*(*[]byte)(p) = append([]byte(nil), b...)
		}
	case shapeSlice:
		rd.slice(pl, p)
	case shapePointer:
		q := reflect.New(pl.elem.typ).UnsafePointer()
		*(*unsafe.Pointer)(p) = q
		rd.value(pl.elem, q)
	case shapeAny:
		*(*any)(p) = rd.any(pl)
	default:
		rd.number(pl, p)
	}
}

// maxAhead is the memory that is taken at once for a slice on the word of its count, which bounds only the bytes of
// the message.
const maxAhead = 1 << 20

func (rd *reader) slice(pl *plan, p unsafe.Pointer) {
	n := rd.uint()
	size := pl.elem.size
	if n > uint64(len(rd.b)-rd.at) || size > 0 && n > maxAhead/uint64(size) && n > uint64(len(rd.b)-rd.at)/4 {
		rd.failed = true
		return
	}
	if n == 0 {
		return
	}
	s := reflect.MakeSlice(pl.typ, int(n), int(n))
	data := s.UnsafePointer()
	*(*sliceHeader)(p) = sliceHeader{data, int(n), int(n)}
	for i := range uintptr(n) {
		if rd.failed {
			return
		}
		rd.value(pl.elem, unsafe.Add(data, i*size))
	}
}

func (rd *reader) number(pl *plan, p unsafe.Pointer) {
	x := rd.uint()
	i := unfold(x)
	fits := true
	switch pl.kind {
	case shapeInt32:
		*(*int32)(p), fits = int32(i), i == int64(int32(i))
	case shapeInt16:
		*(*int16)(p), fits = int16(i), i == int64(int16(i))
	case shapeInt8:
		*(*int8)(p), fits = int8(i), i == int64(int8(i))
	case shapeUint64:
		*(*uint64)(p) = x
	case shapeUint32:
		*(*uint32)(p), fits = uint32(x), x == uint64(uint32(x))
	case shapeUint16:
		*(*uint16)(p), fits = uint16(x), x == uint64(uint16(x))
	case shapeUint8:
		*(*uint8)(p), fits = uint8(x), x == uint64(uint8(x))
	case shapeFloat64:
		*(*float64)(p) = bitsFloat(x)
	case shapeFloat32:
		f := bitsFloat(x)
		*(*float32)(p), fits = float32(f), !(math.Abs(f) > math.MaxFloat32 && !math.IsInf(f, 0))
	}
	if !fits {
		rd.failed = true
	}
}

// any reads what an interface holds.
func (rd *reader) any(pl *plan) (v any) {
	name := rd.bytes()
	if rd.failed || len(name) == 0 {
		return nil
	}
	id := unfold(rd.uint())
	size := rd.uint()
	if rd.failed || size > uint64(len(rd.b)-rd.at) {
		rd.failed = true
		return nil
	}
	end := rd.at + int(size)
	switch string(name) {
	case "string":
		v = string(rd.basic(id, idString).bytes())
	case "int":
		x := unfold(rd.basic(id, idInt).uint())
		v, rd.failed = int(x), rd.failed || int64(int(x)) != x
	case "bool":
		v = rd.basic(id, idBool).uint() != 0
	case "int64":
		v = unfold(rd.basic(id, idInt).uint())
	case "int32":
		x := unfold(rd.basic(id, idInt).uint())
		v, rd.failed = int32(x), rd.failed || int64(int32(x)) != x
	case "uint64":
		v = rd.basic(id, idUint).uint()
	case "uint32":
		x := rd.basic(id, idUint).uint()
		v, rd.failed = uint32(x), rd.failed || uint64(uint32(x)) != x
	case "float64":
		v = bitsFloat(rd.basic(id, idFloat).uint())
	default:
		v = rd.concrete(pl, name, id)
	}
	rd.failed = rd.failed || rd.at != end
	return v
}

// basic reads what is before a value of a basic type, and fails if it is none of the type that is wanted.
func (rd *reader) basic(id int64, want typeID) *reader {
	rd.failed = rd.failed || id != int64(want) || rd.uint() != 0
	return rd
}

// skip reads a field that nobody wants.
func (rd *reader) skip(pl *plan) {
	switch pl.wire {
	case idBool, idInt, idUint, idFloat:
		rd.uint()
	case idBytes, idString:
		rd.bytes()
	default:
		if rd.failed {
			return
		}
		s := scanner{types: pl.schema.types, cursor: cursor{b: rd.b[rd.at:]}}
		s.part(pl.wire)
		rd.at = len(rd.b) - len(s.b)
		rd.failed = s.err != nil
	}
}

// uint reads an unsigned integer.
func (rd *reader) uint() uint64 {
	if at := rd.at; at < len(rd.b) && rd.b[at] <= 0x7f {
		rd.at++
		return uint64(rd.b[at])
	}
	return rd.longUint()
}

func (rd *reader) longUint() uint64 {
	x, n := peekUint(rd.b[rd.at:])
	if n == 0 {
		rd.failed = true
	}
	rd.at += n
	return x
}

// bytes reads a count and as many bytes, which alias the message.
func (rd *reader) bytes() []byte {
	n := rd.uint()
	if n > uint64(len(rd.b)-rd.at) {
		rd.failed = true
		return nil
	}
	b := rd.b[rd.at : rd.at+int(n)]
	rd.at += int(n)
	return b
}

func unfold(x uint64) int64 { return int64(x>>1) ^ -int64(x&1) }

func bitsFloat(x uint64) float64 { return math.Float64frombits(bits.ReverseBytes64(x)) }
