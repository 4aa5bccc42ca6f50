// Package monitor watches a cluster from outside and speaks when a promise of
// Raft is broken, whatever the scenario itself looks at.
//
// It sees what servers say to each other, what GetState returns, and what was
// saved and applied. It speaks only where the part of the lab under test
// demands what it checks, and only of what it is sure of: events reach it from
// many goroutines, so it concludes from their order only where that order is
// certain. Certain is that a server knows nothing of a message before it
// arrived, and that what was told of a server before a message arrived there
// is older than the server's reply.
//
// Nothing is assumed of messages either. Which fields they have is known from
// their definitions. What a field means is known from its name or, if that is
// none of the usual ones, found out by what it does; then all that has happened
// is judged again. Until then, and where it stays open, what rests on that field
// is not watched, and that is said.
package monitor

import (
	"fmt"
	"sync"

	"raftlab/src/labrpc"
	"raftlab/src/raft"
)

// Rules says which promises are in force.
type Rules struct {
	Log         bool // logs agree, and what is committed is applied (part 2B)
	Persistence bool // term, vote and log survive a restart (part 2C)
	Snapshots   bool // services take snapshots (part 2D)
}

// A Violation is a broken promise.
type Violation struct {
	Promise string // its name, as in Figure 3 where the paper names it
	Detail  string // who did what, in which term
}

func (v Violation) String() string { return v.Promise + ": " + v.Detail }

// A Set is all monitors of one run. Its methods may be called from many
// goroutines at once.
type Set struct {
	servers int
	rules   Rules
	report  func(Violation)

	mu   sync.Mutex // guards what follows; report is called without it
	wire *wire
	now  *monitors
	past past
	told map[Violation]bool // those of a past that may be judged again
}

// A past is what happened as long as words may still come to be understood.
type past struct {
	events []func(*monitors)
	bytes  int // of messages
	over   bool
}

// What a past may have. A Raft that has the usual words needs it for one
// election.
const (
	maxEvents = 50_000
	maxBytes  = 8 << 20
)

// New returns the monitors for a cluster of so many servers. report is called
// for every violation, on the goroutine whose event shows it.
func New(servers int, rules Rules, report func(Violation)) *Set {
	s := &Set{servers: servers, rules: rules, report: report, told: make(map[Violation]bool)}
	s.wire = newWire(servers, rules.Log)
	s.now = newMonitors(servers, rules, s.wire)
	return s
}

// Booted tells that a server is about to start, for the first time or again.
func (s *Set) Booted(server int) {
	s.do(0, func(m *monitors) { m.booted(server) })
}

// Crashed tells that a server is about to be taken away.
func (s *Set) Crashed(server int) {
	s.do(0, func(m *monitors) { m.crashed(server) })
}

// State tells what a server's GetState returned. Calls about one server come in
// the order of the answers.
func (s *Set) State(server, term int, leader bool) {
	s.do(0, func(m *monitors) { m.state(server, term, leader) })
}

// Message tells of a step of an RPC whose End is a labrpc.Route. Messages that
// are not known by their fields as RequestVote or AppendEntries are passed over.
// What the event holds must not be changed afterwards.
func (s *Set) Message(e labrpc.Event) {
	route, ok := e.End.(labrpc.Route)
	if !ok {
		return
	}
	size := len(e.Reply)
	if e.Step == labrpc.Sent {
		size = len(e.Args)
	}
	s.do(size, func(m *monitors) { m.message(route, e) })
}

// Applied tells what a server sent on its applyCh. Calls about one server come
// in that order.
func (s *Set) Applied(server int, msg raft.ApplyMsg) {
	if !s.rules.Log {
		return
	}
	s.do(len(msg.Snapshot), func(m *monitors) { m.applied(server, msg) })
}

// Restored tells, after Booted, that a server's service has started with a
// snapshot from the disk.
func (s *Set) Restored(server, index int, snapshot []byte) {
	s.do(0, func(m *monitors) { m.applies.restored(server, index, snapshot) })
}

// Snapshotted tells that a service takes a snapshot. It must not be changed
// afterwards.
func (s *Set) Snapshotted(index int, snapshot []byte) {
	s.do(len(snapshot), func(m *monitors) { m.applies.snapshots[index] = snapshot })
}

// Saved tells what a server wrote to its disk, which it may do for a moment after
// Crashed. It must not be changed afterwards.
func (s *Set) Saved(server int, state, snapshot []byte) {
	s.do(len(state)+len(snapshot), func(m *monitors) { m.disks.saved(server, state, snapshot) })
}

// Taken says, a sentence each, what was taken for what in messages whose words
// are not the usual ones.
func (s *Set) Taken() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var notes []string
	for _, n := range s.wire.notes {
		notes = append(notes, "monitors: "+n)
	}
	return notes
}

// Off says which monitors could not work, and why, a sentence each.
func (s *Set) Off() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	why := s.wire.off()
	if c := &s.now.commits; len(s.now.applies.commands) > 0 && c.on() && !c.based {
		why = append(why, "monitor off: what is committed is not watched: no command that was applied was seen in an AppendEntries, at its index or one below")
	}
	return why
}

// do has an event of so many bytes judged under the lock, and reports what was
// found without it.
func (s *Set) do(size int, event func(*monitors)) {
	s.mu.Lock()
	if !s.past.over {
		s.past.events = append(s.past.events, event)
		s.past.bytes += size
	}
	event(s.now)
	for s.wire.changed {
		s.again()
	}
	if p := &s.past; !p.over {
		if len(p.events) >= maxEvents || p.bytes >= maxBytes {
			s.wire.closed = true
		}
		if s.wire.settled() {
			*p = past{over: true}
		}
	}
	var broken []Violation
	for _, v := range s.now.broken {
		if !s.told[v] {
			broken = append(broken, v)
		}
		if !s.past.over {
			s.told[v] = true
		}
	}
	s.now.broken = nil
	s.mu.Unlock()
	for _, v := range broken {
		s.report(v)
	}
}

// again judges the past anew, by what was found out.
func (s *Set) again() {
	s.wire.reread()
	s.now = newMonitors(s.servers, s.rules, s.wire)
	for _, event := range s.past.events {
		if event(s.now); s.wire.changed {
			return
		}
	}
}

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
