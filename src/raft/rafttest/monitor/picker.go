package monitor

import (
	"math"
	"reflect"
	"slices"

	"raftlab/src/labgob"
)

// A picker reads a few fields out of the messages of one type. A number may be
// of any kind of integer: gob tells an int from a uint only when it decodes, so
// a picker tries, once, on the first message.
type picker struct {
	shape reflect.Type // a struct of what is read; nil if nothing is
	at    []int        // by field asked for: where it is in shape, or -1
}

// A field is one that a picker is asked for. An empty name stands for one that
// the messages do not have.
type field struct {
	name  string
	kinds []reflect.Type
}

func number(name string) field {
	return field{name, []reflect.Type{reflect.TypeFor[int64](), reflect.TypeFor[uint64]()}}
}

func flag(name string) field { return field{name, []reflect.Type{reflect.TypeFor[bool]()}} }

// newPicker leaves out fields that are not of the kind asked for in data.
func newPicker(data []byte, fields ...field) picker {
	var p picker
	var shape []reflect.StructField
	for _, f := range fields {
		i := slices.IndexFunc(f.kinds, func(t reflect.Type) bool { return f.name != "" && decodes(data, f.name, t) })
		if i < 0 {
			p.at = append(p.at, -1)
			continue
		}
		p.at = append(p.at, len(shape))
		shape = append(shape, reflect.StructField{Name: f.name, Type: f.kinds[i]})
	}
	if len(shape) > 0 {
		p.shape = reflect.StructOf(shape)
	}
	return p
}

func decodes(data []byte, name string, t reflect.Type) bool {
	shape := reflect.StructOf([]reflect.StructField{{Name: name, Type: t}})
	return labgob.Unmarshal(data, reflect.New(shape).Interface()) == nil
}

// has reports whether the ith field asked for is read.
func (p picker) has(i int) bool { return p.at[i] >= 0 }

// read returns the fields in the order in which they were asked for, 0 for one
// that is not read, and 1 for true.
func (p picker) read(data []byte) ([]int, error) {
	values := make([]int, len(p.at))
	if p.shape == nil {
		return values, nil
	}
	v := reflect.New(p.shape)
	if err := labgob.Unmarshal(data, v.Interface()); err != nil {
		return nil, err
	}
	for i, at := range p.at {
		if at < 0 {
			continue
		}
		switch f := v.Elem().Field(at); {
		case f.CanInt():
			values[i] = int(f.Int())
		case f.CanUint():
			values[i] = int(min(f.Uint(), math.MaxInt))
		case f.Bool():
			values[i] = 1
		}
	}
	return values, nil
}
