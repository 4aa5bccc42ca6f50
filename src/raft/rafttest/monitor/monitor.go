// Package monitor watches a cluster from outside and speaks when a promise of Raft is broken, whatever the scenario
// itself looks at.
//
// It sees what servers say to each other, what GetState returns, and what was saved and applied. It speaks only where
// the part of the lab under test demands what it checks, and only of what it is sure of: events reach it from many
// goroutines, so it concludes from their order only where that order is certain. Certain is that a server knows nothing
// of a message before it arrived, and that what was told of a server before a message arrived there is older than the
// server's reply.
//
// Nothing is assumed of messages either. Which fields they have is known from their definitions. What a field means is
// known from its name or, if that is none of the usual ones, found out by what it does; then all that has happened is
// judged again. Until then, and where it stays open, what rests on that field is not watched, and that is said.
package monitor

import (
	"fmt"
	"slices"
)

// A monitor watches one promise of Raft, or a few that rest on the same. To add one, write a file with a constructor
// and the explanations of its promises, and add the constructor to the list below. Nothing else has to know of it.
//
// A monitor looks at the views, which all monitors share and none may change, and at what it remembers itself; never at
// another monitor. What two monitors need is a view. A monitor speaks by violated and advised. When words of messages
// come to be understood, the past is judged anew by new monitors: what one remembers belongs to what its constructor
// makes.
type monitor struct {
	explanations string          // of its promises; Explanations says how they are written
	rules        Rules           // it watches where all of these are in force
	votes        bool            // it watches votes, and Off tells it from the others
	off          func() []string // what it does not watch now, and why; nil if nothing can keep it from watching

	// What it is told of, as far as it wants to know. Of servers that are down and of earlier lives nothing is told but
	// what arrives, and what is saved.
	booted   func(server int)
	crashed  func(server int)
	state    func(answer)     // a server's GetState has returned
	sent     func(*call)      // a RequestVote or an AppendEntries
	arrived  func(*call)      // any request, or a second copy of it
	handled  func(*call)      // the server has replied
	answered func(*call)      // the reply has reached the caller
	voted    func(vote)       // a server has voted, be it for itself: before sent, and after handled
	leads    func(lead)       // a server has shown that it leads: before sent, and after state
	shows    func(shownEntry) // a leader has shown an entry of its log: after leads, and before sent
	applied  func(applied)
	restored func(restored)
	saved    func(server int)
}

// constructors is the list of all monitors. Each event is taken in by the views first; then the monitors are told of
// it, in this order. It decides which of several promises that one event breaks is named first.
var constructors = []func(*views) monitor{
	newStored,
	newSaves,
	newTerms,
	newLeaders,
	newVotes,
	newLogs,
	newApplies,
	newCommits,
}

// add has another monitor told of each event after this one.
func (m *monitor) add(next monitor) {
	m.booted = then(m.booted, next.booted)
	m.crashed = then(m.crashed, next.crashed)
	m.state = then(m.state, next.state)
	m.sent = then(m.sent, next.sent)
	m.arrived = then(m.arrived, next.arrived)
	m.handled = then(m.handled, next.handled)
	m.answered = then(m.answered, next.answered)
	m.voted = then(m.voted, next.voted)
	m.leads = then(m.leads, next.leads)
	m.shows = then(m.shows, next.shows)
	m.applied = then(m.applied, next.applied)
	m.restored = then(m.restored, next.restored)
	m.saved = then(m.saved, next.saved)
}

// then is a hook that calls both, as far as they are there.
func then[E any](first, next func(E)) func(E) {
	switch {
	case first == nil && next == nil:
		return func(E) {}
	case first == nil:
		return next
	case next == nil:
		return first
	}
	return func(event E) {
		first(event)
		next(event)
	}
}

// findings are what monitors say.
type findings struct {
	broken []Violation // found by the event at hand
	advice []string    // what would be better, though it breaks nothing; each once
}

func (f *findings) violated(promise, format string, args ...any) {
	f.broken = append(f.broken, Violation{promise, fmt.Sprintf(format, args...)})
}

func (f *findings) advised(text string) {
	if !slices.Contains(f.advice, text) {
		f.advice = append(f.advice, text)
	}
}
