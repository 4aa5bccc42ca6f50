package labgob

import (
	"math"
	"math/bits"
	"unsafe"
)

// appendMessage appends the message with the value at p. It reports false if the value is one for gob.
func (sh *shape) appendMessage(b []byte, p unsafe.Pointer, h *held) ([]byte, bool) {
	at := len(b)
	b = append(b, 0) // for the count
	b = appendInt(b, int64(sh.id))
	b, ok := sh.appendWhole(b, p, h)
	return fillCount(b, at), ok
}

// appendWhole appends the value at p, which is not part of another: one that is no struct has a zero before it.
func (sh *shape) appendWhole(b []byte, p unsafe.Pointer, h *held) ([]byte, bool) {
	if sh.kind != shapeStruct {
		b = append(b, 0)
	}
	return sh.append(b, p, h)
}

// append appends the value at p.
func (sh *shape) append(b []byte, p unsafe.Pointer, h *held) (_ []byte, ok bool) {
	switch sh.kind {
	case shapeStruct:
		return sh.appendStruct(b, p, h)
	case shapeSlice:
		s := *(*sliceHeader)(p)
		b = appendUint(b, uint64(s.len))
		for i := range s.len {
			if b, ok = sh.elem.append(b, unsafe.Add(s.data, uintptr(i)*sh.elem.size), h); !ok {
				return b, false
			}
		}
		return b, true
	case shapeString:
		s := *(*string)(p)
		b = appendUint(b, uint64(len(s)))
		return append(b, s...), true
	case shapeBytes:
		s := *(*[]byte)(p)
		b = appendUint(b, uint64(len(s)))
		return append(b, s...), true
	case shapePointer:
		q := *(*unsafe.Pointer)(p)
		if q == nil {
			return b, false // an error, but in a struct
		}
		return sh.elem.append(b, q, h)
	case shapeAny:
		return appendAny(b, *(*any)(p), h)
	}
	return appendUint(b, sh.number(p)), true
}

// appendStruct appends the fields that are not zero.
func (sh *shape) appendStruct(b []byte, p unsafe.Pointer, h *held) (_ []byte, ok bool) {
	last := -1
	for i := range sh.fields {
		f := &sh.fields[i]
		q := unsafe.Add(p, f.offset)
		switch f.kind {
		case shapeStruct: // is always sent
		case shapeString:
			if len(*(*string)(q)) == 0 {
				continue
			}
		case shapeBytes, shapeSlice:
			if (*sliceHeader)(q).len == 0 {
				continue
			}
		case shapeAny:
			if *(*any)(q) == nil {
				continue
			}
		case shapePointer:
			if *(*unsafe.Pointer)(q) == nil {
				continue
			}
		default:
			x := f.number(q)
			if x == 0 || x == minusZero && f.kind >= shapeFloat32 {
				continue
			}
			b = append(b, byte(i-last))
			b = appendUint(b, x)
			last = i
			continue
		}
		b = append(b, byte(i-last))
		if b, ok = f.append(b, q, h); !ok {
			return b, false
		}
		last = i
	}
	return append(b, 0), true
}

type sliceHeader struct {
	data     unsafe.Pointer
	len, cap int
}

// number returns what is on the wire for the number at p.
func (sh *shape) number(p unsafe.Pointer) uint64 {
	switch sh.kind {
	case shapeBool:
		if *(*bool)(p) {
			return 1
		}
		return 0
	case shapeInt64:
		return fold(*(*int64)(p))
	case shapeInt32:
		return fold(int64(*(*int32)(p)))
	case shapeInt16:
		return fold(int64(*(*int16)(p)))
	case shapeInt8:
		return fold(int64(*(*int8)(p)))
	case shapeUint64:
		return *(*uint64)(p)
	case shapeUint32:
		return uint64(*(*uint32)(p))
	case shapeUint16:
		return uint64(*(*uint16)(p))
	case shapeUint8:
		return uint64(*(*uint8)(p))
	case shapeFloat64:
		return floatBits(*(*float64)(p))
	case shapeFloat32:
		return floatBits(float64(*(*float32)(p)))
	}
	panic("labgob: no number")
}

// fold makes a signed integer an unsigned one: the lowest bit says whether the others are complemented.
func fold(x int64) uint64 { return uint64(x)<<1 ^ uint64(x>>63) }

// floatBits has the exponent in the low bytes, as most numbers end in zeros.
func floatBits(f float64) uint64 { return bits.ReverseBytes64(math.Float64bits(f)) }

// minusZero is the floatBits of -0, which gob leaves out of a struct as if it were 0.
const minusZero = 0x80

// appendAny appends what an interface holds: the name of its type, the id, and the value behind a count.
func appendAny(b []byte, v any, h *held) ([]byte, bool) {
	switch x := v.(type) {
	case nil:
		return append(b, 0), true
	case int:
		return appendNumber(b, "int", idInt, fold(int64(x))), true
	case string:
		b = appendUint(b, 6)
		b = append(b, "string"...)
		b = appendInt(b, int64(idString))
		at := len(b)
		b = append(b, 0, 0)
		b = appendUint(b, uint64(len(x)))
		b = append(b, x...)
		return fillCount(b, at), true
	case bool:
		n := uint64(0)
		if x {
			n = 1
		}
		return appendNumber(b, "bool", idBool, n), true
	case int64:
		return appendNumber(b, "int64", idInt, fold(x)), true
	case int32:
		return appendNumber(b, "int32", idInt, fold(int64(x))), true
	case uint64:
		return appendNumber(b, "uint64", idUint, x), true
	case uint32:
		return appendNumber(b, "uint32", idUint, uint64(x)), true
	case float64:
		return appendNumber(b, "float64", idFloat, floatBits(x)), true
	}
	return h.append(b, v)
}

func appendNumber(b []byte, name string, id typeID, x uint64) []byte {
	b = append(b, byte(len(name)))
	b = append(b, name...)
	b = appendInt(b, int64(id))
	at := len(b)
	b = append(b, 0, 0)
	b = appendUint(b, x)
	return fillCount(b, at)
}
