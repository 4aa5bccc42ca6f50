package labgob

import (
	"errors"
	"fmt"
	"math"
)

// A typeID is the number by which a gob stream calls a type.
type typeID int32

// The types that every gob stream knows without a definition.
const (
	idBool typeID = iota + 1
	idInt
	idUint
	idFloat
	idBytes
	idString
	idComplex
	idInterface

	firstDefinedID typeID = 64 // the lowest that a stream may define
)

// What a stream may define. A Raft needs a dozen types in two kilobytes; the limits bound what a hostile message
// can make gob compile.
const (
	maxDefinitions     = 512
	maxDefinitionBytes = 128 << 10
	maxCompileCost     = 20000 // see compileCost; some milliseconds
)

// errTooManyDefinitions reports a stream with more definitions than this package reads.
var errTooManyDefinitions = fmt.Errorf("labgob: the stream defines too much: "+
	"over %d types, %d KiB, or %d levels of all fields together",
	maxDefinitions, maxDefinitionBytes>>10, maxCompileCost)

// errMalformed is wrapped by the error for bytes that no gob encoder writes.
var errMalformed = errors.New("labgob: malformed message")

func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: %s", errMalformed, fmt.Sprintf(format, args...))
}

// A cursor reads gob's primitives from b. After an error it is empty and yields zeros.
type cursor struct {
	b   []byte
	err error
}

func (c *cursor) fail(format string, args ...any) {
	if c.err == nil {
		c.err = malformed(format, args...)
	}
	c.b = nil
}

// peekUint returns the unsigned integer that b begins with and its width, which is 0 if there is none. It is one
// byte below 128, else its width negated in one byte and then its bytes, high ones first.
func peekUint(b []byte) (x uint64, width int) {
	if len(b) == 0 {
		return 0, 0
	}
	if b[0] <= 0x7f {
		return uint64(b[0]), 1
	}
	n := -int(int8(b[0]))
	if n > 8 || n >= len(b) {
		return 0, 0
	}
	for _, d := range b[1 : n+1] {
		x = x<<8 | uint64(d)
	}
	return x, n + 1
}

func (c *cursor) uint() uint64 {
	x, n := peekUint(c.b)
	if n == 0 {
		c.fail("bad or missing integer")
		return 0
	}
	c.b = c.b[n:]
	return x
}

// int reads a signed integer: its lowest bit says whether the others are complemented.
func (c *cursor) int() int64 {
	u := c.uint()
	if u&1 != 0 {
		return ^int64(u >> 1)
	}
	return int64(u >> 1)
}

// id reads a type id. A negative one announces a definition.
func (c *cursor) id() typeID {
	x := c.int()
	if x < -math.MaxInt32 || x > math.MaxInt32 {
		c.fail("type id %d", x)
		return 0
	}
	return typeID(x)
}

// bytes reads a count and as many bytes, which alias the message.
func (c *cursor) bytes() []byte {
	n := c.uint()
	if n > uint64(len(c.b)) {
		c.fail("length %d exceeds the %d bytes left", n, len(c.b))
		return nil
	}
	s := c.b[:n]
	c.b = c.b[n:]
	return s
}

// structure reads a struct of at most n fields. It calls field for each field present with its number, from 0;
// field reads the value.
func (c *cursor) structure(n int, field func(int)) {
	at := -1
	for c.err == nil {
		delta := c.uint()
		if delta == 0 {
			return
		}
		if delta > uint64(n-1-at) {
			c.fail("field number out of range")
			return
		}
		at += int(delta)
		field(at)
	}
}

// A wireKind says how values of a defined type are laid out.
type wireKind uint8

// The order is that of the fields of gob's wireType.
const (
	wireArray wireKind = iota
	wireSlice
	wireStruct
	wireMap
	wireOpaque // GobEncoder, BinaryMarshaler, TextMarshaler: a byte string
)

// A wireType is a type as a definition in a stream describes it.
type wireType struct {
	kind   wireKind
	length int64  // of an array
	key    typeID // of a map
	elem   typeID // of a map, an array or a slice
	fields []typeID
	names  []string // of the fields
}

// refersTo calls yield with each type that values of w contain.
func (w *wireType) refersTo(yield func(typeID)) {
	switch w.kind {
	case wireMap:
		yield(w.key)
		yield(w.elem)
	case wireArray, wireSlice:
		yield(w.elem)
	case wireStruct:
		for _, id := range w.fields {
			yield(id)
		}
	}
}

// definition reads a definition behind its id: gob's wireType, a struct of which exactly one field is set.
func (c *cursor) definition() *wireType {
	w := new(wireType)
	set := 0
	c.structure(7, func(f int) {
		set++
		w.kind = min(wireKind(f), wireOpaque)
		sizes := [...]int{wireArray: 3, wireSlice: 2, wireStruct: 2, wireMap: 3, wireOpaque: 1}
		c.structure(sizes[w.kind], func(g int) {
			switch {
			case g == 0:
				c.commonType()
			case w.kind == wireStruct:
				c.fields(w)
			case w.kind == wireMap && g == 1:
				w.key = c.reference()
			case w.kind == wireArray && g == 2:
				w.length = c.int()
			default:
				w.elem = c.reference()
			}
		})
	})
	if set != 1 {
		c.fail("a definition that is %d types", set)
	}
	return w
}

// commonType reads the name and id that each definition repeats. Decoding does not use them.
func (c *cursor) commonType() {
	c.structure(2, func(f int) {
		if f == 0 {
			c.bytes()
		} else {
			c.id()
		}
	})
}

// fields reads the fields of a struct into w.
func (c *cursor) fields(w *wireType) {
	n := c.uint()
	if n > uint64(len(c.b)) { // each takes a byte at least
		c.fail("%d fields in %d bytes", n, len(c.b))
		return
	}
	w.fields = make([]typeID, n)
	w.names = make([]string, n)
	for i := range n {
		c.structure(2, func(g int) {
			if g == 0 {
				w.names[i] = string(c.bytes())
			} else {
				w.fields[i] = c.reference()
			}
		})
	}
}

// reference reads the id of a type that a definition is made of.
func (c *cursor) reference() typeID {
	id := c.id()
	if id <= 0 || id > idInterface && id < firstDefinedID {
		c.fail("reference to type id %d", id)
	}
	return id
}
