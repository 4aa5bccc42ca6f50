package labgob

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"unsafe"
)

// A target is what a value is to be decoded into.
type target struct {
	v    any // a pointer; nil to skip the value
	info *typeInfo
	p    unsafe.Pointer // to the variable if that is all zero and has a shape
}

// newTarget checks that values can be decoded into v, with gob's errors, and warns if v is not zero.
func newTarget(v any) (target, error) {
	if v == nil {
		return target{}, nil
	}
	known, data := variableOf(v)
	if known.pointers != 1 {
		return otherTarget(v)
	}
	if data == nil {
		return target{}, errNilTarget
	}
	reportLowerCase(known.info)
	t := target{v: v, info: known.info}
	if !isZero(data, known.info.size) {
		reportNonDefault(reflect.ValueOf(v), 1, "")
	} else if known.info.shape != nil {
		t.p = data
	}
	return t, nil
}

var errNilTarget = errors.New("gob: DecodeValue of unassignable value")

// otherTarget is newTarget for what is no pointer, or a pointer to one.
func otherTarget(x any) (target, error) {
	v := reflect.ValueOf(x)
	if v.Kind() != reflect.Pointer {
		return target{}, errors.New("gob: attempt to decode into a non-pointer")
	}
	if v.IsNil() {
		return target{}, errNilTarget
	}
	reportLowerCase(infoOf(v.Type()))
	if !isZero(v.UnsafePointer(), v.Type().Elem().Size()) {
		reportNonDefault(v, 1, "")
	}
	return target{v: x}, nil
}

// read reads the value in the body of a message of schema sch without gob, if that is possible. If not, it leaves
// the variable as it was.
func (t *target) read(sch *schema, body []byte) bool {
	if t.p == nil {
		return false
	}
	known := t.info.readings.of(sch, body, t.info.shape)
	return known != nil && t.readAs(known, body)
}

func (t *target) readAs(known *knownReading, body []byte) bool {
	if known.reading == nil || len(body) < len(known.id) || string(body[:len(known.id)]) != known.id {
		return false
	}
	rd := reader{b: body, at: len(known.id)}
	if rd.message(known.reading, t.p) {
		return true
	}
	reflect.NewAt(t.info.shape.typ, t.p).Elem().SetZero()
	return false
}

var zeros [1024]byte

// isZero reports whether all of the size bytes at p are zero. It looks at the memory, as a variable mostly is fresh
// and this is what is fast to see.
func isZero(p unsafe.Pointer, size uintptr) bool {
	b := unsafe.Slice((*byte)(p), size)
	for len(b) > len(zeros) {
		if !bytes.Equal(b[:len(zeros)], zeros[:]) {
			return false
		}
		b = b[len(zeros):]
	}
	return bytes.Equal(b, zeros[:len(b)])
}

// reportNonDefault warns of each number, string or boolean in v that is not zero: gob leaves it as it is if the
// sender's value is zero. It follows structs and pointers to a depth of 3, as the lab does.
func reportNonDefault(v reflect.Value, depth int, name string) {
	if depth > 3 {
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for f, fv := range v.Fields() {
			if f.IsExported() {
				within := f.Name
				if name != "" {
					within = name + "." + f.Name
				}
				reportNonDefault(fv, depth+1, within)
			}
		}
	case reflect.Pointer:
		if !v.IsNil() {
			reportNonDefault(v.Elem(), depth+1, name)
		}
	case reflect.Bool, reflect.String,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr,
		reflect.Float32, reflect.Float64:
		if v.IsZero() {
			return
		}
		if name == "" {
			name = v.Type().Name()
		}
		report(fmt.Sprintf("labgob warning: Decoding into a non-default variable/field %s may not work", name))
	}
}
