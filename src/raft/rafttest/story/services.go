package story

import (
	"raftlab/src/raft/rafttest/monitor"
	"raftlab/src/record"
)

// applies returns where a server applies an index, until the end.
func (s *story) applies(server, index int) []noted {
	return s.find(wanted{kind: monitor.Applies, server: server, term: whichever,
		match: func(n noted) bool { return n.note.Index == index }})
}

// stateMachineSafety: both applies, and where each server had the entry from.
func (s *story) stateMachineSafety(v monitor.Violation) {
	if len(v.Servers) == 0 || len(v.Indexes) == 0 {
		return
	}
	index, end := v.Indexes[0], s.end()
	was := first(s.applies(whichever, index))
	s.say(record.Contradicts, was)
	commit := first(s.find(wanted{kind: monitor.Commits, server: whichever, term: whichever, to: end,
		match: func(n noted) bool { return n.note.Index >= index }}))
	s.say(record.Leads, commit)
	for _, n := range []noted{was, last(s.applies(whichever, index))} {
		if !n.ok() {
			continue
		}
		server := n.note.Node
		s.hadFrom(server, index, n.ID)
		switch {
		case !commit.ok() || commit.ID > n.ID:
			s.missing(n.ID, "S%d applies index %d before a majority has said that it has it", server, index)
		case server != commit.note.Node && len(s.stores(server, commit.note.Term, index, n.ID)) == 0:
			s.heardLast(server, n.ID)
			s.missing(n.ID, "S%d has not said that it has stored what S%d, leader of T%d, has at index %d", server,
				commit.note.Node, commit.note.Term, index)
		}
	}
}

// heardLast tells of the last request of a leader that a server followed.
func (s *story) heardLast(server, before int) {
	var heard noted
	for _, kind := range []string{monitor.Stores, monitor.Heartbeat} {
		n := last(s.find(wanted{kind: kind, server: server, term: whichever, to: before, match: handled}))
		if n.ok() && (!heard.ok() || n.ID > heard.ID) {
			heard = n
		}
	}
	if heard.ok() {
		e := s.arrival(heard.Event)
		s.add(record.Leads, e, "a request of S%d comes to S%d: %s", e.Peer, server, fields(e.Text))
	}
}

// hadFrom tells from which leader a server last got the entry at an index, and that this one leads.
func (s *story) hadFrom(server, index, before int) {
	n := last(s.stores(server, whichever, index, before))
	if !n.ok() {
		s.say(record.Leads, last(s.find(wanted{kind: monitor.Leads, server: server, term: whichever, to: before})))
		s.say(record.Leads, last(s.find(wanted{kind: monitor.Command, server: server, term: whichever, to: before,
			match: func(n noted) bool { return n.note.Index == index }})))
		return
	}
	s.say(record.Leads, n)
	s.say(record.Leads, s.leads(n.Peer, n.note.Term))
}

// applyOrder: what the server applied before, and whether it started or took a snapshot in between.
func (s *story) applyOrder(v monitor.Violation) {
	if len(v.Servers) == 0 || len(v.Indexes) == 0 {
		return
	}
	server, end := v.Servers[0], s.shown()
	if end == nil {
		return
	}
	before := s.find(wanted{kind: monitor.Applies, server: server, term: whichever, to: end.ID})
	boots := s.own(server, record.Boot, 0, end.ID)
	was := last(before)
	if n := len(boots); n > 0 && (!was.ok() || boots[n-1].ID > was.ID) {
		boot := boots[n-1]
		s.say(record.Leads, was)
		if n > 1 {
			s.add(record.Contradicts, boot, "S%d starts again: its service has what is in its snapshot, and nothing else",
				server)
		} else {
			s.add(record.Contradicts, boot, "S%d starts: its service has nothing", server)
		}
	} else {
		s.say(record.Contradicts, was)
	}
	s.say(record.Leads, last(s.find(wanted{kind: monitor.Snapshot, server: server, term: whichever, from: was0(was),
		to: end.ID})))
	if was.ok() && !s.restarted(server, was.ID, end.ID) {
		s.missing(was.ID, "Next is index %d", was.note.Index+1)
	}
}

// snapshots: where the snapshot was taken, and how it came to the server.
func (s *story) snapshots(v monitor.Violation) {
	if len(v.Servers) == 0 || len(v.Indexes) == 0 {
		return
	}
	server, index, end := v.Servers[0], v.Indexes[0], s.end()
	taken := first(s.find(wanted{kind: monitor.Snapshot, server: whichever, term: whichever, to: end,
		match: func(n noted) bool { return n.note.Index == index && n.Kind == record.Told }}))
	if taken.ok() {
		s.say(record.Leads, taken)
	} else {
		s.missing(end, "No service takes a snapshot up to index %d", index)
	}
	s.say(record.Leads, last(s.find(wanted{kind: monitor.Snapshot, server: server, term: whichever, to: end,
		match: func(n noted) bool { return n.note.Index == index && n.Kind != record.Told }})))
	s.say(record.Contradicts, last(s.find(wanted{kind: monitor.Applies, server: server, term: whichever, to: end})))
}

// restarted reports whether a server started between two events.
func (s *story) restarted(server, from, to int) bool {
	return len(s.own(server, record.Boot, from, to)) > 0
}

// was0 is the ID of an event, 0 if there is none.
func was0(n noted) int {
	if n.Event == nil {
		return 0
	}
	return n.ID
}
