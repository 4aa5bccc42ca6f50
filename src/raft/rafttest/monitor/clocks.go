package monitor

import (
	"math"
	"slices"
)

// clocks is the view of servers' terms, as they can be known from outside. Terms are a logical clock (section 5.1).
type clocks struct {
	servers []clock
	floor   int // no entry and no leader has a term that low: that of servers that were just made
}

type clock struct {
	known int // the highest term that it has shown: the next reply to what arrives now has no lower one
	said  int // likewise, in an RPC: this must be on its disk
	told  int // the highest term that a message may have told it in this life
}

// never is the term of a server that has shown none.
const never = math.MinInt

func newClocks(servers int) clocks {
	return clocks{servers: slices.Repeat([]clock{{known: never, said: never}}, servers)}
}

// booted: of what a server showed, that is left which it must have saved (Figure 2: before it responds to RPCs).
func (k *clocks) booted(server int, persistent bool) {
	said := k.servers[server].said
	if !persistent {
		said = never
	}
	k.servers[server] = clock{known: said, said: said}
}

func (k *clocks) state(server, term int) {
	k.floor = min(k.floor, term)
	k.servers[server].known = max(k.servers[server].known, term)
}

// election: somebody stands in a term.
func (k *clocks) election(term int) { k.floor = min(k.floor, term-1) }

// says: a server was in this term when it made a message, or is.
func (k *clocks) says(server, term int) {
	c := &k.servers[server]
	c.known = max(c.known, term)
	c.said = max(c.said, term)
}

// replied: a reply that leaves its term at 0, or sets it to -1, says nothing.
func (k *clocks) replied(c *call) {
	if c.reply.term > 0 {
		k.says(c.to, c.reply.term)
	}
}

// hears: a message may tell a server of terms up to this one.
func (k *clocks) hears(server, term int) {
	k.servers[server].told = max(k.servers[server].told, term)
}

// began reports whether a server that speaks of a term must have begun it, as a candidate, since no message can have
// told it of that term.
func (k *clocks) began(server, term int) bool { return term > k.servers[server].told }

// none reports whether a term stands for none.
func (k *clocks) none(term int) bool { return term <= k.floor }
