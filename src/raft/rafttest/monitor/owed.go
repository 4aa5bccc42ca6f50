package monitor

import (
	"slices"
	"time"
)

// owed watches that servers apply what they know to be committed (Figure 2, "All Servers"), and that they do not forget
// that they know it. A follower knows of what its leader has committed as far as it has said that it stores it; a
// leader knows of what it says itself. Where the indexes in messages are not the service's, it is not watched.
type owed struct {
	*views
	servers []debt
	each    []time.Duration // by server: how long its service takes over a message
	any     bool            // a server has applied something: it is told here
}

// A debt is what a server has to apply.
type debt struct {
	upTo    int           // the last index of it
	applied int           // in this life, commands only
	since   time.Duration // when there was something and it last applied anything
	stood   inTerm        // when it last stood for election
	had     int           // what it had applied then

	// As leader of a term: up to which index followers have said to it that they have its log, and so what it is to
	// commit.
	leads int
	match []int
	wins  int
}

// applyWithin is how long a server may do nothing although there is something to apply: a service takes its time.
const applyWithin = 4 * time.Second

func newOwed(v *views) monitor {
	m := &owed{views: v, servers: make([]debt, v.servers), each: make([]time.Duration, v.servers)}
	return monitor{
		explanations: owedExplained, rules: Rules{Log: true},
		booted: m.booted, resumed: m.resumed, paced: m.paced, slowed: m.slowed, restored: m.restored,
		state: m.state, sent: m.sent, handled: m.handled, answered: m.answered, applied: m.gets,
	}
}

func (m *owed) booted(server int) {
	m.servers[server] = debt{stood: inTerm{server, never}, leads: never}
}

func (m *owed) slowed(s slowness) {
	m.each[s.server] = max(m.each[s.server], s.each) // what it was sent before may still take so long
}

func (m *owed) resumed(server int) { m.servers[server].since = m.at }

func (m *owed) paced(server int) { m.resumed(server) }

// restored: what the service has by its snapshot, it is owed no more.
func (m *owed) restored(r restored) {
	d := &m.servers[r.server]
	d.upTo, d.applied = 0, r.index
}

// owes: a server knows that the log is committed up to an index.
func (m *owed) owes(server, upTo int) {
	d := &m.servers[server]
	if max(d.upTo, d.wins) <= d.applied && upTo > d.applied {
		d.since = m.at
	}
	d.upTo = max(d.upTo, upTo)
}

// answered: a leader commits what a majority has, from the first entry of its own term on.
func (m *owed) answered(c *call) {
	lead := m.logs[c.term]
	if !c.reply.success || c.late(m.at) || c.log == nil || len(c.log.terms) == 0 || lead == nil ||
		lead.server != c.from {
		return
	}
	d := &m.servers[c.from]
	if d.leads != c.term {
		d.leads, d.wins, d.match = c.term, 0, slices.Repeat([]int{noIndex}, m.views.servers)
	}
	d.match[c.to] = max(d.match[c.to], c.log.end())
	if upTo, ok := m.committed.majority(lead, d.match); ok {
		if max(d.upTo, d.wins) <= d.applied && upTo > d.applied {
			d.since = m.at
		}
		d.wins = max(d.wins, upTo)
	}
}

func (m *owed) handled(c *call) {
	if !c.reply.success || c.copies == 0 || c.log == nil || c.commit == noIndex {
		return
	}
	end, held := c.log.end(), m.storage[c.to]
	if len(c.log.terms) == 0 && (!held.valid || held.term != c.term || held.entry.index < end) {
		return // to a heartbeat some say yes without looking
	}
	m.servers[c.to].wins = 0 // it follows
	m.owes(c.to, min(c.commit, end))
	m.check(c.to)
}

// sent: what a leader says in a term, it says after it stood in that term.
func (m *owed) sent(c *call) {
	d := &m.servers[c.from]
	switch {
	case c.kind == requestVote && c.term > d.stood.term:
		d.stood, d.had = inTerm{c.from, c.term}, d.applied
	case c.kind == appendEntries && c.commit != noIndex:
		m.owes(c.from, c.commit)
		if m.aligned() && c.term == d.stood.term && c.commit < d.had {
			m.violated("Commit Index Never Falls", "S%d had applied index %d before it stood in T%d, and as leader "+
				"of T%d says "+
				"that what is committed ends at index %d", c.from, d.had, c.term, c.term, c.commit)
		}
	}
}

// aligned reports whether indexes in messages are the service's.
func (m *owed) aligned() bool { return m.indexes.based && m.indexes.base == 0 }

func (m *owed) gets(a applied) {
	d := &m.servers[a.server]
	d.since, m.any = m.at, true
	if a.CommandValid {
		d.applied = a.CommandIndex
	} else {
		d.applied = max(d.applied, a.SnapshotIndex)
	}
}

func (m *owed) state(a answer) {
	if d := &m.servers[a.server]; !a.leader || a.term != d.leads {
		d.wins = 0 // that it lost its lead is a reason not to commit
	}
	m.check(a.server)
}

// check reports a debt that is too old.
func (m *owed) check(server int) {
	d := &m.servers[server]
	waits := (m.at - d.since).Round(time.Millisecond)
	switch {
	case !m.any || !m.aligned() || max(d.upTo, d.wins) <= d.applied:
		return
	case m.slow(server) || m.at-d.since < applyWithin+20*m.each[server]:
		return
	case d.upTo > d.applied:
		m.violated("Committed Is Applied",
			"S%d knows that index %d is committed, and has applied nothing after index %d for %v",
			server, d.upTo, d.applied, waits)
	default:
		m.violated("Committed Is Applied",
			"S%d, leader of T%d, has heard that a majority has index %d, and has applied nothing after index %d for %v",
			server, d.leads, d.wins, d.applied, waits)
	}
	d.upTo, d.wins = 0, 0
}

const owedExplained = `# 4.4 Committed Is Applied

A server applies what it knows to be committed, soon.

Paper: Figure 2, "Rules for Servers", All Servers: "If commitIndex > lastApplied: increment lastApplied, apply
log[lastApplied] to state machine"; "AppendEntries RPC", rule 5

- LeaderCommit is looked at only in requests with entries, and not in heartbeats.
- The goroutine that applies is woken before commitIndex rises, or while it does not wait: a signal that nobody waits
  for is lost. It must look at commitIndex, under the lock, before it waits.
- A channel without a buffer wakes it, and the send is given up if nobody receives.
- It ends after an error, or when the server is no longer the leader.
- A leader tries the index of the follower that has just answered, and no lower one: two followers that have 41 and 55
  make a majority for 41 ("If there exists an N such that N > commitIndex, a majority of matchIndex[i] ≥ N").

# 4.5 Commit Index Never Falls

The index up to which a server knows the log to be committed only rises.

Paper: Figure 2, "Volatile state on all servers", commitIndex: "initialized to 0, increases monotonically"

- commitIndex is set to LeaderCommit, whatever it was: a new leader may know less than its followers, and requests come
  late.
- A new leader sets its commitIndex back.
- commitIndex is recomputed from matchIndex, which a new leader begins at 0.
`
