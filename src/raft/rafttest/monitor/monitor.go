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
	"bytes"
	"slices"
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

// Took reports whether these are the bytes of a snapshot that a service took at
// an index.
func (s *Set) Took(index int, snapshot []byte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	was, ok := s.now.applies.snapshots[index]
	return ok && bytes.Equal(snapshot, was)
}

// Restored tells, after Booted, that a server's service has started with a
// snapshot from the disk or, if that is nil, with what it had.
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

// Advice is what would be better otherwise although it breaks no promise, a sentence each.
func (s *Set) Advice() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.now.advice)
}

// Off says which monitors could not work, and why, a sentence each: those of votes, and all others.
func (s *Set) Off() (votes, others []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	votes, others = s.wire.off()
	if c := &s.now.commits; len(s.now.applies.commands) > 0 && c.on() && !c.based {
		others = append(others, "monitor off: what is committed is not watched: no command that was applied was seen in an AppendEntries, at its index or one below")
	}
	return votes, others
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
