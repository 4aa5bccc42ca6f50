package labgob

import (
	"bytes"
	"encoding"
	"encoding/gob"
	"reflect"
	"sync"
	"sync/atomic"
)

// A typeInfo is what this package knows of a Go type, pointers to it included.
type typeInfo struct {
	index       int           // numbers the types, from 0
	lowerCase   []string      // warnings
	introducer  reflect.Value // see learn; invalid for a type that needs no definitions
	definitions []definition  // what a stream must have before a value of this type
	prefix      []byte        // their messages, in one
	ids         []typeID      // their ids
	err         error         // why gob cannot encode it
	interfaces  *paths        // to the interfaces in a value
}

// A definition is the message that defines a type. gob numbers types per
// process, so every stream that this process writes has the same ones.
type definition struct {
	id      typeID
	message []byte
}

var (
	infos     sync.Map     // reflect.Type to *typeInfo
	infoCount atomic.Int64 // the next index
)

func infoOf(t reflect.Type) *typeInfo {
	if info, ok := infos.Load(t); ok {
		return info.(*typeInfo)
	}
	var info *typeInfo
	if base := indirect(t); base != t {
		info = infoOf(base)
	} else {
		info = newTypeInfo(t)
	}
	first, _ := infos.LoadOrStore(t, info)
	return first.(*typeInfo)
}

func newTypeInfo(t reflect.Type) *typeInfo {
	info := &typeInfo{
		index:      int(infoCount.Add(1)) - 1,
		lowerCase:  lowerCaseFields(t, nil, make(map[reflect.Type]bool)),
		interfaces: pathsOf(t, make(map[reflect.Type]*paths)),
	}
	switch t.Kind() {
	case reflect.Array, reflect.Slice, reflect.Map, reflect.Struct:
	default:
		if !encodesItself(t) {
			return info // every stream knows it
		}
	}
	// For an empty slice gob defines the type and writes nothing of it, so that
	// no code of the type's own runs on a value that is nobody's.
	info.introducer = reflect.Zero(reflect.SliceOf(t))
	info.definitions, info.err = definitionsFrom(info.introducer)
	for _, d := range info.definitions {
		info.prefix = append(info.prefix, d.message...)
		info.ids = append(info.ids, d.id)
	}
	return info
}

// definitionsFrom returns the definitions that gob sends for the elements of an
// introducer, in gob's order: a type, then what it is made of.
func definitionsFrom(introducer reflect.Value) ([]definition, error) {
	var out bytes.Buffer
	if err := gob.NewEncoder(&out).EncodeValue(introducer); err != nil {
		return nil, err
	}
	messages := make(map[typeID][]byte)
	types := make(map[typeID]*wireType)
	root := typeID(0)
	for src := byteSource(out.Bytes()); ; {
		m, err := src.next()
		if err != nil || !m.isDefinition() {
			break
		}
		c := cursor{b: m.body}
		id := -c.id()
		messages[id], types[id] = m.raw, c.definition()
		if root == 0 {
			root = types[id].elem // the slice comes first
		}
	}
	var definitions []definition
	var add func(typeID)
	add = func(id typeID) {
		if m := messages[id]; m != nil {
			delete(messages, id)
			definitions = append(definitions, definition{id, m})
			types[id].refersTo(add)
		}
	}
	add(root)
	return definitions, nil
}

// maxIndirections is how many pointers to follow, for there are types that are
// nothing but pointers. gob refuses them.
const maxIndirections = 100

// indirect returns the type under the pointers of t, or t if there is none.
func indirect(t reflect.Type) reflect.Type {
	base := t
	for range maxIndirections {
		if base.Kind() != reflect.Pointer {
			return base
		}
		base = base.Elem()
	}
	return t
}

var encoders = [...]reflect.Type{
	reflect.TypeFor[gob.GobEncoder](),
	reflect.TypeFor[encoding.BinaryMarshaler](),
}

// encodesItself reports whether gob leaves the encoding of t to a method, of t,
// of what it points to or of a pointer to it.
func encodesItself(t reflect.Type) bool {
	for _, encoder := range encoders {
		rt := t
		for range maxIndirections {
			if rt.Implements(encoder) {
				return true
			}
			if rt.Kind() != reflect.Pointer {
				break
			}
			rt = rt.Elem()
		}
		if t.Kind() != reflect.Pointer && reflect.PointerTo(t).Implements(encoder) {
			return true
		}
	}
	return false
}

// isSent reports whether gob encodes the field: exported, and neither a channel
// nor a function.
func isSent(f reflect.StructField) bool {
	switch indirect(f.Type).Kind() {
	case reflect.Chan, reflect.Func:
		return false
	}
	return f.IsExported()
}

// parts calls yield with the types that gob meets in a value of type t.
func parts(t reflect.Type, yield func(reflect.Type)) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array:
		yield(t.Elem())
	case reflect.Map:
		yield(t.Key())
		yield(t.Elem())
	case reflect.Struct:
		for f := range t.Fields() {
			if isSent(f) {
				yield(f.Type)
			}
		}
	}
}
