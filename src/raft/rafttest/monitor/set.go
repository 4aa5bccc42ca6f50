package monitor

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"raftlab/src/labrpc"
	"raftlab/src/raft"
)

// Rules says which promises are in force.
type Rules struct {
	Log         bool // logs agree, and what is committed is applied (part 2B)
	Persistence bool // term, vote and log survive a restart (part 2C)
	Snapshots   bool // services take snapshots (part 2D)
}

// cover reports whether all promises of others are in force.
func (r Rules) cover(others Rules) bool {
	return (r.Log || !others.Log) && (r.Persistence || !others.Persistence) && (r.Snapshots || !others.Snapshots)
}

// A Violation is a broken promise.
type Violation struct {
	Promise string // its name, as in Figure 3 where the paper names it
	Detail  string // who did what, in which term

	// What Detail speaks of, in its order.
	Servers, Terms, Indexes []int
}

// Violated returns a Violation whose Detail is made as by fmt.Sprintf. What S%d, T%d and index %d stand for in the
// format is what it is about.
func Violated(promise, format string, args ...any) Violation {
	v := Violation{Promise: promise, Detail: fmt.Sprintf(format, args...)}
	for i, before := range strings.Split(strings.ReplaceAll(format, "%%", ""), "%")[:len(args)] {
		n, ok := args[i].(int)
		switch {
		case !ok:
		case strings.HasSuffix(before, "S"):
			v.Servers = append(v.Servers, n)
		case strings.HasSuffix(before, "T"):
			v.Terms = append(v.Terms, n)
		case strings.HasSuffix(before, "index "):
			v.Indexes = append(v.Indexes, n)
		}
	}
	return v
}

func (v Violation) String() string { return v.Promise + ": " + v.Detail }

// A Set is all monitors of one run. Its methods may be called from many goroutines at once.
type Set struct {
	servers      int
	rules        Rules
	report       func(Violation)
	constructors []func(*views) monitor

	mu   sync.Mutex // guards what follows; report is called without it
	wire *wire
	now  *monitors
	past past
	told map[string]bool // violations that were reported while the past may be judged again

	notebook Notebook             // nil if nobody wants notes
	wanted   wanted               // what somebody wants: that is asked at the first event
	time     func() time.Duration // nil if there is no clock
}

// A past is all that has happened, kept as long as the meanings of messages' fields may still become known.
type past struct {
	events []event
	bytes  int // of messages
	over   bool
}

// An event is what the monitors are told of, and when.
type event struct {
	at time.Duration
	do func(*monitors)
}

// The limits of a past. For a Raft with the usual field names it is needed until the first election.
const (
	maxEvents = 50_000
	maxBytes  = 8 << 20
)

// wanted is what is to be found out of a run besides whether promises are kept.
type wanted struct{ notes, coverage bool }

// New returns the monitors for a cluster of this number of servers. report is called for every violation, on the
// goroutine whose event shows it.
func New(servers int, rules Rules, report func(Violation)) *Set {
	return newSet(servers, rules, report, constructors)
}

func newSet(servers int, rules Rules, report func(Violation), constructors []func(*views) monitor) *Set {
	w := newWire(servers, rules.Log)
	return &Set{
		servers: servers, rules: rules, report: report, constructors: constructors,
		wire: w, now: newMonitors(servers, rules, w, constructors, wanted{}), told: make(map[string]bool),
	}
}

// Clock gives the monitors a clock. Until then no time passes for them, and without one they do not watch what a server
// must do within a time.
func (s *Set) Clock(now func() time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.time = now
}

// Booted tells that a server is about to start, for the first time or again.
func (s *Set) Booted(server int) {
	s.do(0, func(m *monitors) { m.booted(server) })
}

// Crashed tells that a server is about to be taken away.
func (s *Set) Crashed(server int) {
	s.do(0, func(m *monitors) { m.crashed(server) })
}

// Resumed tells that a server which stood still for a while, and does not know of it, goes on.
func (s *Set) Resumed(server int) {
	s.do(0, func(m *monitors) { m.all.resumed(server) })
}

// Skewed tells that a server's clock runs at a rate, 1 being right, until it is told again or the server crashes, and
// that its wall clock has jumped before that. From then on refusals prove nothing, since some leave out late requests by
// the time at which they were made: section 2 lets faulty clocks cost availability.
func (s *Set) Skewed(server int, rate float64, jump time.Duration) {
	s.do(0, func(m *monitors) {
		m.skewed = m.skewed || rate != 1 || jump != 0
		p := m.paces[server]
		p.clock = rate
		m.paced(server, p)
	})
}

// Lingers tells that goroutines of a server rest for up to longest where they wait for nothing, until it is told again
// or the server crashes; 0 is not at all.
func (s *Set) Lingers(server int, longest time.Duration) {
	s.do(0, func(m *monitors) {
		p := m.paces[server]
		p.until = max(p.until, m.at+p.lingers)
		p.lingers = longest
		m.paced(server, p)
	})
}

// Slowed tells that a server's service takes so long over each message from now on, in later lives, too.
func (s *Set) Slowed(server int, each time.Duration) {
	s.do(0, func(m *monitors) { m.all.slowed(slowness{server, each}) })
}

// State tells what a server's GetState returned. Calls about one server come in the order of the answers.
func (s *Set) State(server, term int, leader bool) {
	s.do(0, func(m *monitors) { m.state(server, term, leader) })
}

// Started tells that a server's Start has said that it leads a term, and where it has put the command. Its calls are in
// order with those of State.
func (s *Set) Started(server, term, index int) {
	s.do(0, func(m *monitors) { m.started(started{server, term, index}) })
}

// Message tells of a step of an RPC whose End is a labrpc.Route. RPCs whose fields do not show that they are
// RequestVote or AppendEntries are ignored. What the event holds must not be changed afterwards.
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

// Applied tells what a server sent on its applyCh. Calls about one server come in that order.
func (s *Set) Applied(server int, msg raft.ApplyMsg) {
	if !s.rules.Log {
		return
	}
	s.do(len(msg.Snapshot), func(m *monitors) { m.applied(server, msg) })
}

// Took reports whether these are the bytes of a snapshot that a service took at an index.
func (s *Set) Took(index int, snapshot []byte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now.snapshots.took(index, snapshot)
}

// Restored tells, after Booted, that a server's service has started with a snapshot from the disk or, if that is nil,
// with what it had.
func (s *Set) Restored(server, index int, snapshot []byte) {
	s.do(0, func(m *monitors) { m.all.restored(restored{server, index, snapshot}) })
}

// Snapshotted tells that a service takes a snapshot. It must not be changed afterwards.
func (s *Set) Snapshotted(index int, snapshot []byte) {
	s.do(len(snapshot), func(m *monitors) { m.snapshots[index] = snapshot })
}

// Saved tells what a server wrote to its disk, which it may do for a moment after Crashed. It must not be changed
// afterwards.
func (s *Set) Saved(server int, state, snapshot []byte) {
	s.do(len(state)+len(snapshot), func(m *monitors) { m.saved(server, state, snapshot) })
}

// Taken says, a sentence each, which meanings were inferred for messages' fields with unusual names.
func (s *Set) Taken() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var notes []string
	for _, n := range s.wire.notes {
		notes = append(notes, "monitors: "+n)
	}
	return notes
}

// Advice says, a sentence each, what could be better, though it breaks no promise.
func (s *Set) Advice() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.now.advice)
}

// Off says, a sentence each, which promises could not be watched, and why: the promises about votes, and all others.
func (s *Set) Off() (votes, others []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.now.made {
		if m.off == nil {
			continue
		}
		notes := &others
		if m.votes {
			notes = &votes
		}
		for _, note := range m.off() {
			*notes = append(*notes, "monitor off: "+note)
		}
	}
	return votes, others
}

// do has an event, of size bytes, judged under the lock, and reports what was found without it.
func (s *Set) do(size int, what func(*monitors)) {
	s.mu.Lock()
	happens := event{do: what}
	if s.time != nil {
		happens.at = s.time()
	}
	if !s.past.over {
		s.past.events = append(s.past.events, happens)
		s.past.bytes += size
	}
	if s.now.now == 0 && s.notebook != nil {
		if s.wanted = (wanted{s.notebook.Recorded(), s.notebook.Covered()}); s.wanted != (wanted{}) {
			s.now = newMonitors(s.servers, s.rules, s.wire, s.constructors, s.wanted)
		}
	}
	s.now.take(happens, s.wanted.notes)
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
		if !s.told[v.String()] {
			broken = append(broken, v)
		}
		if !s.past.over {
			s.told[v.String()] = true
		}
	}
	notes, marks, reached := s.now.notes, s.now.marks, s.now.reached
	s.now.broken, s.now.notes, s.now.marks, s.now.reached = nil, nil, nil, nil
	s.mu.Unlock()
	for _, n := range notes {
		s.notebook.Note(n)
	}
	for _, name := range marks {
		s.notebook.Mark(name)
	}
	for _, state := range reached {
		s.notebook.Reached(state)
	}
	for _, v := range broken {
		s.report(v)
	}
}

// again judges the past anew, by what was found out. Notes are of its last event, which is the current one.
func (s *Set) again() {
	s.wire.reread()
	s.now = newMonitors(s.servers, s.rules, s.wire, s.constructors, s.wanted)
	for i, happened := range s.past.events {
		if s.now.take(happened, s.wanted.notes && i == len(s.past.events)-1); s.wire.changed {
			return
		}
	}
}
