package labgob

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"reflect"
	"sync"
	"sync/atomic"
)

// A schema is what the definitions at the head of a stream say, with the decoders that have read them. All streams
// that begin with the same bytes share one.
type schema struct {
	definitions string // the messages
	types       map[typeID]*wireType
	scan        bool // gob must not see a value that has not been scanned

	concretes atomic.Pointer[[]concrete] // the ways in which values in interfaces have been read

	mu       sync.Mutex
	decoders map[reflect.Type]*freeList[*decoder] // by type of the target
}

// schemas holds the schemas in use, up to a number and a size that no set of honest programs reaches. When it is
// full it starts anew.
var schemas struct {
	sync.RWMutex
	m    map[string]*schema
	size int // bytes of all definitions
}

const (
	maxSchemas     = 256
	maxSchemaBytes = 1 << 20
)

// schemaFor returns the schema of definitions, which are whole messages.
func schemaFor(definitions []byte) (*schema, error) {
	schemas.RLock()
	sch := schemas.m[string(definitions)]
	schemas.RUnlock()
	if sch != nil {
		return sch, nil
	}
	sch, err := parseSchema(definitions)
	if err != nil {
		return nil, err
	}

	schemas.Lock()
	defer schemas.Unlock()
	if first := schemas.m[sch.definitions]; first != nil {
		return first, nil
	}
	if schemas.m == nil || len(schemas.m) >= maxSchemas || schemas.size+len(definitions) > maxSchemaBytes {
		schemas.m = make(map[string]*schema)
		schemas.size = 0
	}
	schemas.m[sch.definitions] = sch
	schemas.size += len(definitions)
	return sch, nil
}

func parseSchema(definitions []byte) (*schema, error) {
	if len(definitions) > maxDefinitionBytes {
		return nil, errTooManyDefinitions
	}
	sch := &schema{
		definitions: string(definitions),
		types:       make(map[typeID]*wireType),
		decoders:    make(map[reflect.Type]*freeList[*decoder]),
	}
	for src := byteSource(definitions); len(src) > 0; {
		m, err := src.next()
		if err != nil {
			return nil, err
		}
		c := cursor{b: m.body}
		if err := define(sch.types, &c); err != nil {
			return nil, err
		}
		if len(c.b) > 0 {
			return nil, malformed("%d bytes after a definition", len(c.b))
		}
	}
	if err := complete(sch.types); err != nil {
		return nil, err
	}
	if compileCost(sch.types) > maxCompileCost {
		return nil, errTooManyDefinitions
	}
	sch.scan = needsScan(sch.types)
	return sch, nil
}

// define reads a definition with its id into types.
func define(types map[typeID]*wireType, c *cursor) error {
	id := -c.id()
	if id < firstDefinedID {
		c.fail("definition of type id %d", id)
	}
	w := c.definition()
	switch {
	case c.err != nil:
		return c.err
	case types[id] != nil:
		return malformed("type id %d is defined twice", id)
	case len(types) >= maxDefinitions:
		return errTooManyDefinitions
	}
	types[id] = w
	return nil
}

// complete returns an error if one of the types is made of another that is not defined. Gob sends all before a
// value.
func complete(types map[typeID]*wireType) (err error) {
	for id, w := range types {
		w.refersTo(func(part typeID) {
			if types[part] == nil && (part < idBool || part > idInterface) {
				err = malformed("type id %d is made of type id %d, which is not defined", id, part)
			}
		})
	}
	return err
}

// compileCost returns how many types gob looks at to prepare for skipping all fields of these types: for each field
// again the arrays, slices and maps that it is nested in, up to a struct.
func compileCost(types map[typeID]*wireType) int {
	costs := make(map[typeID]int)
	total := 0
	for _, w := range types {
		if w.kind != wireStruct {
			continue
		}
		for _, id := range w.fields {
			if costs[id] == 0 {
				seen := make(map[typeID]bool)
				var visit func(typeID)
				visit = func(id typeID) {
					if seen[id] {
						return
					}
					seen[id] = true
					if w := types[id]; w != nil && w.kind != wireStruct {
						w.refersTo(visit)
					}
				}
				visit(id)
				costs[id] = len(seen)
			}
			total += costs[id]
		}
	}
	return total
}

// needsScan reports whether gob may do harm with a value of these types before it finds an error in it. It may with
// an interface, which can define more types in the middle of a value; with a map or a slice, whose count gob
// believes, the former without a limit; and with a type that contains itself, which nests as deep as the sender
// likes.
func needsScan(types map[typeID]*wireType) bool {
	const (
		open = iota + 1
		done
	)
	state := make(map[typeID]int)
	var visit func(typeID) bool
	visit = func(id typeID) bool {
		w := types[id]
		switch {
		case id == idInterface || state[id] == open:
			return true
		case w == nil || state[id] == done:
			return false
		case w.kind == wireMap || w.kind == wireSlice:
			return true
		}
		state[id] = open
		found := false
		w.refersTo(func(id typeID) { found = found || visit(id) })
		state[id] = done
		return found
	}
	for id := range types {
		if visit(id) {
			return true
		}
	}
	return false
}

// decode decodes the value in m into target. If the value defines types on its way, decode takes the rest of it
// from src and returns these definitions.
func (sch *schema) decode(m message, src source, target any) (late []byte, err error) {
	c := cursor{b: m.body}
	id := c.id()
	if c.err == nil && id > idInterface && sch.types[id] == nil {
		c.fail("a value of type id %d, which is not defined", id)
	}
	if c.err == nil && id < idBool {
		c.fail("a value of type id %d", id)
	}
	if c.err != nil {
		return nil, c.err
	}
	if sch.scan || id == idInterface {
		switch err := scan(sch.types, m.body); err {
		case nil:
		case errLateDefinition:
			late, value, err := hoist(sch.types, m.body, src)
			if err != nil {
				return nil, err
			}
			all, err := schemaFor(append([]byte(sch.definitions), late...))
			if err != nil {
				return nil, err
			}
			return late, all.decodeScanned(value, target)
		default:
			return nil, err
		}
	}
	return nil, sch.decodeScanned(m.raw, target)
}

// decodeScanned decodes the value in raw, one message.
func (sch *schema) decodeScanned(raw []byte, target any) error {
	t := reflect.TypeOf(target)
	sch.mu.Lock()
	kept := sch.decoders[t]
	if kept == nil {
		kept = new(freeList[*decoder])
		sch.decoders[t] = kept
	}
	sch.mu.Unlock()

	d, ok := kept.get()
	if !ok {
		d = newDecoder()
		raw = append([]byte(sch.definitions), raw...)
	}
	if err := d.decode(raw, target); err != nil {
		return err // and forget d, whose state is unknown
	}
	if len(raw) <= maxKeptMessage {
		kept.put(d)
	}
	return nil
}

// maxKeptMessage bounds the memory of a decoder that is kept: gob's holds on to the last message.
const maxKeptMessage = 64 << 10

// A decoder is a gob decoder with the reader that feeds it.
type decoder struct {
	gob  *gob.Decoder
	feed bytes.Reader
}

func newDecoder() *decoder {
	d := new(decoder)
	d.gob = gob.NewDecoder(&d.feed)
	return d
}

func (d *decoder) decode(data []byte, target any) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("labgob: decoding panicked: %v", p)
		}
	}()
	d.feed.Reset(data)
	err = d.gob.Decode(target)
	d.feed.Reset(nil)
	return err
}
