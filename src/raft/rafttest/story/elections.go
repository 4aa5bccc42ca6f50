package story

import (
	"fmt"
	"slices"
	"strings"

	"raftlab/src/raft/rafttest/monitor"
	"raftlab/src/record"
)

// oneVote: who voted, for whom, and for whom again.
func (s *story) oneVote(v monitor.Violation) {
	if len(v.Servers) != 3 || len(v.Terms) != 1 {
		return
	}
	voter, term := v.Servers[0], v.Terms[0]
	s.votedTwice(voter, v.Servers[1], v.Servers[2], term, record.Contradicts)
}

// votedTwice tells of two votes of a server in one term.
func (s *story) votedTwice(voter, one, other, term int, part record.Part) {
	var was, is ballot
	for _, b := range s.ballots(term) {
		switch {
		case b.voter != voter || b.ID > s.end():
		case b.candidate == one && !was.ok():
			was = b
		case b.candidate == other && was.ok() && !is.ok():
			is = b
		}
	}
	if !was.ok() {
		return
	}
	s.cast(part, was)
	if is.ok() {
		if other != voter {
			s.say(record.Leads, s.stands(other, term))
		}
		s.cast(part, is)
	}
	until := s.failed
	if is.ok() {
		until = is.Event
	}
	if until != nil && !s.memory(voter, "its vote", s.lower(voter, term, was.ID), was.Event, until) {
		s.missing(was.ID, "S%d does not crash in between: nothing makes it forget its vote in T%d", voter, term)
	}
}

// cast tells of a vote.
func (s *story) cast(part record.Part, b ballot) {
	if b.voter == b.candidate {
		s.add(part, b.Event, "%s: that is its vote for itself", b.note.Text)
	} else {
		s.say(part, b.noted)
	}
}

// election tells how a server came to lead a term.
func (s *story) election(leader, term int, part record.Part) {
	leads := s.leads(leader, term)
	stood := s.stands(leader, term)
	s.say(record.Leads, stood)
	var from []int
	var at noted
	for _, n := range s.heard(leader, term) {
		if leads.ok() && n.ID > leads.ID {
			break
		}
		if !slices.Contains(from, n.note.Node) {
			from, at = append(from, n.note.Node), n
		}
	}
	if len(from) > 0 {
		s.add(record.Leads, at.Event, "S%d has the votes of %s in T%d, and its own: %d of %d", leader, servers(from), term,
			len(from)+1, s.servers)
	}
	s.say(part, leads)
	if leads.ok() && !stood.ok() {
		s.neverStood(leader, term, leads)
	}
}

// neverStood tells how a server that leads a term, for which it never asked for votes, may have come to that term.
func (s *story) neverStood(leader, term int, leads noted) {
	if !s.complete() {
		return
	}
	s.say(record.Leads, last(s.find(wanted{kind: monitor.Leads, server: leader, term: whichever, to: leads.ID,
		match: func(n noted) bool { return n.note.Term < term }})))
	for i := range s.events {
		e := &s.events[i]
		if e.ID >= leads.ID {
			break
		}
		for j := range e.Notes {
			n := noted{e, &e.Notes[j]}
			if e.Node == leader && n.note.Term == term && n.note.Kind != monitor.Entries {
				s.say(record.Leads, n)
				s.missing(e.ID, "S%d never asks for votes in T%d: it only hears of that term", leader, term)
				return
			}
		}
	}
	s.missing(leads.ID, "S%d never asks for votes in T%d", leader, term)
}

// electionSafety: how both came to lead, and who voted for both.
func (s *story) electionSafety(v monitor.Violation) {
	if len(v.Servers) != 2 || len(v.Terms) != 1 {
		return
	}
	term := v.Terms[0]
	for _, leader := range v.Servers {
		s.election(leader, term, record.Contradicts)
	}
	first := make(map[int]int) // by voter: for whom
	for _, b := range s.ballots(term) {
		if !slices.Contains(v.Servers, b.candidate) {
			continue
		}
		if was, ok := first[b.voter]; !ok {
			first[b.voter] = b.candidate
		} else if was != b.candidate {
			s.votedTwice(b.voter, was, b.candidate, term, record.Leads)
		}
	}
}

// electedByMajority: whose votes there were, whose there were not, and what else reached the leader.
func (s *story) electedByMajority(v monitor.Violation) {
	if len(v.Servers) == 0 || len(v.Terms) == 0 {
		return
	}
	leader, term := v.Servers[0], v.Terms[0]
	s.election(leader, term, record.Contradicts)
	stood, leads := s.stands(leader, term), s.leads(leader, term)
	if !leads.ok() {
		return
	}
	if stood.ok() {
		s.lateVotes(leader, term, stood.ID, leads.ID)
	}
	for _, n := range s.find(wanted{kind: monitor.Refuses, server: whichever, term: term, to: leads.ID,
		match: func(n noted) bool { return n.Kind == record.Handled && n.Peer == leader }}) {
		s.say(record.Leads, n)
	}
	if e := s.arrival(leads.Event); e.Kind == record.Answered && !s.isVote(e) {
		s.add(record.Contradicts, e, "S%d begins to lead, as a reply of S%d comes: %s", leader, e.Peer, fields(e.Text))
	}
	s.missing(leads.ID, "S%d needs the votes of %d of %d servers in T%d", leader, s.servers/2+1, s.servers, term)
}

// lateVotes tells of votes that reach a candidate after it has gone on to another term.
func (s *story) lateVotes(candidate, term, from, to int) {
	for _, n := range s.find(wanted{kind: monitor.Vote, server: whichever, term: whichever, from: from, to: to,
		match: func(n noted) bool {
			return n.Kind == record.Answered && n.Event.Node == candidate && n.note.Term != term
		}}) {
		s.add(record.Leads, n.Event, "%s: that was asked for in T%d, and S%d is in T%d", n.note.Text, n.note.Term,
			candidate, term)
	}
}

// isVote reports whether a vote comes with a reply.
func (s *story) isVote(answered *record.Event) bool {
	for _, n := range answered.Notes {
		if n.Kind == monitor.Vote {
			return true
		}
	}
	return false
}

// termsNeverFall: where the higher term was seen, and what came in between.
func (s *story) termsNeverFall(v monitor.Violation) {
	if len(v.Servers) == 0 || len(v.Terms) != 2 {
		return
	}
	server, high := v.Servers[0], v.Terms[0]
	var was noted
	for i := range s.events {
		for j := range s.events[i].Notes {
			n := noted{&s.events[i], &s.events[i].Notes[j]}
			if n.Event.Node == server && n.note.Node == server && n.note.Term == high && !was.ok() &&
				n.Kind != record.Arrived {
				was = n
			}
		}
	}
	end := s.shown()
	if !was.ok() || end == nil {
		return
	}
	s.say(record.Contradicts, was)
	if !s.memory(server, fmt.Sprintf("T%d", high), s.lower(server, high, was.ID), was.Event, end) {
		s.missing(was.ID, "S%d does not crash in between: it takes over a lower term from somewhere", server)
		if cause := s.event(first0(end.Causes)); cause != nil && cause.Kind == record.Arrived {
			s.add(record.Leads, cause, "a request of S%d comes to S%d: %s", cause.Peer, server,
				fields(cause.Text))
		}
	}
	for _, n := range end.Notes {
		if n.Node == server {
			s.add(record.Contradicts, end, "%s, after T%d", n.Text, high)
			return
		}
	}
}

// listed joins names in a sentence.
func listed(names []string) string {
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, "")
}

// servers lists servers in a sentence.
func servers(list []int) string {
	var names []string
	for _, i := range list {
		names = append(names, fmt.Sprintf("S%d", i))
	}
	return listed(names)
}

// first0 is the first of some IDs, or 0.
func first0(ids []int) int {
	if len(ids) == 0 {
		return 0
	}
	return ids[0]
}
