package labgob

import (
	"slices"
	"sync"
	"sync/atomic"
)

// A planCache has the plans for decoding values into one shape: one plan for each set of type definitions that came
// before such values. Senders that run the same code send the same definitions.
type planCache struct {
	mu   sync.Mutex // held to change list
	list atomic.Pointer[[]cachedPlan]
}

// A cachedPlan is the plan for a value that comes after these definitions and begins with this type id.
type cachedPlan struct {
	definitions string // messages, as they are on the wire
	id          string // likewise
	plan        *plan  // nil if such a value is left to gob
}

// maxCachedPlans bounds a list, which is searched from the front. When a list is full it is emptied.
const maxCachedPlans = 8

// find returns the plan for a stream that begins with data, the definitions included, or nil if there is none yet.
func (pc *planCache) find(data []byte) *cachedPlan {
	list := pc.list.Load()
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

// get returns the plan for decoding body, a value that comes after the definitions of sch, into sh. It makes the plan
// if there is none yet. It returns nil if body does not begin with a type id.
func (pc *planCache) get(sch *schema, body []byte, sh *shape) *cachedPlan {
	if list := pc.list.Load(); list != nil {
		for i := range *list {
			if k := &(*list)[i]; k.definitions == sch.definitions &&
				len(body) >= len(k.id) && string(body[:len(k.id)]) == k.id {
				return k
			}
		}
	}
	c := cursor{b: body}
	id := c.id()
	if c.err != nil {
		return nil
	}
	k := cachedPlan{sch.definitions, string(body[:len(body)-len(c.b)]), planFor(sch, id, sh)}
	pc.mu.Lock()
	defer pc.mu.Unlock()
	var list []cachedPlan
	if old := pc.list.Load(); old != nil && len(*old) < maxCachedPlans {
		list = slices.Clone(*old)
	}
	list = append(list, k)
	pc.list.Store(&list)
	return &list[len(list)-1]
}
