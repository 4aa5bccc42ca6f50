package monitor

import (
	"errors"
	"math"
	"reflect"

	"raftlab/src/labgob"
)

// A fieldDecoder reads a few fields out of the messages of one type.
type fieldDecoder struct {
	shape reflect.Type // a struct of what is read; nil if nothing is
	at    []int        // by field asked for: where it is in shape, or -1
	gate  gate
}

// newFieldDecoder is for fields of these names, an empty one standing for a field that the messages do not have. It
// reads those that are integers or flags.
func newFieldDecoder(fs fields, names ...string) fieldDecoder {
	var d fieldDecoder
	var shape []reflect.StructField
	var from fields
	for _, name := range names {
		i := fs.index(name)
		if i < 0 || readable(fs[i].Type) == nil || from.index(name) >= 0 {
			d.at = append(d.at, -1)
			continue
		}
		d.at = append(d.at, len(shape))
		from = append(from, fs[i])
		shape = append(shape, reflect.StructField{Name: name, Type: readable(fs[i].Type)})
	}
	if len(shape) > 0 {
		d.shape = reflect.StructOf(shape)
	}
	d.gate = newGate(func(there fields) bool { return there.have(from) })
	return d
}

// readable is the type that takes whatever is sent as an integer, or a flag.
func readable(t labgob.Type) reflect.Type {
	switch t.Kind {
	case reflect.Int:
		return reflect.TypeFor[int64]()
	case reflect.Uint:
		return reflect.TypeFor[uint64]()
	case reflect.Bool:
		return reflect.TypeFor[bool]()
	}
	return nil
}

// has reports whether the ith field asked for is read.
func (d fieldDecoder) has(i int) bool { return d.at[i] >= 0 }

var errOtherType = errors.New("a message of another type")

// A gate lets messages pass whose definitions have what is read. gob would pass over a field that is missing, and leave
// a zero.
type gate struct {
	known map[string]bool
	has   func(fields) bool
}

// maxDefinitions bounds how many ways of defining a type are kept: each server numbers its types by itself.
const maxDefinitions = 32

func newGate(has func(fields) bool) gate { return gate{make(map[string]bool), has} }

func (g gate) passes(data []byte) bool {
	definitions := labgob.Definitions(data)
	if g.known[string(definitions)] {
		return true
	}
	if !g.has(fieldsOf(labgob.Describe(data))) {
		return false
	}
	if len(g.known) < maxDefinitions {
		g.known[string(definitions)] = true
	}
	return true
}

// read returns the fields in the order in which they were asked for, 0 for one that is not read, and 1 for true.
func (d fieldDecoder) read(data []byte) ([]int, error) {
	values := make([]int, len(d.at))
	if d.shape == nil {
		return values, nil
	}
	if !d.gate.passes(data) {
		return nil, errOtherType
	}
	v := reflect.New(d.shape)
	if err := labgob.Unmarshal(data, v.Interface()); err != nil {
		return nil, err
	}
	for i, at := range d.at {
		if at >= 0 {
			values[i] = whole(v.Elem().Field(at))
		}
	}
	return values, nil
}

// whole is an integer, as near as an int comes to it, or 1 for true.
func whole(v reflect.Value) int {
	switch {
	case v.CanInt():
		return int(v.Int())
	case v.CanUint():
		return int(min(v.Uint(), math.MaxInt))
	case v.Bool():
		return 1
	}
	return 0
}
