package story

import (
	"strings"

	"raftlab/src/raft/rafttest/monitor"
	"raftlab/src/record"
)

// savesOf returns where a server changed its disk between two events.
func (s *story) savesOf(server, from, to int) []noted {
	return s.find(wanted{kind: monitor.Saves, server: server, term: whichever, from: from, to: to,
		match: func(n noted) bool { return !n.note.Routine }})
}

// own returns the events of a kind of one node between two events.
func (s *story) own(server int, kind record.Kind, from, to int) (all []*record.Event) {
	for i := range s.events {
		if e := &s.events[i]; e.Node == server && e.Kind == kind && e.ID > from && e.ID < to {
			all = append(all, e)
		}
	}
	return all
}

// memory tells why a server may have forgotten between two events what it told at the first, and cannot have known
// before some other: whether it saved that, and crashed, and what it had when it started again. It reports whether it
// crashed.
func (s *story) memory(server int, what string, since int, did, after *record.Event) (crashed bool) {
	crashes := s.own(server, record.Crash, did.ID, after.ID)
	s.saved(server, what, since, did, crashes)
	if len(crashes) == 0 {
		return false
	}
	crash := crashes[0]
	s.add(record.Fault, crash, "S%d crashes", server)
	boots := s.own(server, record.Boot, crash.ID, after.ID)
	if len(boots) == 0 {
		return true
	}
	boot := boots[len(boots)-1]
	has := "what is on its disk"
	for _, n := range boot.Notes {
		if n.Kind == monitor.Restarts {
			_, has, _ = strings.Cut(n.Text, " starts with ")
		}
	}
	s.add(record.Fault, boot, "S%d starts again, with %s", server, has)
	for _, n := range s.savesOf(server, boot.ID, after.ID) {
		if s.arrival(n.Event).ID == boot.ID { // in the turn in which it started
			s.add(record.Leads, n.Event, "%s, before it has heard of anything", n.note.Text)
			break
		}
	}
	return true
}

// saved tells whether a server saved what it did before it told of it or, if not, before it crashed.
func (s *story) saved(server int, what string, since int, did *record.Event, crashes []*record.Event) {
	if before := s.savesOf(server, since, did.ID); len(before) > 0 {
		n := last(before)
		s.add(record.Leads, n.Event, "%s, before it tells of it", n.note.Text)
		return
	}
	until := s.end()
	if len(crashes) > 0 {
		until = crashes[0].ID
	}
	late := s.savesOf(server, did.ID, until)
	switch {
	case len(late) > 0 && len(crashes) > 0:
		s.say(record.Leads, late[0])
		s.missing(did.ID, "S%d had saved nothing of %s by then", server, what)
	case len(late) == 0 && len(crashes) > 0:
		s.missing(did.ID, "S%d saves nothing of %s, neither before it tells of it nor until it crashes", server, what)
	case len(late) == 0:
		s.missing(did.ID, "S%d saves nothing of %s", server, what)
	}
}

// lower returns the ID of the last event before one at which a server was seen in a lower term; 0 if it never was.
func (s *story) lower(server, term, before int) (id int) {
	for i := range s.events {
		e := &s.events[i]
		if e.ID >= before {
			break
		}
		for _, n := range e.Notes {
			if e.Node == server && n.Node == server && n.Term < term && (n.Kind == monitor.Answer || n.Kind == monitor.Follows) {
				id = e.ID
			}
		}
	}
	return id
}

// savedBeforeTold: since when the server knew what it told, and what it had saved by then.
func (s *story) savedBeforeTold(v monitor.Violation) {
	end := s.shown()
	if len(v.Servers) == 0 || end == nil {
		return
	}
	server, knew := v.Servers[0], s.arrival(end)
	if len(v.Servers) == 2 && len(v.Terms) == 1 {
		if first := s.firstRequest(v.Servers[1], server, v.Terms[0]); first != nil {
			knew = first
		}
		for _, b := range s.ballots(v.Terms[0]) {
			if b.voter == server && b.candidate != v.Servers[1] && b.ID < end.ID {
				s.votedTwice(server, b.candidate, v.Servers[1], v.Terms[0], record.Contradicts)
				return
			}
		}
	}
	if saved := last(s.savesOf(server, 0, end.ID)); saved.ok() {
		s.add(record.Leads, saved.Event, "%s: that is the last before it tells of more", saved.note.Text)
	}
	switch knew.Kind {
	case record.Arrived, record.Doubled:
		s.add(record.Leads, knew, "a request of S%d comes to S%d: %s", knew.Peer, server, fields(knew.Text))
	case record.Answered:
		s.add(record.Leads, knew, "a reply of S%d comes to S%d: %s", knew.Peer, server, fields(knew.Text))
	}
	s.missing(end.ID-1, "S%d saves nothing between that and what it tells", server)
}

// firstRequest returns where the first request of a candidate in a term comes to a server.
func (s *story) firstRequest(candidate, to, term int) *record.Event {
	asked := first(s.find(wanted{kind: monitor.Election, server: candidate, term: term,
		match: func(n noted) bool { return n.Peer == to }}))
	for i := range s.events {
		if e := &s.events[i]; asked.ok() && e.Kind == record.Arrived && e.Call == asked.Call {
			return e
		}
	}
	return nil
}

// fields is what a message says, as the recording has it.
func fields(text string) string { return strings.TrimPrefix(text, ": ") }
