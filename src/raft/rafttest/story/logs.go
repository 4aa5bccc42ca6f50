package story

import (
	"fmt"
	"slices"

	"raftlab/src/raft/rafttest/monitor"
	"raftlab/src/record"
)

// upToDateVotes: what the voter had stored, with which log the candidate stood, and the vote.
func (s *story) upToDateVotes(v monitor.Violation) {
	if len(v.Servers) != 2 || len(v.Terms) != 3 || len(v.Indexes) != 2 {
		return
	}
	voter, candidate, term := v.Servers[0], v.Servers[1], v.Terms[1]
	s.say(record.Contradicts, last(s.stores(voter, whichever, v.Indexes[0], s.end())))
	s.say(record.Leads, s.stands(candidate, term))
	s.missing(s.end(), "S%d's log ends with T%d at index %d, S%d's with T%d at index %d: S%d must refuse its vote", voter,
		v.Terms[0], v.Indexes[0], candidate, v.Terms[2], v.Indexes[1], voter)
}

// storedEntriesStay: that the entry was stored, and what may have taken it away.
func (s *story) storedEntriesStay(v monitor.Violation) {
	if len(v.Servers) == 0 || len(v.Terms) < 2 || len(v.Indexes) == 0 {
		return
	}
	server, index, end := v.Servers[0], v.Indexes[0], s.shown()
	stored := last(s.stores(server, v.Terms[1], index, s.end()))
	s.say(record.Contradicts, stored)
	if !stored.ok() || end == nil {
		return
	}
	if !s.lost(server, index, stored, end) {
		s.missing(stored.ID, "S%d does not crash in between: its log is cut while it runs", server)
	}
}

// lost tells how a server may have lost an entry that it had stored: by a crash, or by an older request. It reports
// whether anything of that kind happened.
func (s *story) lost(server, index int, stored noted, end *record.Event) bool {
	if len(s.own(server, record.Crash, stored.ID, end.ID)) > 0 {
		since := s.arrival(first(s.stores(server, whichever, index, end.ID)).Event).ID
		return s.memory(server, fmt.Sprintf("the entry at index %d", index), since, stored.Event, end)
	}
	return s.cutByOld(server, stored, end)
}

// cutByOld tells of requests that were sent before an entry was stored, with less in them, and came after it.
func (s *story) cutByOld(server int, stored noted, end *record.Event) (found bool) {
	begun := s.arrival(stored.Event)
	for i := range s.events {
		e := &s.events[i]
		if e.ID <= stored.ID || e.ID >= end.ID || e.Node != server || e.Kind != record.Handled {
			continue
		}
		arrived := s.arrival(e)
		sent := s.sent(arrived)
		if sent == nil || sent.ID >= begun.ID {
			continue
		}
		for j := range e.Notes {
			n := noted{e, &e.Notes[j]}
			if (n.note.Kind == monitor.Stores || n.note.Kind == monitor.Heartbeat) && n.note.Node == server &&
				n.note.Index < stored.note.Index {
				late := "late"
				if arrived.Kind == record.Doubled {
					late = "a second time"
				}
				s.add(record.Fault, arrived, "an older request of S%d, sent at %s, comes to S%d %s", e.Peer,
					moment(sent.At), server, late)
				s.say(record.Leads, n)
				if e.Peer == stored.Peer && n.note.Term == stored.note.Term {
					s.missing(n.ID, "Nothing in that request of S%d conflicts with what S%d has stored of the same leader since: "+
						"it must keep all of it", e.Peer, server)
				}
				found = true
			}
		}
		if found {
			return true
		}
	}
	return false
}

// termsOfLog: the leader, the command, and the entry with a term that does not fit.
func (s *story) termsOfLog(v monitor.Violation) {
	if len(v.Servers) == 0 || len(v.Terms) < 2 || len(v.Indexes) == 0 {
		return
	}
	leader, index := v.Servers[0], v.Indexes[0]
	s.say(record.Leads, s.leads(leader, v.Terms[0]))
	s.say(record.Leads, last(s.find(wanted{kind: monitor.Command, server: leader, term: whichever, to: s.end(),
		match: func(n noted) bool { return n.note.Index == index }})))
	s.showing(leader, v.Terms[0], index, record.Leads)
	if len(v.Terms) == 3 {
		s.missing(s.end(), "Along a log terms never fall, and none is above the leader's: T%d comes after T%d in the log "+
			"of the leader of T%d", v.Terms[1], v.Terms[2], v.Terms[0])
	}
}

// shows returns where a leader first sends an entry at an index in its term.
func (s *story) shows(leader, term, index int) noted {
	return first(s.find(wanted{kind: monitor.Entries, server: leader, term: term, to: s.end(),
		match: func(n noted) bool { return n.covers(index) }}))
}

func (s *story) showing(leader, term, index int, part record.Part) {
	s.say(part, s.shows(leader, term, index))
}

// logMatching: both leaders' logs, and how the second came by the entry.
func (s *story) logMatching(v monitor.Violation) {
	if len(v.Servers) != 2 || len(v.Terms) != 5 || len(v.Indexes) != 1 {
		return
	}
	entry, index := v.Terms[0], v.Indexes[0]
	for i, leads := range []int{v.Terms[2], v.Terms[4]} {
		leader := v.Servers[i]
		s.say(record.Leads, s.leads(leader, leads))
		if i == 0 {
			s.showing(leader, leads, index, record.Contradicts)
			continue
		}
		took := last(s.stores(leader, whichever, index, s.end()))
		s.say(record.Leads, took)
		if took.ok() {
			s.missing(took.ID, "S%d must refuse what comes after an entry that it does not have: the one before index %d "+
				"is of T%d in its log", leader, index, v.Terms[3])
		}
	}
	s.missing(s.end(), "An entry of T%d at index %d is one entry: what comes before it is the same in all logs", entry,
		index)
}

// appendOnly: what the leader had shown, and what happened to it until it showed something else.
func (s *story) appendOnly(v monitor.Violation) {
	if len(v.Servers) == 0 || len(v.Terms) == 0 || len(v.Indexes) == 0 {
		return
	}
	leader, term, index := v.Servers[0], v.Terms[0], v.Indexes[0]
	s.say(record.Leads, s.leads(leader, term))
	was, end := s.shows(leader, term, index), s.shown()
	s.say(record.Contradicts, was)
	if !was.ok() || end == nil {
		return
	}
	obeyed := last(s.find(wanted{kind: monitor.Stores, server: leader, term: whichever, from: was.ID, to: end.ID,
		match: handled}))
	s.say(record.Leads, obeyed)
	s.say(record.Leads, last(s.find(wanted{kind: monitor.Command, server: leader, term: term, from: was.ID, to: end.ID,
		match: func(n noted) bool { return n.note.Index == index }})))
	if crashed := len(s.own(leader, record.Crash, was.ID, end.ID)) > 0; crashed {
		s.memory(leader, fmt.Sprintf("the entry at index %d", index), s.leads(leader, term).ID, was.Event, end)
	}
}

// leaderCompleteness: how the entry was committed, and how one who lacks it was elected.
func (s *story) leaderCompleteness(v monitor.Violation) {
	if len(v.Servers) == 0 || len(v.Terms) != 4 || len(v.Indexes) == 0 {
		return
	}
	leader, term, by := v.Servers[0], v.Terms[0], v.Terms[3]
	index := v.Indexes[len(v.Indexes)-1]
	commit := first(s.find(wanted{kind: monitor.Commits, server: whichever, term: by,
		match: func(n noted) bool { return n.note.Index >= index }}))
	s.say(record.Contradicts, commit)
	s.election(leader, term, record.Contradicts)
	end := s.shown()
	if end == nil {
		return
	}
	for _, b := range s.ballots(term) {
		if b.candidate != leader || b.ID > end.ID {
			continue
		}
		stored := last(s.stores(b.voter, whichever, index, b.ID))
		committed := commit.ok() && commit.note.Node == b.voter
		if !stored.ok() && !committed {
			continue
		}
		s.say(record.Leads, stored)
		s.say(record.Leads, b.noted)
		if stored.ok() {
			s.lost(b.voter, index, stored, b.Event)
		} else {
			s.lostByLeader(b.voter, by, index, b.Event)
		}
		if b.voter == leader {
			s.missing(b.ID, "S%d has had the entry at index %d, and must keep it, over a crash, too", leader, index)
		} else {
			s.missing(b.ID, "S%d has had the entry at index %d, and S%d lacks it: S%d must keep it, over a crash, too, and "+
				"refuse its vote", b.voter, index, leader, b.voter)
		}
	}
}

// lostByLeader tells how a leader may have lost an entry that it has shown, if it crashed.
func (s *story) lostByLeader(leader, term, index int, end *record.Event) {
	leads, shown := s.leads(leader, term), s.shows(leader, term, index)
	if !leads.ok() || !shown.ok() || len(s.own(leader, record.Crash, shown.ID, end.ID)) == 0 {
		return
	}
	s.say(record.Leads, shown)
	s.memory(leader, fmt.Sprintf("the entry at index %d", index), leads.ID, shown.Event, end)
}

// committedByMajority: who has the entry, and in which term it is whose leader's.
func (s *story) committedByMajority(v monitor.Violation) {
	if len(v.Servers) == 0 || len(v.Indexes) == 0 {
		return
	}
	index, end := v.Indexes[0], s.end()
	leads := last(s.find(wanted{kind: monitor.Leads, server: whichever, term: whichever, to: end}))
	s.say(record.Leads, leads)
	has := make(map[int]bool)
	term := 0 // of the entry
	for _, n := range slices.Backward(s.stores(whichever, whichever, index, end)) {
		if !has[n.note.Node] {
			has[n.note.Node] = true
			s.say(record.Leads, n)
		}
		if _, of, _ := monitor.EntriesOf(*n.note); term == 0 {
			term = of
		}
	}
	if !leads.ok() {
		return
	}
	s.showing(leads.note.Node, leads.note.Term, index, record.Leads)
	if of := leads.note.Term; 0 < term && term < of {
		s.missing(end, "The entry at index %d is of T%d, and S%d leads T%d: however many have it, it is committed only "+
			"when a majority has an entry of T%d after it", index, term, leads.note.Node, of, of)
		return
	}
	s.missing(end, "What is committed is an entry of the leader's own term that %d of %d servers have stored, and all "+
		"before it", s.servers/2+1, s.servers)
}
