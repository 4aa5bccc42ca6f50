// Package log gets this file in guests that are built with gobuild.

package log

import (
	"os"
	"reflect"
	"time"
	_ "unsafe" // for linkname
)

// boxQuiet is whether nobody reads what is printed.
//
//go:linkname boxQuiet runtime.boxQuiet
var boxQuiet bool

var boxStdout, boxStderr = os.Stdout, os.Stderr

// boxUnread reports whether to leave out printing args, since nobody would read it and nothing else would come of
// it. The time is asked for as if it were printed: that moves the clock.
func boxUnread(l *Logger, args []any) bool {
	if !boxQuiet || l.isDiscard.Load() || l.out != boxStderr && l.out != boxStdout {
		return false
	}
	for _, a := range args {
		if !boxIsPlain(a) {
			return false
		}
	}
	time.Now()
	return true
}

// boxIsPlain reports whether formatting a runs no code of the program's own, and draws no random numbers.
func boxIsPlain(a any) bool {
	switch a.(type) {
	case nil, bool, string, int, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64, uintptr,
		float32, float64, []int, []string, []byte, time.Duration:
		return true
	}
	return boxHasPlain(reflect.ValueOf(a), 0)
}

// boxHasPlain is boxIsPlain for a value that is nested depth levels deep.
func boxHasPlain(v reflect.Value, depth int) bool {
	switch boxTypeIsPlain(v.Type()) {
	case boxPlain:
		return true
	case boxNotPlain:
		return false
	}
	if depth > 10 {
		return false
	}
	switch v.Kind() {
	case reflect.Interface:
		return v.IsNil() || boxHasPlain(v.Elem(), depth+1)
	case reflect.Pointer: // what it points to is printed only where it is not part of something
		return depth > 0 || v.IsNil() || boxHasPlain(v.Elem(), depth+1)
	case reflect.Struct:
		for i := range v.NumField() {
			if !boxHasPlain(v.Field(i), depth+1) {
				return false
			}
		}
	case reflect.Array, reflect.Slice:
		for i := range v.Len() {
			if !boxHasPlain(v.Index(i), depth+1) {
				return false
			}
		}
	}
	return true
}

// boxTypePlain is what a type tells of its values.
type boxTypePlain int

const (
	boxPlain    boxTypePlain = iota
	boxNotPlain              // some are not
	boxPerhaps               // it depends on what is in them
)

var boxPlainTypes = map[reflect.Type]boxTypePlain{reflect.TypeFor[time.Duration](): boxPlain}

func boxTypeIsPlain(t reflect.Type) boxTypePlain {
	plain, known := boxPlainTypes[t]
	if known {
		return plain
	}
	boxPlainTypes[t] = boxPerhaps // where t is within itself
	plain = boxPartsArePlain(t)
	boxPlainTypes[t] = plain
	return plain
}

func boxPartsArePlain(t reflect.Type) boxTypePlain {
	if t.NumMethod() > 0 && t.Kind() != reflect.Interface {
		return boxNotPlain // String, perhaps
	}
	switch t.Kind() {
	case reflect.Interface, reflect.Pointer:
		return boxPerhaps
	case reflect.Map:
		return boxNotPlain // its order is random
	case reflect.Array, reflect.Slice:
		return boxTypeIsPlain(t.Elem())
	case reflect.Struct:
		all := boxPlain
		for i := range t.NumField() {
			switch boxTypeIsPlain(t.Field(i).Type) {
			case boxNotPlain:
				return boxNotPlain
			case boxPerhaps:
				all = boxPerhaps
			}
		}
		return all
	}
	return boxPlain
}
