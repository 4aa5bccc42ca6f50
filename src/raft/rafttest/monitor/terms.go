package monitor

import "raftlab/src/labrpc"

// terms watches that no server's term falls (section 5.1), over a restart too
// where state persists. A term that GetState or a reply has shown is a lower
// bound for every reply to a request that arrives afterwards.
type terms struct {
	set   *Set
	known []int           // the highest term each server has shown
	since map[arrival]int // what was known when a request arrived
}

type arrival struct {
	route labrpc.Route
	call  uint64
}

func newTerms(s *Set, servers int) terms {
	return terms{s, make([]int, servers), make(map[arrival]int)}
}

func (t *terms) forget(server int) {
	t.known[server] = 0
	for a := range t.since {
		if a.route.To == server {
			delete(t.since, a)
		}
	}
}

func (t *terms) state(server, term int) {
	if term < t.known[server] {
		t.set.violated("Terms Never Fall", "S%d was in T%d and GetState now says T%d", server, t.known[server], term)
	}
	t.known[server] = max(t.known[server], term)
}

func (t *terms) arrived(route labrpc.Route, call uint64) {
	t.since[arrival{route, call}] = t.known[route.To]
}

func (t *terms) replied(route labrpc.Route, call uint64, method string, rep reply) {
	a := arrival{route, call}
	since, ok := t.since[a]
	delete(t.since, a)
	// A reply that leaves its term at 0 says nothing.
	if !ok || rep.term == 0 {
		return
	}
	if rep.term < since {
		t.set.violated("Terms Never Fall", "S%d was in T%d and then replied to %s in T%d", route.To, since, method, rep.term)
	}
	t.known[route.To] = max(t.known[route.To], rep.term)
}
