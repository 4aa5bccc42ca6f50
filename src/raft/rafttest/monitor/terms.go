package monitor

import (
	"math"
	"slices"
)

// terms watches that no server's term falls (section 5.1), over a restart too
// where state persists.
type terms struct {
	set     *monitors
	servers []clock
}

// A clock is a server's term as it can be known from outside. Terms are a
// logical clock (section 5.1).
type clock struct {
	known int // the highest term that it has shown: the next reply to what arrives now has no lower one
	said  int // likewise, in an RPC: this must be on its disk
	state int // the highest that GetState has told; answers about one server have an order among themselves
	told  int // the highest term that a message may have told it in this life
}

// never is the term of a server that has shown none.
const never = math.MinInt

func newTerms(s *monitors, servers int) terms {
	return terms{s, slices.Repeat([]clock{{known: never, said: never, state: never}}, servers)}
}

// booted: of what a server showed, that is left which it must have saved
// (Figure 2: before it responds to RPCs).
func (t *terms) booted(server int) {
	said := t.servers[server].said
	if !t.set.rules.Persistence {
		said = never
	}
	t.servers[server] = clock{known: said, said: said, state: said}
}

// state compares GetState's answers with each other only: a reply that was seen
// before this answer may still be younger.
func (t *terms) state(server, term int) {
	c := &t.servers[server]
	if term < c.state {
		t.set.violated("Terms Never Fall", "S%d was in T%d and GetState now says T%d", server, c.state, term)
	}
	c.state = max(c.state, term)
	c.known = max(c.known, term)
}

// sent: a request has the term that its sender is in, or was.
func (t *terms) sent(f *flight) { t.servers[f.from].says(f.term) }

func (t *terms) arrived(f *flight) {
	c := &t.servers[f.to]
	if f.copies == 0 {
		f.since = c.known // of two copies this is the lower one
	}
	f.copies++
	c.told = max(c.told, f.tells)
}

func (t *terms) handled(f *flight) {
	if f.copies == 0 {
		return
	}
	f.copies--
	// A reply that leaves its term at 0, or sets it to -1, says nothing.
	if f.reply.term <= 0 {
		return
	}
	if f.reply.term < f.since {
		t.set.violated("Terms Never Fall", "S%d was in T%d and then replied to %s in T%d", f.to, f.since, word(f.method), f.reply.term)
	}
	t.servers[f.to].says(f.reply.term)
}

func (t *terms) answered(f *flight) {
	c := &t.servers[f.from]
	c.told = max(c.told, f.reply.tells)
}

// began reports whether a server that speaks of a term must have begun it, as a
// candidate, since no message can have told it of that term.
func (t *terms) began(server, term int) bool { return term > t.servers[server].told }

func (c *clock) says(term int) {
	c.known = max(c.known, term)
	c.said = max(c.said, term)
}
