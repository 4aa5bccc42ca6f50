package labgob

import (
	"encoding/binary"
	"errors"
	"io"
	"maps"
)

// maxDepth bounds how deep the parts of a value may nest. gob recurses with them, and a stack overflow cannot be
// recovered from. It is the bound that gob has for parts it skips.
const maxDepth = 10000

// errLateDefinition is the outcome of a scan that met a definition.
var errLateDefinition = errors.New("labgob: a definition in the middle of a value")

// A scanner walks a value by its types, without decoding it, to see that it is what an encoder may have written.
//
// An interface in a value is the name of a concrete type, its id, and its value behind a count. If the stream has
// no definition of the concrete type yet, gob puts it between name and id, and ends the counted piece it is in
// right there: the message, or the value of the interface around it. What follows is a piece with a count of its
// own. A scanner that hoists takes such definitions out, so that the value becomes one piece again.
type scanner struct {
	cursor // the rest of the piece at hand
	types  map[typeID]*wireType
	outer  [][]byte // what follows the piece, for each interface around it
	depth  int

	hoist bool
	src   source // of the next piece if no interface is around; nil at the end
	value []byte // the value without definitions
	late  []byte // the definitions, each as a message
}

// scan checks the value in body, its id included. It returns errLateDefinition if the value defines types; what
// follows the first of these is not checked.
func scan(types map[typeID]*wireType, body []byte) error {
	s := scanner{types: types, cursor: cursor{b: body}}
	s.top()
	return s.err
}

// hoist checks the value that begins with body and goes on in src, and returns the definitions in it and the value
// without them, as messages.
func hoist(types map[typeID]*wireType, body []byte, src source) (late, value []byte, err error) {
	s := scanner{types: maps.Clone(types), cursor: cursor{b: body}, hoist: true, src: src}
	at := s.reserveCount()
	s.top()
	s.fillCount(at)
	return s.late, s.value, s.err
}

// top walks a message.
func (s *scanner) top() {
	id := s.id()
	if s.hoist {
		s.value = appendInt(s.value, int64(id))
	}
	if w := s.types[id]; w != nil && w.kind == wireStruct && len(s.b) == 0 && s.err == nil {
		return // a pointer to a nil pointer
	}
	s.whole(id)
	if s.err == nil && len(s.b) > 0 {
		s.fail("%d bytes after a value", len(s.b))
	}
}

// whole walks a value that is not part of another: one that is no struct has a zero before it.
func (s *scanner) whole(id typeID) {
	if w := s.types[id]; w == nil || w.kind != wireStruct {
		if s.number() != 0 {
			s.fail("no zero before a value")
			return
		}
	}
	s.part(id)
}

// part walks a value of type id. Each takes at least a byte, so that a count too large runs into the end.
func (s *scanner) part(id typeID) {
	switch id {
	case idBool, idInt, idUint, idFloat:
		s.number()
		return
	case idComplex:
		s.number()
		s.number()
		return
	case idBytes, idString:
		s.text()
		return
	}
	if s.depth++; s.depth > maxDepth {
		s.fail("nested deeper than %d", maxDepth)
		return
	}
	if id == idInterface {
		s.iface()
	} else if w := s.types[id]; w != nil {
		s.composite(w)
	} else {
		s.fail("a value of type id %d, which is not defined", id)
	}
	s.depth--
}

func (s *scanner) composite(w *wireType) {
	switch w.kind {
	case wireArray, wireSlice:
		n := s.number()
		if w.kind == wireArray && n != uint64(w.length) {
			s.fail("an array of %d elements and not %d", n, w.length)
		}
		for i := uint64(0); i < n && s.err == nil; i++ {
			s.part(w.elem)
		}
	case wireMap:
		n := s.number()
		for i := uint64(0); i < n && s.err == nil; i++ {
			s.part(w.key)
			s.part(w.elem)
		}
	case wireStruct:
		for at := -1; s.err == nil; {
			delta := s.number()
			if delta == 0 {
				return
			}
			if delta > uint64(len(w.fields)-1-at) {
				s.fail("field number out of range")
				return
			}
			at += int(delta)
			s.part(w.fields[at])
		}
	case wireOpaque:
		s.text()
	}
}

// number walks an integer.
func (s *scanner) number() uint64 {
	b := s.b
	x := s.uint()
	if s.hoist {
		s.value = append(s.value, b[:len(b)-len(s.b)]...)
	}
	return x
}

// text walks a count and as many bytes, and returns the bytes.
func (s *scanner) text() []byte {
	b := s.b
	text := s.bytes()
	if s.hoist {
		s.value = append(s.value, b[:len(b)-len(s.b)]...)
	}
	return text
}

// iface walks an interface value.
func (s *scanner) iface() {
	if len(s.text()) == 0 {
		return // nil
	}
	id := s.concreteID()
	if s.err != nil {
		return
	}
	at := 0
	if s.hoist {
		s.value = appendInt(s.value, int64(id))
		at = s.reserveCount()
	}
	inner := s.bytes()
	s.outer = append(s.outer, s.b)
	s.b = inner
	s.whole(id)
	if s.err == nil && len(s.b) > 0 {
		s.fail("%d bytes after a value in an interface", len(s.b))
	}
	if s.err != nil {
		return
	}
	s.b = s.outer[len(s.outer)-1]
	s.outer = s.outer[:len(s.outer)-1]
	if s.hoist {
		s.fillCount(at)
	}
}

// concreteID reads the type id in an interface value, and definitions before it.
func (s *scanner) concreteID() typeID {
	for s.err == nil {
		id, n := peekUint(s.b)
		if n == 0 || id&1 == 0 {
			id := s.id()
			if id < idBool {
				s.fail("a value of type id %d", id)
			}
			return id
		}
		if !s.hoist {
			s.err = errLateDefinition
			return 0
		}
		s.lateDefinition()
		s.nextPiece()
	}
	return 0
}

// lateDefinition moves a definition, which is all that is left of the piece.
func (s *scanner) lateDefinition() {
	s.late = appendUint(s.late, uint64(len(s.b)))
	s.late = append(s.late, s.b...)
	if len(s.late) > maxDefinitionBytes {
		s.err = errTooManyDefinitions
		return
	}
	if err := define(s.types, &s.cursor); err != nil {
		s.err = err
	} else if len(s.b) > 0 {
		s.fail("%d bytes after a definition", len(s.b))
	}
}

// nextPiece goes on to the piece after a definition.
func (s *scanner) nextPiece() {
	if s.err != nil {
		return
	}
	if n := len(s.outer); n > 0 {
		s.b = s.outer[n-1]
		piece := s.bytes()
		s.outer[n-1] = s.b
		s.b = piece
		return
	}
	var m message
	err := io.ErrUnexpectedEOF
	if s.src != nil {
		m, err = s.src.next()
	}
	if err != nil {
		s.fail("the value ends at a definition: %v", err)
		return
	}
	s.b = m.body
}

// reserveCount leaves room for a count before what is yet to be written. It is not in the shortest form, but
// decoders take it.
func (s *scanner) reserveCount() (at int) {
	s.value = append(s.value, 0xfc, 0, 0, 0, 0) // -4: four bytes follow
	return len(s.value)
}

func (s *scanner) fillCount(at int) {
	binary.BigEndian.PutUint32(s.value[at-4:at], uint32(len(s.value)-at))
}

// appendUint appends x as gob writes an unsigned integer.
func appendUint(b []byte, x uint64) []byte {
	if x <= 0x7f {
		return append(b, byte(x))
	}
	var digits [8]byte
	binary.BigEndian.PutUint64(digits[:], x)
	i := 0
	for digits[i] == 0 {
		i++
	}
	return append(append(b, byte(i-8)), digits[i:]...)
}

// appendInt appends x as gob writes a signed integer.
func appendInt(b []byte, x int64) []byte {
	if x < 0 {
		return appendUint(b, uint64(^x)<<1|1)
	}
	return appendUint(b, uint64(x)<<1)
}
