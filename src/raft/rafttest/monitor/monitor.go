// Package monitor watches a cluster from outside and speaks when a promise of
// Raft is broken, whatever the scenario itself looks at.
//
// It sees what servers say to each other, what GetState returns, and what was
// saved and applied. It speaks only where the part of the lab under test
// demands what it checks, and only of what it is sure of: events reach it from
// many goroutines, so it concludes from their order only where that order is
// certain.
package monitor

import (
	"fmt"
	"sync"

	"raftlab/src/labrpc"
)

// Rules says which promises are in force.
type Rules struct {
	Persistence bool // term and vote survive a restart (part 2C)
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

	mu      sync.Mutex // guards the monitors; report is called without it
	wire    wire
	leaders leaders
	votes   votes
	terms   terms
	lives   []life
	broken  []Violation // found by the event at hand
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
	s.leaders = newLeaders(s)
	s.votes = newVotes(s, servers)
	s.terms = newTerms(s, servers)
	s.lives = make([]life, servers)
	return s
}

// Booted tells that a server is about to start, for the first time or again.
func (s *Set) Booted(server int) {
	s.do(func() {
		s.lives[server].number++
		s.lives[server].up = true
		if !s.rules.Persistence {
			s.votes.forget(server)
			s.terms.forget(server)
		}
	})
}

// Crashed tells that a server is about to be taken away.
func (s *Set) Crashed(server int) {
	s.do(func() { s.lives[server].up = false })
}

// State tells what a server's GetState returned. Calls about one server come in
// the order of the answers.
func (s *Set) State(server, term int, leader bool) {
	s.do(func() {
		if !s.lives[server].up {
			return
		}
		s.terms.state(server, term)
		if leader {
			s.leaders.leads(server, term, "GetState says")
			s.votes.leads(server, term)
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
	switch e.Step {
	case labrpc.Sent, labrpc.Arrived, labrpc.Handled, labrpc.Answered:
	default:
		return
	}
	s.do(func() {
		if from := s.lives[route.From]; !from.up || from.number != route.Life {
			return
		}
		if e.Step != labrpc.Sent && !s.lives[route.To].up {
			return
		}
		req, ok := s.wire.request(e)
		if !ok {
			return
		}
		switch e.Step {
		case labrpc.Sent:
			switch req.kind {
			case vote:
				s.votes.candidate(route.From, req.term)
			case appendEntries:
				s.leaders.leads(route.From, req.term, "it sends AppendEntries")
				s.votes.leads(route.From, req.term)
			}
		case labrpc.Arrived:
			s.terms.arrived(route, e.Call)
		case labrpc.Handled:
			rep := s.wire.reply(e)
			s.terms.replied(route, e.Call, e.Method, rep)
			if req.kind == vote && rep.granted {
				s.votes.granted(route.To, route.From, req.term)
			}
		case labrpc.Answered:
			if req.kind == vote && s.wire.reply(e).granted {
				s.votes.counted(route.To, route.From, req.term)
			}
		}
	})
}

// Off says which monitors could not work, and why, a sentence each.
func (s *Set) Off() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.wire.off()
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
