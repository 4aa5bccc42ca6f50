package labgob

import (
	"slices"
	"sync"
	"sync/atomic"
)

// readings are the ways in which values have been read into one shape: one for each set of definitions, as all
// senders have the same few.
type readings struct {
	mu   sync.Mutex // held to change list
	list atomic.Pointer[[]knownReading]
}

// A knownReading says how to read a value that follows these definitions and begins with this type id.
type knownReading struct {
	definitions string
	id          string   // as it is on the wire
	reading     *reading // nil if such a value is for gob
}

// maxReadings bounds a list, which is searched from the front. A full list starts anew.
const maxReadings = 8

// find returns the reading for a stream that begins with data, the definitions included, or nil if there is none
// yet.
func (rs *readings) find(data []byte) *knownReading {
	list := rs.list.Load()
	if list == nil {
		return nil
	}
	for i := range *list {
		k := &(*list)[i]
		if n := len(k.definitions); len(data) > n && string(data[:n]) == k.definitions {
			if head, size := frame(data[n:]); size > 0 && !isDefinition(data[n+head:n+size]) {
				return k
			}
		}
	}
	return nil
}

// of returns the reading for a value that begins with body, which it makes if it has none yet, or nil if body is no
// value.
func (rs *readings) of(sch *schema, body []byte, sh *shape) *knownReading {
	if list := rs.list.Load(); list != nil {
		for i := range *list {
			if k := &(*list)[i]; k.definitions == sch.definitions && len(body) >= len(k.id) && string(body[:len(k.id)]) == k.id {
				return k
			}
		}
	}
	c := cursor{b: body}
	id := c.id()
	if c.err != nil {
		return nil
	}
	k := knownReading{sch.definitions, string(body[:len(body)-len(c.b)]), readingOf(sch, id, sh)}
	rs.mu.Lock()
	defer rs.mu.Unlock()
	var list []knownReading
	if old := rs.list.Load(); old != nil && len(*old) < maxReadings {
		list = slices.Clone(*old)
	}
	list = append(list, k)
	rs.list.Store(&list)
	return &list[len(list)-1]
}
