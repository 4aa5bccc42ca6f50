package monitor

import "math"

// saves watches that servers save what they must before they tell anybody of it (Figure 2: "updated on stable storage
// before responding to RPCs"). What the bytes on a disk mean it cannot read. But it knows when a server cannot have
// known something yet, such as a vote before any word of its candidate's. Who says so later with a disk that has not
// changed since then has not saved it.
//
// When a server first had a reason is judged by the earliest one that any honest Raft may have: it may set votedFor to
// a leader whose AppendEntries it obeys, or save a term when it arrives and not when it is acted upon. What is on a
// disk by then need not be written again.
type saves struct {
	*views
	servers []knowledge
}

// knowledge is what a server can have known, and since when.
type knowledge struct {
	booted int // when the server last was; state says in which term it was after that
	term   int // in which the server was, at most, at some time after since; never if that is not known
	since  int
	told   []hint // the highest terms that it was told of

	heard    map[inTerm]int   // when a candidate, or leader, first spoke of a term, or may have
	heardAny int              // when the first message came that may have spoken of any
	entries  map[position]int // when an entry arrived first
	other    bool             // something arrived that may have brought entries by another way
}

// A hint is that a server was told of a term higher than all before.
type hint struct{ term, at int }

func newSaves(v *views) monitor {
	m := &saves{v, make([]knowledge, v.servers)}
	for i := range m.servers {
		m.servers[i] = knowledge{term: never, heard: make(map[inTerm]int), entries: make(map[position]int)}
	}
	return monitor{
		explanations: savesExplained, rules: Rules{Persistence: true},
		booted: m.booted, state: m.state, sent: m.sent, arrived: m.arrived, handled: m.handled, answered: m.answered,
	}
}

func (m *saves) booted(server int) { m.servers[server].booted = m.now }

// state: what GetState says first was so some time after the server was booted.
func (m *saves) state(a answer) {
	if k := &m.servers[a.server]; k.term == never {
		k.term, k.since = a.term, k.booted
	}
}

// tells: a server hears from another, which speaks of terms up to this one.
func (k *knowledge) tells(from, term, now int) {
	if n := len(k.told); n == 0 || k.told[n-1].term < term {
		k.told = append(k.told, hint{term, now})
	}
	if term == unknownTerm {
		if k.heardAny == 0 {
			k.heardAny = now
		}
	} else if b := (inTerm{from, term}); k.heard[b] == 0 {
		k.heard[b] = now
	}
}

// reason is when a server may first have known of a term or, if it has heard of it from nobody, any later time.
func (k *knowledge) reason(term int) int {
	for _, h := range k.told {
		if h.term >= term {
			return h.at
		}
	}
	return math.MaxInt
}

func (m *saves) arrived(c *call) {
	k := &m.servers[c.to]
	k.tells(c.from, c.tells, m.now)
	switch c.kind {
	case requestVote:
	case appendEntries:
		if c.log == nil {
			return
		}
		for i := range c.log.terms {
			if at := c.log.at(i); k.entries[at] == 0 {
				k.entries[at] = m.now
			}
		}
	default:
		k.other = true
		if c.tells != unknownTerm {
			k.tells(c.from, c.tells+1, m.now) // it may ask for a vote to come
		}
	}
}

func (m *saves) answered(c *call) {
	k := &m.servers[c.from]
	k.tells(c.to, c.reply.tells, m.now)
	k.other = k.other || c.reply.bulk
}

// lacks says what a server has told and not saved.
func (m *saves) lacks(format string, args ...any) {
	if m.disks.used {
		m.violated("Saved before Told", format, args...)
	}
}

// unsaved reports whether a server in a term has the disk that it had when it was in an earlier one.
func (m *saves) unsaved(server, term int) bool {
	k := &m.servers[server]
	return k.term != never && m.disks.servers[server].saved <= min(k.since, k.reason(term))
}

func (m *saves) handled(c *call) {
	if c.copies == 0 {
		return
	}
	k, disk := &m.servers[c.to], &m.disks.servers[c.to]
	if t := c.reply.term; t > max(k.term, 0) {
		if m.unsaved(c.to, t) {
			m.lacks("S%d replied to %s in T%d and has saved nothing since it was in T%d or before (Figure 2)",
				c.to, c.method.name, t, k.term)
		}
		k.term, k.since = t, c.arrival
	} else if t == k.term {
		k.since = max(k.since, c.arrival)
	}
	switch {
	case c.reply.granted && c.from != c.to: // which some ask too
		heard := k.heard[inTerm{c.from, c.term}]
		if k.heardAny > 0 {
			heard = min(heard, k.heardAny)
		}
		switch {
		case heard == 0 || disk.saved > heard:
		case disk.written > heard && (m.ballots.before(c.to, c.term) == c.from || m.obeyed(c.to) == c.from):
			// The vote is on the disk since the term before, where some note the leader whom they follow, too, or between
			// two saves of a term and its vote.
			m.advised("votedFor is kept when the term rises, where Figure 2 has null: save a new term and its vote " +
				"together")
		case disk.written > heard:
			m.lacks("S%d voted for S%d in T%d and has saved only what was on its disk before it first heard of it in "+
				"that term (Figure 2)",
				c.to, c.from, c.term)
		default:
			m.lacks("S%d voted for S%d in T%d and has saved nothing since it first heard of it in that term (Figure 2)",
				c.to, c.from, c.term)
		}
	case c.reply.success && c.log != nil && len(c.log.terms) > 0:
		at := c.log.at(len(c.log.terms) - 1)
		if arrived := k.entries[at]; arrived != 0 && disk.saved <= arrived && !k.other && !m.made(c.to, at.term) {
			m.lacks("S%d said that it has the entry of T%d at index %d and has saved nothing since that came (Figure "+
				"2)",
				c.to, at.term, at.index)
		}
	}
}

// obeyed is the leader from whom a server last heard, or no server.
func (m *saves) obeyed(server int) int {
	if claim, ok := m.claims.byTerm[m.storage[server].term]; ok {
		return claim.server
	}
	return -1
}

// made reports whether a server may have made the entries of a term itself.
func (m *saves) made(server, term int) bool {
	claim, ok := m.claims.byTerm[term]
	return !ok || claim.server == server
}

// sent: a leader has voted for itself in its term.
func (m *saves) sent(c *call) {
	if k := &m.servers[c.from]; c.kind == appendEntries && c.term > k.term {
		if m.unsaved(c.from, c.term) {
			m.lacks("S%d leads T%d and has saved nothing since it was in T%d or before (Figure 2)",
				c.from, c.term, k.term)
		}
		k.term = c.term
	}
}

const savesExplained = `# 3.2 Saved before Told

Term, vote and log are on the disk before anybody is told of them, in a reply or in a request.

Paper: Figure 2, "Persistent state on all servers": "Updated on stable storage before responding to RPCs"

- persist is missing in one of the places where term, vote or log change: at the beginning of an election, when a higher
  term is seen in a request or reply, when a vote is granted, in Start and after AppendEntries.
- persist is called after the lock was released, or in another goroutine, and the reply is sent before it returns.
- A candidate asks for votes before its term and its vote for itself are saved.
- persist does not write everything: votedFor is not encoded, or is a struct's field whose name starts with a
  lower-case letter.
`
