package monitor

import "slices"

// Marks are situations that a run may or may not come into, and in which bugs show. None is wrong: Raft must stand all
// of them. A search plays more of the runs in which a rare one came about, and says which never did.
const (
	markSplitVote     = "two servers stand in one term"
	markStandsAgain   = "a candidate stands again, not having been elected"
	markTwoLeaders    = "two servers lead, in different terms"
	markFollows       = "a candidate follows the leader of its term"
	markLogRefused    = "a vote is refused as the candidate's log is behind"
	markTermFarAhead  = "a server hears of a term that is five later than its own"
	markStaleRequest  = "a request of an earlier term comes"
	markStaleVote     = "a vote of an earlier term comes"
	markStaleRefusal  = "a refusal of an earlier term comes"
	markOldSuccess    = "a success of an earlier leadership comes to who leads again"
	markDeposed       = "a leader hears of a later term"
	markReordered     = "a follower's answers come in another order"
	markTwice         = "entries come that the follower has stored already"
	markShorter       = "entries come of which the follower has stored more already"
	markTruncated     = "entries are replaced by others"
	markOldEntries    = "a leader sends entries of an earlier term that are not committed"
	markGap           = "entries are refused as those before are missing"
	markSnapshotComes = "a snapshot comes from the leader"
	markOldSnapshot   = "a snapshot comes that is older than what was applied"
	markCandidateDown = "a candidate crashes"
	markLeaderDown    = "a leader crashes"
	markAllDown       = "all servers are down"
	markVoterAgain    = "a server that has voted starts again in the same term"
)

// Marks returns the names of all marks that these rules allow for.
func Marks(r Rules) []string {
	list := []string{markSplitVote, markStandsAgain, markTwoLeaders, markFollows, markTermFarAhead, markStaleRequest,
		markStaleVote, markStaleRefusal, markDeposed, markReordered}
	if r.Log {
		list = append(list, markLogRefused, markOldSuccess, markTwice, markShorter, markTruncated, markOldEntries, markGap)
	}
	if r.Persistence {
		list = append(list, markCandidateDown, markLeaderDown, markAllDown, markVoterAgain)
	}
	if r.Snapshots {
		list = append(list, markSnapshotComes, markOldSnapshot)
	}
	return list
}

// A marker notes marks and abstract states. It is told of events as monitors are, and watches nothing.
type marker struct {
	*views
	seen   []seen         // of servers
	stored []map[int]int  // by server: the terms of the entries that it has said it stores, by index
	led    map[inTerm]int // by leader: how many terms it had led before, this one included
	terms  []int          // by server: how many terms it has led
	order  map[[2]int]int // by leader and follower: up to where the follower was heard to have the leader's log
	states states
}

// seen is what a server has shown of itself last.
type seen struct {
	standing
	up      bool
	applied int
	voted   int // the term of its last vote
}

func newMarker(v *views) monitor {
	m := &marker{
		views: v, seen: slices.Repeat([]seen{{standing: standing{Follower, 0}}}, v.servers),
		stored: make([]map[int]int, v.servers), led: make(map[inTerm]int), terms: make([]int, v.servers),
		order: make(map[[2]int]int),
	}
	for i := range m.stored {
		m.stored[i] = make(map[int]int)
	}
	return monitor{
		booted: m.booted, crashed: m.crashed, sent: m.sent, arrived: m.arrived, handled: m.handled,
		answered: m.answered, voted: m.voted, leads: m.leads, applied: m.applied,
	}
}

func (m *marker) mark(name string) {
	if !slices.Contains(m.marks, name) {
		m.marks = append(m.marks, name)
	}
}

// becomes notes which role a server is in.
func (m *marker) becomes(server int, role string, term int) {
	if s := &m.seen[server]; term > s.term || term == s.term && role != s.role {
		s.standing = standing{role, term}
		m.reached = append(m.reached, m.states.hash(m.seen))
	}
}

func (m *marker) booted(server int) {
	s := &m.seen[server]
	if s.voted > 0 && s.voted == s.term {
		m.mark(markVoterAgain)
	}
	s.role, s.up = Follower, true
	if !m.rules.Persistence {
		s.applied = 0
		clear(m.stored[server])
	}
	m.reached = append(m.reached, m.states.hash(m.seen))
}

func (m *marker) crashed(server int) {
	s := &m.seen[server]
	switch {
	case !m.rules.Persistence:
	case s.role == Candidate:
		m.mark(markCandidateDown)
	case s.role == Leader:
		m.mark(markLeaderDown)
	}
	s.up, s.role = false, Follower
	if m.rules.Persistence && !slices.ContainsFunc(m.seen, func(s seen) bool { return s.up }) {
		m.mark(markAllDown)
	}
	m.reached = append(m.reached, m.states.hash(m.seen))
}

func (m *marker) sent(c *call) {
	switch c.kind {
	case requestVote:
		was := m.seen[c.from]
		if was.role == Candidate && c.term > was.term {
			m.mark(markStandsAgain)
		}
		for i, s := range m.seen {
			if i != c.from && s.standing == (standing{Candidate, c.term}) {
				m.mark(markSplitVote)
			}
		}
		m.becomes(c.from, Candidate, c.term)
	case appendEntries:
		if c.log != nil && len(c.log.terms) > 0 && !m.clocks.none(c.log.terms[0]) && c.log.terms[0] < c.term &&
			m.committed.at(c.log.prev.index+1).term == 0 {
			m.mark(markOldEntries)
		}
	}
}

func (m *marker) leads(l lead) {
	at := inTerm{l.server, l.term}
	if m.led[at] == 0 {
		m.terms[l.server]++
		m.led[at] = m.terms[l.server]
		for i := range m.servers {
			delete(m.order, [2]int{l.server, i})
		}
	}
	m.becomes(l.server, Leader, l.term)
	for i, s := range m.seen {
		if i != l.server && s.up && s.role == Leader && s.term != l.term && m.seen[l.server].term == l.term {
			m.mark(markTwoLeaders)
		}
	}
}

func (m *marker) voted(v vote) { m.seen[v.voter].voted = max(m.seen[v.voter].voted, v.term) }

func (m *marker) arrived(c *call) {
	s := m.seen[c.to]
	switch {
	case c.method != nil && c.method.installs:
		m.mark(markSnapshotComes)
		if c.upTo > 0 && m.indexes.based && c.upTo+m.indexes.base < s.applied {
			m.mark(markOldSnapshot)
		}
	case c.kind != requestVote && c.kind != appendEntries:
	case c.term < s.term:
		m.mark(markStaleRequest)
	case s.term > 0 && c.term >= s.term+5:
		m.mark(markTermFarAhead)
	}
}

func (m *marker) handled(c *call) {
	s := m.seen[c.to]
	switch {
	case c.copies == 0:
	case c.kind == requestVote && c.method.reply.has(replyGranted) && !c.reply.granted && c.reply.term <= c.term:
		if c.stored.valid && c.last != nil && m.indexes.behind(*c.last, c.stored.entry) {
			m.mark(markLogRefused)
		}
	case c.kind != appendEntries:
	case c.reply.success:
		if s.standing == (standing{Candidate, c.term}) {
			m.mark(markFollows)
		}
		m.stores(c)
	case c.method.reply.has(replySuccess) && c.log != nil && c.reply.term <= c.term:
		m.mark(markGap)
	}
	if t := max(c.reply.term, 0); t > s.term {
		m.becomes(c.to, Follower, t)
	} else if c.kind == appendEntries && c.reply.success {
		m.becomes(c.to, Follower, c.term)
	}
}

// stores: a follower says that it has stored entries.
func (m *marker) stores(c *call) {
	if c.log == nil || len(c.log.terms) == 0 {
		return
	}
	held, again := m.stored[c.to], 0
	for i := range c.log.terms {
		at := c.log.at(i)
		switch was, ok := held[at.index]; {
		case ok && was == at.term:
			again++
		case ok:
			m.mark(markTruncated)
			for index := range held {
				if index >= at.index {
					delete(held, index)
				}
			}
		}
		held[at.index] = at.term
	}
	if again == len(c.log.terms) {
		m.mark(markTwice)
		if _, more := held[c.log.end()+1]; more {
			m.mark(markShorter)
		}
	}
}

func (m *marker) answered(c *call) {
	s := m.seen[c.from]
	switch {
	case c.kind != requestVote && c.kind != appendEntries:
	case c.reply.term > c.term && s.standing == (standing{Leader, c.term}):
		m.mark(markDeposed)
		m.becomes(c.from, Follower, c.reply.term)
	case c.term < s.term && c.reply.granted:
		m.mark(markStaleVote)
	case c.term < s.term && c.kind == appendEntries && c.reply.success:
		if s.role == Leader && m.led[inTerm{c.from, c.term}] > 0 {
			m.mark(markOldSuccess)
		}
	case c.term < s.term:
		m.mark(markStaleRefusal)
	case c.kind == appendEntries && c.log != nil && s.role == Leader:
		end, at := c.log.end(), [2]int{c.from, c.to}
		if end < m.order[at] && c.reply.success {
			m.mark(markReordered)
		}
		m.order[at] = max(m.order[at], end)
	}
}

func (m *marker) applied(a applied) {
	s := &m.seen[a.server]
	if s.applied = max(s.applied, a.CommandIndex); a.SnapshotValid {
		s.applied = max(s.applied, a.SnapshotIndex)
	}
	m.reached = append(m.reached, m.states.hash(m.seen))
}
