// Package monitor watches a cluster from outside and reports when a promise of Raft, such as Election Safety, is
// broken, whatever the scenario itself checks.
//
// It sees the messages between servers, what GetState returns, and what was saved and applied. It reports only what the
// part of the lab under test demands, and only what it is sure of: events reach it from many goroutines, so it draws
// conclusions from their order only where that order is certain. Two things are certain: a server knows nothing of a
// message before it arrived, and what was reported of a server before a message arrived there is older than the
// server's reply.
//
// The fields of messages are known from their definitions. The meaning of a field is known from its name or, if the
// name is an unusual one, inferred from its values; then everything that has happened so far is judged again. Until the
// meaning is known, what depends on that field is not watched, and a warning says so.
//
// In this package a life of a server is the time from a start of it to the next crash.
package monitor

import (
	"slices"

	"raftlab/src/record"
)

// A monitor watches one promise of Raft, or a few that rest on the same. To add one, write a file with a constructor
// and the explanations of its promises, and add the constructor to the list below. Nothing else has to know of it.
//
// A monitor looks at the views, which all monitors share and none may change, and at what it remembers itself; never at
// another monitor. What two monitors need is a view. A monitor reports by violated and advised. When the meaning of a
// field becomes known, new monitors judge the past again: all that a monitor remembers must be made by its constructor.
type monitor struct {
	explanations string          // of its promises, unless others have them; Explanations says how they are written
	rules        Rules           // it watches where all of these are in force
	votes        bool            // it watches votes, and Off tells it from the others
	off          func() []string // what it does not watch now, and why; nil if nothing can keep it from watching

	// The events that it is told of, nil for those that it need not know. Of servers that are down, and of earlier
	// lives, it is told only arrived and saved.
	booted   func(server int)
	crashed  func(server int)
	resumed  func(server int) // it stood still, and goes on
	paced    func(server int) // it goes about its work otherwise from now on
	slowed   func(slowness)
	state    func(answer)     // a server's GetState has returned
	started  func(started)    // a server's Start has said that it leads: after leads
	sent     func(*call)      // a RequestVote, an AppendEntries or an InstallSnapshot
	asks     func(server int) // it sends any other request
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
	newMeets,
	newTerms,
	newFollows,
	newStale,
	newReasons,
	newSilence,
	newMajorities,
	newTimeouts,
	newConsistency,
	newRefusals,
	newCommands,
	newLeaders,
	newVotes,
	newLogs,
	newApplies,
	newOwed,
	newSnapshotTerms,
	newCommits,
}

// add has another monitor told of each event after this one.
func (m *monitor) add(next monitor) {
	m.booted = then(m.booted, next.booted)
	m.crashed = then(m.crashed, next.crashed)
	m.resumed = then(m.resumed, next.resumed)
	m.paced = then(m.paced, next.paced)
	m.slowed = then(m.slowed, next.slowed)
	m.state = then(m.state, next.state)
	m.started = then(m.started, next.started)
	m.sent = then(m.sent, next.sent)
	m.asks = then(m.asks, next.asks)
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

// then returns a hook that calls both. Either may be nil.
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

// findings collects what monitors report.
type findings struct {
	broken  []Violation   // by the current event
	notes   []record.Note // of what it means
	noting  bool          // these are wanted
	advice  []string      // what would be better, though it breaks nothing; each once
	marks   []string      // that the current event shows
	reached []uint64      // abstract states into which it brings the cluster
}

// violated is reported as [Violated] makes it.
func (f *findings) violated(promise, format string, args ...any) {
	f.broken = append(f.broken, Violated(promise, format, args...))
}

func (f *findings) advised(text string) {
	if !slices.Contains(f.advice, text) {
		f.advice = append(f.advice, text)
	}
}
