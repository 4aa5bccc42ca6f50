package labgob

import "reflect"

// A Field is a field of a struct in a gob message, as the message's definitions describe it. A pointer is described
// as what it points to, since gob sends that.
type Field struct {
	Name string
	Type Type
}

// A Type is what definitions say of a type. Integers of one signedness have one kind whatever their size: Int and
// Uint. Floats are Float64, complex numbers Complex128. A type that encodes itself is Invalid.
type Type struct {
	Kind   reflect.Kind
	Elem   reflect.Kind // of a slice's, an array's or a map's elements; Uint8 for those of a []byte
	Fields []Field      // of a struct, or of elements that are structs, unless the type is within itself
}

// What a description may have: hostile messages nest their types and repeat them.
const (
	maxFieldDepth = 4
	maxFields     = 1000
)

// Fields returns the names of the fields of the struct that data, a gob message, holds, as its definitions say: in
// the sender's order, those too that are zero in the value. There are none if data holds no struct or its
// definitions are malformed; the value itself it does not look at. The caller must not change the slice.
func Fields(data []byte) []string {
	_, w := root(data)
	if w == nil {
		return nil
	}
	return w.names
}

// Describe returns the same fields with their types, or nothing if they are more than a description has.
func Describe(data []byte) []Field {
	sch, w := root(data)
	if w == nil {
		return nil
	}
	d := description{sch.types, 0}
	fields := d.fields(w, 1)
	if d.made > maxFields {
		return nil
	}
	return fields
}

// Definitions returns the messages at the head of data that define types. Values that follow the same definitions
// and are no basic types are of one type.
func Definitions(data []byte) []byte {
	at := 0
	for {
		head, size := frame(data[at:])
		if size == 0 || !isDefinition(data[at+head:at+size]) {
			return data[:at:at]
		}
		at += size
	}
}

// root returns the struct type of the value in data, or nil.
func root(data []byte) (*schema, *wireType) {
	sch, m, _, err := open(data)
	if err != nil {
		return nil, nil
	}
	c := cursor{b: m.body}
	if w := sch.types[c.id()]; w != nil && w.kind == wireStruct {
		return sch, w
	}
	return nil, nil
}

// A description is the state of Describe.
type description struct {
	types map[typeID]*wireType
	made  int // fields
}

func (d *description) fields(w *wireType, depth int) []Field {
	if d.made += len(w.fields); d.made > maxFields {
		return nil
	}
	fields := make([]Field, len(w.fields))
	for i, id := range w.fields {
		fields[i] = Field{w.names[i], d.typeOf(id, depth)}
	}
	return fields
}

func (d *description) typeOf(id typeID, depth int) Type {
	w := d.types[id]
	if w == nil {
		if id == idBytes {
			return Type{Kind: reflect.Slice, Elem: reflect.Uint8}
		}
		return Type{Kind: basicKinds[id]}
	}
	t := Type{Kind: wireKinds[w.kind]}
	switch w.kind {
	case wireArray, wireSlice, wireMap:
		elem := d.types[w.elem]
		if elem == nil {
			t.Elem = d.typeOf(w.elem, depth).Kind
			return t
		}
		t.Elem, w = wireKinds[elem.kind], elem
	}
	if w.kind == wireStruct && depth < maxFieldDepth {
		t.Fields = d.fields(w, depth+1)
	}
	return t
}

var basicKinds = map[typeID]reflect.Kind{
	idBool: reflect.Bool, idInt: reflect.Int, idUint: reflect.Uint, idFloat: reflect.Float64,
	idString: reflect.String, idComplex: reflect.Complex128, idInterface: reflect.Interface,
}

var wireKinds = map[wireKind]reflect.Kind{
	wireArray: reflect.Array, wireSlice: reflect.Slice, wireStruct: reflect.Struct, wireMap: reflect.Map,
}
