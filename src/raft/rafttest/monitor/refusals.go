package monitor

// refusals watches that a leader heeds refusals: whose entries a follower refuses goes back to earlier ones (section
// 5.3).
type refusals struct {
	*views
	pairs map[pair]*refused
}

type pair struct{ leader, follower int }

// refused is what a follower has refused of a leader in its term.
type refused struct {
	term, index int         // what comes after this index
	times       int         // in a row, each time that the leader had heard of before it asked again
	heard       int         // when it heard of the last
	back        bool        // since then the follower has answered something that reaches further back
	vain        map[int]int // by index: how often that was refused again after it had gone back
}

// A request that was lost, or is late, may be overtaken by some others that have not been changed. So it takes many.
const (
	refusedInRow  = 100 // with nothing in between that reaches further back
	refusedInVain = 300
)

func newRefusals(v *views) monitor {
	m := refusals{v, make(map[pair]*refused)}
	return monitor{
		explanations: refusalsExplained, rules: Rules{Log: true},
		crashed: m.crashed, sent: m.sent, answered: m.answered,
	}
}

func (m refusals) crashed(server int) {
	for p := range m.pairs {
		if p.leader == server || p.follower == server {
			delete(m.pairs, p)
		}
	}
}

// sent: a leader that goes back, or sends a snapshot instead, has heeded.
func (m refusals) sent(c *call) {
	r := m.pairs[pair{c.from, c.to}]
	if r != nil && (c.kind == installSnapshot || c.log != nil && c.log.prev.index < r.index) {
		r.times = 0
	}
}

func (m refusals) answered(c *call) {
	p := pair{c.from, c.to}
	r := m.pairs[p]
	if r != nil && c.kind == installSnapshot {
		r.back = true
	}
	if c.kind != appendEntries || c.log == nil || c.reply.term != c.term {
		return
	}
	index := c.log.prev.index
	if r == nil || r.term != c.term {
		r = &refused{term: c.term, index: index, heard: noIndex, vain: make(map[int]int)}
		m.pairs[p] = r
	}
	switch {
	case c.reply.success:
		delete(m.pairs, p)
		return
	case !c.reply.refuses || m.skewed || c.made <= r.heard:
		return
	case index != r.index:
		r.index, r.times, r.back = index, 0, true
	}
	if r.back {
		r.vain[index]++
		r.back = false
	}
	r.heard = m.now
	r.times++
	held := m.storage[c.to]
	switch {
	case r.times == refusedInRow && held.valid && held.term == c.term && index <= held.entry.index:
		m.violated("Stored Entries Stay",
			"S%d stored an entry of T%d at index %d, and in the same T%d refuses %d times in a row to have one of T%d at "+
				"index %d", c.to, held.entry.term, held.entry.index, c.term, r.times, c.log.prev.term, index)
	case r.times == refusedInRow:
		m.violated("Refusals Heeded",
			"S%d, as leader of T%d, was refused %d times by S%d what comes after index %d, and goes on sending that",
			c.from, c.term, r.times, c.to, m.index(index))
	case r.vain[index] == refusedInVain:
		m.violated("Refusals Heeded",
			"S%d, as leader of T%d, was refused %d times by S%d what comes after index %d, each time after it had gone back",
			c.from, c.term, r.vain[index], c.to, m.index(index))
	}
}

// index is that of an entry as the service counts, as far as that is known.
func (m refusals) index(implementations int) int { return implementations + m.indexes.base }

const refusalsExplained = `# 2.6 Refusals Heeded

A leader whose entries a follower refuses, since it does not have the one before them, goes back and sends earlier ones.

Paper: Section 5.3: "After a rejection, the leader decrements nextIndex and retries the AppendEntries RPC. Eventually
nextIndex will reach a point where the leader and follower logs match."; Figure 2, "Rules for Servers", Leaders

- nextIndex is not decremented, or is set back to where it was by the next heartbeat or by Start.
- nextIndex may not go below matchIndex + 1, and matchIndex is wrong: it starts at 0 for each leader.
- The follower says where to go back to, and that is not before the index that it refuses.
- LastIncludedTerm is not saved, or not read back: after a restart a follower refuses what comes after its own snapshot
  (2D).
`
