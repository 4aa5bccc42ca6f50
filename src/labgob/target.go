package labgob

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"unsafe"
)

// checkTarget reports whether values can be decoded into e, with gob's errors,
// and warns if they had better not be.
func checkTarget(e any) error {
	if e == nil {
		return nil
	}
	v := reflect.ValueOf(e)
	if v.Kind() != reflect.Pointer {
		return errors.New("gob: attempt to decode into a non-pointer")
	}
	if v.IsNil() {
		return errors.New("gob: DecodeValue of unassignable value")
	}
	reportLowerCase(infoOf(v.Type()))
	if !isZero(v.UnsafePointer(), v.Type().Elem().Size()) {
		reportNonDefault(v, 1, "")
	}
	return nil
}

var zeros [1024]byte

// isZero reports whether all of the size bytes at p are zero. It looks at the
// memory, as a variable mostly is fresh and this is what is fast to see.
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

// reportNonDefault warns of each number, string or boolean in v that is not
// zero: gob leaves it as it is if the sender's value is zero. It follows
// structs and pointers to a depth of 3, as the lab does.
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
