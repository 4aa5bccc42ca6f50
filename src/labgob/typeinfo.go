package labgob

import (
	"bytes"
	"encoding"
	"encoding/gob"
	"reflect"
	"sync"
	"sync/atomic"
	"unsafe"
)

// A typeInfo is what this package knows of a Go type, pointers to it included.
type typeInfo struct {
	lowerCase []string               // warnings
	size      uintptr                // of a value in memory
	shape     *shape                 // nil if values are left to gob
	own       definitions            // that a stream must have before a value, if it has a shape
	plans     planCache              // how to decode values of it, if it has a shape
	name      atomic.Pointer[string] // under which it is registered, if that is known
	viaGob    func() *gobType        // makes what gob needs when it is needed first
}

// A gobType is what this package knows of a type whose values gob encodes.
type gobType struct {
	definitions
	index      int           // numbers the types, from 0
	introducer reflect.Value // see learn; invalid for a type that needs no definitions
	err        error         // why gob cannot encode it
	interfaces *paths        // to the interfaces in a value
}

// definitions are what a stream must have before a value of some type.
type definitions struct {
	list   []definition
	prefix []byte   // their messages, in one
	ids    []typeID // their ids
}

func newDefinitions(list []definition) definitions {
	d := definitions{list: list}
	for _, def := range list {
		d.prefix = append(d.prefix, def.message...)
		d.ids = append(d.ids, def.id)
	}
	return d
}

// A definition is the message that defines a type. gob numbers types per process, so every stream that this process
// writes has the same ones.
type definition struct {
	id      typeID
	message []byte
}

// An argType is the type of an argument, such as v of Marshal: a type, or a pointer to one, or a pointer to that.
type argType struct {
	word     unsafe.Pointer // of the argument's type, see eface
	info     *typeInfo      // of the type that the pointers lead to
	pointers int            // how many there are
}

var (
	argTypes [256]atomic.Pointer[argType] // by a hash of word: those used last; faster than a map
	infos    sync.Map                     // reflect.Type to *typeInfo
	gobTypes atomic.Int64                 // the next index
)

// An eface is how Go lays out an interface without methods: word identifies the type. data points to the value, or is
// the value if that is a pointer, map, channel or function, or a struct or array of just one such.
type eface struct {
	word, data unsafe.Pointer
}

// argTypeOf returns the type of v, which must not be nil, and the data word of v, see eface.
func argTypeOf(v any) (*argType, unsafe.Pointer) {
	e := (*eface)(unsafe.Pointer(&v))
	place := &argTypes[uintptr(e.word)>>5%uintptr(len(argTypes))]
	if known := place.Load(); known != nil && known.word == e.word {
		return known, e.data
	}
	t := reflect.TypeOf(v)
	found := &argType{word: e.word, info: infoOf(t)}
	for base := indirect(t); t != base; t = t.Elem() {
		found.pointers++
	}
	place.Store(found)
	return found, e.data
}

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
		lowerCase: lowerCaseFields(t, nil, make(map[reflect.Type]bool)),
		size:      t.Size(),
		shape:     shapeOf(t),
		viaGob:    sync.OnceValue(func() *gobType { return newGobType(t) }),
	}
	if info.shape != nil {
		info.own = newDefinitions(info.shape.define())
	}
	return info
}

func newGobType(t reflect.Type) *gobType {
	g := &gobType{
		index:      int(gobTypes.Add(1)) - 1,
		interfaces: pathsOf(t, make(map[reflect.Type]*paths)),
	}
	switch t.Kind() {
	case reflect.Array, reflect.Slice, reflect.Map, reflect.Struct:
	default:
		if !encodesItself(t) {
			return g // every stream knows it
		}
	}
	// For an empty slice gob defines the type and writes nothing of it, so that no code of the type's own runs on a
	// value that is nobody's.
	g.introducer = reflect.Zero(reflect.SliceOf(t))
	list, err := definitionsFrom(g.introducer)
	g.definitions, g.err = newDefinitions(list), err
	return g
}

// definitionsFrom returns the definitions that gob sends for the elements of an introducer, in gob's order: a type,
// then what it is made of.
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
	var list []definition
	var add func(typeID)
	add = func(id typeID) {
		if m := messages[id]; m != nil {
			delete(messages, id)
			list = append(list, definition{id, m})
			types[id].refersTo(add)
		}
	}
	add(root)
	return list, nil
}

// maxIndirections is how many pointers to follow, for there are types that are nothing but pointers. gob refuses
// them.
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

// encodesItself reports whether gob leaves the encoding of t to a method, of t, of what it points to or of a
// pointer to it.
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

// isSent reports whether gob encodes the field: exported, and neither a channel nor a function.
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
