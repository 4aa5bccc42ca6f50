package story

import (
	"slices"

	"raftlab/src/raft/rafttest/monitor"
	"raftlab/src/record"
)

// A noted is an event with a note of it. Without an event it is none.
type noted struct {
	*record.Event
	note *record.Note
}

func (n noted) ok() bool { return n.Event != nil }

// Whichever server or term.
const whichever = -1

// A wanted says which notes are looked for.
type wanted struct {
	kind         string
	server, term int
	from, to     int // events from and to these, without them; no limits if 0
	match        func(noted) bool
}

// find returns the notes that are wanted, in their order.
func (s *story) find(w wanted) (all []noted) {
	for i := range s.events {
		e := &s.events[i]
		if e.ID <= w.from || w.to > 0 && e.ID >= w.to {
			continue
		}
		for j := range e.Notes {
			n := noted{e, &e.Notes[j]}
			if n.note.Kind == w.kind && (w.server == whichever || w.server == n.note.Node) &&
				(w.term == whichever || w.term == n.note.Term) && (w.match == nil || w.match(n)) {
				all = append(all, n)
			}
		}
	}
	return all
}

// complete reports whether what is not seen did not happen: the recording has the beginning of the run, and requests
// for votes are understood.
func (s *story) complete() bool {
	return s.rec.Dropped == 0 && len(s.find(wanted{kind: monitor.Election, server: whichever, term: whichever})) > 0
}

func first(all []noted) noted {
	if len(all) == 0 {
		return noted{}
	}
	return all[0]
}

func last(all []noted) noted {
	if len(all) == 0 {
		return noted{}
	}
	return all[len(all)-1]
}

// A ballot is a vote that was given.
type ballot struct {
	noted
	voter, candidate int
}

// ballots returns the votes of a term as they were given: where a candidate stands, it has its own.
func (s *story) ballots(term int) (all []ballot) {
	for _, n := range s.find(wanted{kind: monitor.Election, server: whichever, term: term, match: begins}) {
		all = append(all, ballot{n, n.note.Node, n.note.Node})
	}
	for _, n := range s.find(wanted{kind: monitor.Vote, server: whichever, term: term, match: handled}) {
		all = append(all, ballot{n, n.note.Node, n.Peer})
	}
	slices.SortStableFunc(all, func(a, b ballot) int { return a.ID - b.ID })
	return all
}

// begins: a server begins to stand, and does not only ask the next.
func begins(n noted) bool { return n.note.Role == monitor.Candidate }

// handled: it is the reply as it was made, not as it came.
func handled(n noted) bool { return n.Kind == record.Handled }

// heard returns the votes of a term that reached their candidate.
func (s *story) heard(candidate, term int) []noted {
	return s.find(wanted{kind: monitor.Vote, server: whichever, term: term, match: func(n noted) bool {
		return n.Kind == record.Answered && n.Event.Node == candidate
	}})
}

// stands returns where a server begins to stand in a term.
func (s *story) stands(server, term int) noted {
	return first(s.find(wanted{kind: monitor.Election, server: server, term: term, match: begins}))
}

// leads returns where a server is seen to lead a term.
func (s *story) leads(server, term int) noted {
	return first(s.find(wanted{kind: monitor.Leads, server: server, term: term}))
}

// stores returns where a server says, before an event, that it has stored entries, of which one is at an index.
func (s *story) stores(server, term, index, before int) []noted {
	return s.find(wanted{kind: monitor.Stores, server: server, term: term, to: before, match: func(n noted) bool {
		return n.Kind == record.Handled && n.covers(index)
	}})
}

// covers reports whether a note about entries is about the one at an index.
func (n noted) covers(index int) bool {
	first, _, ok := monitor.EntriesOf(*n.note)
	return ok && first <= index && index <= n.note.Index
}

// arrival is the event by which a request came whose reply this is, or which began the turn that it belongs to.
func (s *story) arrival(e *record.Event) *record.Event {
	for _, id := range e.Causes {
		c := s.event(id)
		if c != nil && c.Node == e.Node && (c.Kind == record.Arrived || c.Kind == record.Doubled) && c.Call == e.Call {
			return c
		}
	}
	for _, id := range e.Causes {
		if c := s.event(id); c != nil && c.Node == e.Node {
			return c
		}
	}
	return e
}

// sent is the event by which the request was sent that came by another.
func (s *story) sent(arrived *record.Event) *record.Event {
	for _, id := range arrived.Causes {
		if c := s.event(id); c != nil && c.Kind == record.Sent && c.Call == arrived.Call {
			return c
		}
	}
	return nil
}
