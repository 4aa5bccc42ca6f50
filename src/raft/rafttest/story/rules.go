package story

import (
	"raftlab/src/raft/rafttest/monitor"
	"raftlab/src/record"
)

// laterTermsFollowed: who told the server of the later term, and what it went on doing in the earlier one.
func (s *story) laterTermsFollowed(v monitor.Violation) {
	if len(v.Servers) != 2 || len(v.Terms) != 2 {
		return
	}
	server, teller, later := v.Servers[0], v.Servers[1], v.Terms[1]
	told := first(s.find(wanted{kind: monitor.Follows, server: server, term: later, to: s.end(),
		match: func(n noted) bool { return n.Kind == record.Answered && n.Peer == teller }}))
	if !told.ok() {
		told = first(s.find(wanted{kind: monitor.Heartbeat, server: teller, term: later, to: s.end(),
			match: func(n noted) bool { return n.Peer == server }}))
	}
	s.say(record.Contradicts, told)
	s.say(record.Leads, s.leads(server, v.Terms[0]))
	s.say(record.Leads, s.stands(server, v.Terms[0]))
	if told.ok() {
		s.missing(told.ID, "S%d is to be in T%d from then on, as a follower", server, later)
	}
}

// staleRequestsRefused: where the server was seen in the later term, and what was asked of it in the earlier one.
func (s *story) staleRequestsRefused(v monitor.Violation) {
	if len(v.Servers) != 2 || len(v.Terms) != 2 {
		return
	}
	server, asks, in, term := v.Servers[0], v.Servers[1], v.Terms[0], v.Terms[1]
	for i := range s.events {
		e := &s.events[i]
		for j := range e.Notes {
			n := noted{e, &e.Notes[j]}
			if e.ID < s.end() && e.Node == server && n.note.Node == server && n.note.Term == in {
				s.say(record.Contradicts, n)
				s.say(record.Leads, s.stands(asks, term))
				return
			}
		}
	}
}

// refusedForReason: the refusals, and with which logs candidates stood.
func (s *story) refusedForReason(v monitor.Violation) {
	if len(v.Servers) != 2 {
		return
	}
	server := v.Servers[0]
	all := s.find(wanted{kind: monitor.Refuses, server: server, term: whichever, to: s.end(), match: handled})
	const shown = 3
	for _, n := range all[max(0, len(all)-shown):] {
		s.say(record.Leads, s.stands(n.Peer, n.note.Term))
		s.say(record.Contradicts, n)
	}
	s.say(record.Leads, last(s.find(wanted{kind: monitor.Election, server: server, term: whichever, to: s.end(),
		match: begins})))
}

// refusalsHeeded: the first of the refusals, and how the leader went on.
func (s *story) refusalsHeeded(v monitor.Violation) {
	if len(v.Servers) != 2 || len(v.Terms) != 1 || len(v.Indexes) != 1 {
		return
	}
	leader, follower, term := v.Servers[0], v.Servers[1], v.Terms[0]
	refusals := s.find(wanted{kind: monitor.Refuses, server: follower, term: term, to: s.end(),
		match: func(n noted) bool {
			return n.Kind == record.Handled && n.Peer == leader && n.note.Index == v.Indexes[0]
		}})
	s.say(record.Leads, s.leads(leader, term))
	s.say(record.Contradicts, first(refusals))
	s.say(record.Contradicts, last(refusals))
	if len(refusals) > 0 {
		s.missing(first(refusals).ID, "S%d is to go back: to send what comes before index %d", leader, v.Indexes[0])
	}
}

// committedIsApplied: how the server came to know of the commit, and what it has applied.
func (s *story) committedIsApplied(v monitor.Violation) {
	if len(v.Servers) != 1 || len(v.Indexes) != 2 {
		return
	}
	server, index := v.Servers[0], v.Indexes[0]
	s.say(record.Leads, last(s.stores(server, whichever, index, s.end())))
	s.say(record.Leads, first(s.find(wanted{kind: monitor.Commits, server: whichever, term: whichever, to: s.end(),
		match: func(n noted) bool { return n.note.Index >= index }})))
	applied := last(s.applies(server, v.Indexes[1]))
	s.say(record.Contradicts, applied)
	s.heardLast(server, s.end())
	s.missing(s.end(), "S%d is to apply what comes next, up to index %d", server, index)
}

// commitNeverFalls: what the leader had applied, and what it sent.
func (s *story) commitNeverFalls(v monitor.Violation) {
	if len(v.Servers) != 1 || len(v.Terms) != 2 || len(v.Indexes) != 2 {
		return
	}
	server, term := v.Servers[0], v.Terms[0]
	s.say(record.Contradicts, last(s.applies(server, v.Indexes[0])))
	s.say(record.Leads, s.stands(server, term))
	s.say(record.Leads, s.leads(server, term))
	s.missing(s.end(), "S%d had applied index %d: it knew that this is committed", server, v.Indexes[0])
}

// snapshotSavedFirst: the snapshot that was taken, and what was saved without it.
func (s *story) snapshotSavedFirst(v monitor.Violation) {
	if len(v.Servers) != 1 || len(v.Indexes) != 1 {
		return
	}
	taken := first(s.find(wanted{kind: monitor.Snapshot, server: v.Servers[0], term: whichever, to: s.end(),
		match: func(n noted) bool { return n.note.Index == v.Indexes[0] }}))
	s.say(record.Leads, taken)
	if !taken.ok() {
		return
	}
	s.say(record.Contradicts, first(s.savesOf(v.Servers[0], taken.ID, s.end())))
	s.missing(taken.ID, "S%d is to save the snapshot with the log that begins after it, or before", v.Servers[0])
}

// majorityElects: whose votes the candidate had, and that it did not lead.
func (s *story) majorityElects(v monitor.Violation) {
	if len(v.Servers) != 1 || len(v.Terms) != 1 {
		return
	}
	s.election(v.Servers[0], v.Terms[0], record.Contradicts)
	if votes := s.heard(v.Servers[0], v.Terms[0]); len(votes) > 0 {
		s.missing(last(votes).ID, "S%d is to lead T%d from then on", v.Servers[0], v.Terms[0])
	}
}

// consistencyCheck: where the follower's log ended, as far as it has said so, and what it was sent.
func (s *story) consistencyCheck(v monitor.Violation) {
	if len(v.Servers) != 2 || len(v.Terms) != 2 || len(v.Indexes) != 1 {
		return
	}
	server, leader := v.Servers[0], v.Servers[1]
	s.say(record.Leads, s.leads(leader, v.Terms[0]))
	s.say(record.Leads, last(s.find(wanted{kind: monitor.Stores, server: server, term: whichever, to: s.end(),
		match: handled})))
	s.missing(s.end(), "S%d is to refuse what comes after index %d: no entry of T%d has come to it there", server,
		v.Indexes[0], v.Terms[1])
}

// timeoutsBeginElections: what the server did last, and who spoke to it last.
func (s *story) timeoutsBeginElections(v monitor.Violation) {
	if len(v.Servers) != 1 || len(v.Terms) != 1 {
		return
	}
	server, term := v.Servers[0], v.Terms[0]
	s.say(record.Contradicts, s.stands(server, term))
	s.say(record.Leads, last(s.find(wanted{kind: monitor.Follows, server: server, term: term, to: s.end()})))
	s.heardLast(server, s.end())
	s.missing(s.end(), "S%d is to stand for election when nobody speaks to it: nothing is seen of that", server)
	s.faults()
}
