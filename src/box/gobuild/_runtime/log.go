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

// boxUnread reports whether to leave out printing args, since nobody would read it and nothing else would
// come of it. The time is asked for as if it were printed: that moves the clock.
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
	return boxIsPlainType(reflect.TypeOf(a))
}

var boxPlainTypes = map[reflect.Type]bool{reflect.TypeFor[time.Duration](): true}

func boxIsPlainType(t reflect.Type) bool {
	plain, known := boxPlainTypes[t]
	if known {
		return plain
	}
	boxPlainTypes[t] = false // where t is within itself
	plain = boxHasPlainParts(t)
	boxPlainTypes[t] = plain
	return plain
}

func boxHasPlainParts(t reflect.Type) bool {
	if t.NumMethod() > 0 {
		return false // String, perhaps
	}
	switch t.Kind() {
	case reflect.Array, reflect.Pointer, reflect.Slice:
		return boxIsPlainType(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if !boxIsPlainType(t.Field(i).Type) {
				return false
			}
		}
	case reflect.Interface, reflect.Map:
		return false // anything; and the order of a map is random
	}
	return true
}
