package labgob

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"unsafe"
)

// A target is the variable that a value is decoded into.
type target struct {
	v    any            // a pointer to the variable; nil to skip the value
	info *typeInfo      // of the variable's type, if p is set
	p    unsafe.Pointer // to the variable, if it is zero and its type has a shape, so that gob is not needed; else nil
}

// newTarget returns the target for a caller's argument v. If no value can be decoded into that, the error is the one
// that gob gives. It warns of what gob leaves out or does not overwrite, see OnWarning.
func newTarget(v any) (target, error) {
	if v == nil {
		return target{}, nil
	}
	arg, data := argTypeOf(v)
	if arg.pointers != 1 {
		return otherTarget(v)
	}
	if data == nil {
		return target{}, errNilTarget
	}
	reportLowerCase(arg.info)
	t := target{v: v, info: arg.info}
	if !isZeroMemory(data, arg.info.size) {
		reportNonDefault(reflect.ValueOf(v), 1, "")
	} else if arg.info.shape != nil {
		t.p = data
	}
	return t, nil
}

var errNilTarget = errors.New("gob: DecodeValue of unassignable value") // gob's error for a nil pointer

// otherTarget is newTarget for a v that is no pointer, or a pointer to a pointer.
func otherTarget(x any) (target, error) {
	v := reflect.ValueOf(x)
	if v.Kind() != reflect.Pointer {
		return target{}, errors.New("gob: attempt to decode into a non-pointer")
	}
	if v.IsNil() {
		return target{}, errNilTarget
	}
	reportLowerCase(infoOf(v.Type()))
	if !isZeroMemory(v.UnsafePointer(), v.Type().Elem().Size()) {
		reportNonDefault(v, 1, "")
	}
	return target{v: x}, nil
}

// read decodes a value without gob, if that is possible: body is a message that comes after the definitions of sch. If
// it returns false, the variable is zero as before, and the value is left to gob.
func (t *target) read(sch *schema, body []byte) bool {
	if t.p == nil {
		return false
	}
	cached := t.info.plans.get(sch, body, t.info.shape)
	return cached != nil && t.readBy(cached, body)
}

// readBy is read by a plan that may not fit the message. t.p is set.
func (t *target) readBy(cached *cachedPlan, body []byte) bool {
	if cached.plan == nil || len(body) < len(cached.id) || string(body[:len(cached.id)]) != cached.id {
		return false
	}
	rd := reader{b: body, at: len(cached.id)}
	if rd.message(cached.plan, t.p) {
		return true
	}
	reflect.NewAt(t.info.shape.typ, t.p).Elem().SetZero()
	return false
}

var zeros [1024]byte

// isZeroMemory reports whether all of the size bytes at p are zero. Most variables that callers decode into are new;
// comparing their memory is the fastest way to find that out. A zero value whose padding is not zero only takes the
// slower ways: it is left to gob, and reportNonDefault looks at its fields.
func isZeroMemory(p unsafe.Pointer, size uintptr) bool {
	b := unsafe.Slice((*byte)(p), size)
	for len(b) > len(zeros) {
		if !bytes.Equal(b[:len(zeros)], zeros[:]) {
			return false
		}
		b = b[len(zeros):]
	}
	return bytes.Equal(b, zeros[:len(b)])
}

// reportNonDefault warns of each number, string or boolean in v that is not zero: if the sender's value is zero, gob
// sends nothing for it and leaves it as it is. Like checkDefault of the lab's labgob it follows structs and pointers to
// a depth of 3. name is the path of fields that leads to v.
func reportNonDefault(v reflect.Value, depth int, name string) {
	if depth > 3 {
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for f, fv := range v.Fields() {
			if f.IsExported() {
				path := f.Name
				if name != "" {
					path = name + "." + f.Name
				}
				reportNonDefault(fv, depth+1, path)
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
