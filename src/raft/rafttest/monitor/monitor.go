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
package monitor

import (
	"fmt"
	"sync"

	"raftlab/src/labrpc"
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
	rules  Rules
	report func(Violation)

	mu        sync.Mutex // guards the monitors; report is called without it
	wire      wire
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
	broken    []Violation // found by the event at hand
}

// A life is which incarnation of a server counts. What an earlier one still
// does in its last throes reaches nobody and breaks no promise.
type life struct {
	number int // as in labrpc.Route
	up     bool
}

// New returns the monitors for a cluster of so many servers. report is called
// for every violation, on the goroutine whose event shows it.
func New(servers int, rules Rules, report func(Violation)) *Set {
	s := &Set{rules: rules, report: report}
	s.wire = newWire()
	s.wire.readsLogs, s.wire.readsCommands = rules.Log, rules.Log
	s.flights = make(flights)
	s.leaders = newLeaders(s)
	s.votes = newVotes(s, servers)
	s.terms = newTerms(s, servers)
	s.logs = newLogs(s)
	s.commits = newCommits(s, servers)
	s.stored = newStored(s, servers)
	s.disks = newDisks(s, servers)
	s.applies = newApplies(s, servers)
	s.lives = make([]life, servers)
	return s
}

// Booted tells that a server is about to start, for the first time or again.
func (s *Set) Booted(server int) {
	s.do(func() {
		s.lives[server].number++
		s.lives[server].up = true
		s.terms.booted(server)
		s.stored.booted(server)
		s.applies.at[server] = 0
		if again := s.lives[server].number > 1; again && !s.rules.Persistence {
			s.votes.forget(server)
			s.leaders.pardon()
		}
	})
}

// Crashed tells that a server is about to be taken away.
func (s *Set) Crashed(server int) {
	s.do(func() {
		s.lives[server].up = false
		s.flights.crashed(server)
	})
}

// State tells what a server's GetState returned. Calls about one server come in
// the order of the answers.
func (s *Set) State(server, term int, leader bool) {
	s.do(func() {
		if !s.lives[server].up {
			return
		}
		s.terms.state(server, term)
		s.leaders.saw(term)
		if leader {
			s.leads(server, term, "GetState says")
		}
	})
}

// Message tells of a step of an RPC whose End is a labrpc.Route. Messages that
// are not known by their fields as RequestVote or AppendEntries are passed over.
func (s *Set) Message(e labrpc.Event) {
	route, ok := e.End.(labrpc.Route)
	if !ok {
		return
	}
	s.do(func() {
		f := s.flights.of(route, e, &s.wire)
		// Whose act a step is, that server's life must count. But a server goes
		// down a moment after Crashed: what it can have learnt, saved and replied
		// until then counts for it and for others.
		switch e.Step {
		case labrpc.Sent:
			if s.counts(route) {
				s.sent(f)
			}
		case labrpc.Arrived, labrpc.Doubled:
			s.stored.arrived(f)
			s.disks.arrived(f)
			if s.lives[route.To].up {
				s.terms.arrived(f)
			}
		case labrpc.Handled:
			s.commits.handled(f)
			if s.lives[route.To].up {
				s.handled(f)
			}
		case labrpc.Answered:
			if s.counts(route) {
				s.answered(f)
			}
		}
		s.flights.drop(route, e, f)
	})
}

// counts reports whether what travels by route is sent and received by the
// life of its owner that counts.
func (s *Set) counts(route labrpc.Route) bool {
	l := s.lives[route.From]
	return l.up && l.number == route.Life
}

func (s *Set) sent(f *flight) {
	switch f.kind {
	case vote:
		s.elections.Asked++
		s.votes.asks(f.from, f.term)
		s.commits.asks(f)
		s.stored.asks(f)
	case appendEntries:
		s.leads(f.from, f.term, "it sends AppendEntries")
		s.logs.sent(f)
		s.commits.sent(f)
		s.disks.leads(f.from, f.term)
	default:
		return
	}
	s.terms.sent(f)
	s.leaders.saw(f.term)
}

func (s *Set) handled(f *flight) {
	if f.copies > 0 {
		s.stored.handled(f)
		s.disks.handled(f)
	}
	s.terms.handled(f)
	if f.reply.granted {
		s.votes.granted(f.to, f.from, f.term)
	}
}

func (s *Set) answered(f *flight) {
	s.terms.answered(f)
	if f.kind == vote {
		s.elections.Answered++
	}
	if f.reply.granted {
		s.elections.Granted++
		s.votes.counted(f.to, f.from, f.term)
	}
}

func (s *Set) leads(server, term int, how string) {
	s.leaders.leads(server, term, how)
	s.votes.leads(server, term, how)
	s.commits.leads(server, term)
}

// Off says which monitors could not work, and why, a sentence each.
func (s *Set) Off() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	why := s.wire.off()
	if len(s.applies.commands) > 0 && s.commits.on() && !s.commits.based {
		why = append(why, "monitor off: what is committed is not watched: no command that was applied was seen in an AppendEntries, at its index or one below")
	}
	return why
}

// do runs f under the lock and reports what it found without it.
func (s *Set) do(f func()) {
	s.mu.Lock()
	f()
	broken := s.broken
	s.broken = nil
	s.mu.Unlock()
	for _, v := range broken {
		s.report(v)
	}
}

func (s *Set) violated(promise, format string, args ...any) {
	s.broken = append(s.broken, Violation{promise, fmt.Sprintf(format, args...)})
}
