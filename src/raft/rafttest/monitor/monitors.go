package monitor

import (
	"fmt"
	"slices"

	"raftlab/src/labrpc"
	"raftlab/src/raft"
)

// monitors are those of a run, as far as messages are understood.
type monitors struct {
	rules     Rules
	wire      *wire
	flights   flights
	leaders   leaders
	elections Elections
	votes     votes
	terms     terms
	logs      logs
	commits   commits
	stored    stored
	disks     disks
	applies   applies
	lives     []life
	floor     int         // no entry and no leader has a term that low: that of servers that were just made
	broken    []Violation // found by the event at hand
	advice    []string    // what would be better, though it breaks nothing; each once
}

// A life is which incarnation of a server counts. What an earlier one still
// does in its last throes reaches nobody and breaks no promise.
type life struct {
	number int // as in labrpc.Route
	up     bool
}

func newMonitors(servers int, rules Rules, w *wire) *monitors {
	m := &monitors{rules: rules, wire: w}
	w.readsCommands = rules.Log
	m.flights = make(flights)
	m.leaders = newLeaders(m)
	m.votes = newVotes(m, servers)
	m.terms = newTerms(m, servers)
	m.logs = newLogs(m)
	m.commits = newCommits(m, servers)
	m.stored = newStored(m, servers)
	m.disks = newDisks(m, servers)
	m.applies = newApplies(m, servers)
	m.lives = make([]life, servers)
	return m
}

func (m *monitors) booted(server int) {
	m.lives[server].number++
	m.lives[server].up = true
	m.terms.booted(server)
	m.stored.booted(server)
	m.disks.booted(server)
	m.applies.at[server] = 0
	if again := m.lives[server].number > 1; again && !m.rules.Persistence {
		m.votes.forget(server)
		m.leaders.pardon()
	}
}

func (m *monitors) crashed(server int) {
	m.lives[server].up = false
	m.flights.crashed(server)
	m.wire.crashed(server)
}

func (m *monitors) state(server, term int, leader bool) {
	if !m.lives[server].up {
		return
	}
	m.wire.state(server, term, leader)
	m.floor = min(m.floor, term)
	m.terms.state(server, term)
	m.disks.state(server, term)
	m.leaders.saw(term)
	if leader {
		m.leads(server, term, "GetState says")
	}
}

func (m *monitors) message(route labrpc.Route, e labrpc.Event) {
	m.wire.learn(route, e)
	f := m.flights.of(route, e, m.wire)
	if f.kind == appendEntries && m.none(f.term) {
		m.passOver(f)
	}
	// Whose act a step is, that server's life must count. But a server goes
	// down a moment after Crashed: what it can have learnt, saved and replied
	// until then counts for it and for others.
	switch e.Step {
	case labrpc.Sent:
		if m.counts(route) {
			m.sent(f)
		}
	case labrpc.Arrived, labrpc.Doubled:
		m.stored.arrived(f)
		m.commits.arrived(f)
		m.disks.arrived(f)
		if m.lives[route.To].up {
			m.terms.arrived(f)
		}
	case labrpc.Handled:
		m.commits.handled(f)
		if m.lives[route.To].up {
			m.handled(f)
		}
	case labrpc.Answered:
		if m.counts(route) {
			m.answered(f)
		}
	}
	m.flights.drop(route, e, f)
}

// counts reports whether what travels by route is sent and received by the
// life of its owner that counts.
func (m *monitors) counts(route labrpc.Route) bool {
	l := m.lives[route.From]
	return l.up && l.number == route.Life
}

// none reports whether a term stands for none.
func (m *monitors) none(term int) bool { return term <= m.floor }

func (m *monitors) sent(f *flight) {
	switch f.kind {
	case vote:
		m.floor = min(m.floor, f.term-1) // there are elections in that term
		m.elections.Asked++
		m.votes.asks(f.from, f.term)
		m.commits.asks(f)
		m.stored.asks(f)
	case appendEntries:
		m.leads(f.from, f.term, "it sends AppendEntries")
		m.logs.sent(f)
		m.commits.sent(f)
		m.disks.leads(f.from, f.term)
	default:
		return
	}
	m.terms.sent(f)
	m.leaders.saw(f.term)
}

// passOver: a request has no term, or one in which nobody was ever elected. The
// field is there and nothing was written into it.
func (m *monitors) passOver(f *flight) {
	m.wire.zeros = fmt.Sprintf("AppendEntries without a term is passed over: %s is sent with T%d, in which nobody stood for election", word(f.method), f.term)
	f.request = request{kind: passedOver, tells: anything}
}

func (m *monitors) handled(f *flight) {
	if f.copies > 0 {
		m.stored.handled(f)
		m.disks.handled(f)
	}
	m.terms.handled(f)
	if f.kind == appendEntries && f.reply.term <= f.term {
		m.votes.obeys(f.to, f.from, f.term)
	}
	if f.reply.granted {
		m.votes.granted(f.to, f.from, f.term)
	}
}

func (m *monitors) answered(f *flight) {
	m.terms.answered(f)
	m.disks.answered(f)
	if f.kind == vote {
		m.elections.Answered++
	}
	if f.reply.granted {
		m.elections.Granted++
		m.votes.counted(f.to, f.from, f.term)
	}
}

func (m *monitors) leads(server, term int, how string) {
	m.leaders.leads(server, term, how)
	m.votes.leads(server, term, how)
	m.commits.leads(server, term)
}

func (m *monitors) applied(server int, msg raft.ApplyMsg) {
	switch {
	case !m.lives[server].up:
	case msg.SnapshotValid:
		m.applies.snapshot(server, msg)
	case msg.CommandValid:
		m.applies.command(server, msg.CommandIndex, msg.Command)
	}
}

func (m *monitors) violated(promise, format string, args ...any) {
	m.broken = append(m.broken, Violation{promise, fmt.Sprintf(format, args...)})
}

func (m *monitors) advised(text string) {
	if !slices.Contains(m.advice, text) {
		m.advice = append(m.advice, text)
	}
}
