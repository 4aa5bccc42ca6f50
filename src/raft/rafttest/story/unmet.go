package story

import (
	"fmt"
	"strings"

	"raftlab/src/raft/rafttest/monitor"
	"raftlab/src/record"
)

// unmet tells of what a scenario expected in vain.
func (s *story) unmet() {
	for _, index := range s.numbers(anIndex)[:min(1, len(s.numbers(anIndex)))] {
		s.atIndex(index)
	}
	if strings.Contains(s.rec.Finding.Sentence, "applied") {
		for _, server := range s.numbers(aServer)[:min(1, len(s.numbers(aServer)))] {
			s.lags(server)
		}
	}
	if strings.Contains(s.rec.Finding.Sentence, "RPC") {
		s.sentMost(0, 10)
	}
	s.progress()
	s.faults()
}

// atIndex tells who accepted and who applied what at an index, and who did not.
func (s *story) atIndex(index int) {
	here := func(n noted) bool { return n.note.Index == index }
	s.say(record.Leads, last(s.find(wanted{kind: monitor.Command, server: whichever, term: whichever, match: here})))
	s.say(record.Leads, last(s.stores(whichever, whichever, index, 0)))
	applied, what := make(set), make(map[string]bool)
	var lastApply noted
	for _, n := range s.applies(whichever, index) {
		applied[n.note.Node] = true
		lastApply = n
		if _, command, _ := strings.Cut(n.note.Text, " applies "); !what[command] {
			what[command] = true
			s.say(record.Leads, n)
		}
	}
	s.say(record.Leads, lastApply)
	var lack []int
	for i := range s.servers {
		if !applied[i] {
			lack = append(lack, i)
		}
	}
	switch {
	case s.rec.Dropped > 0:
	case len(lack) == s.servers:
		s.missing(s.failed.ID-1, "No server applies anything at index %d", index)
	case len(lack) > 0:
		s.heardLast(lack[0], s.failed.ID)
		s.missing(s.failed.ID-1, "%s: nothing is applied there at index %d", servers(lack), index)
	}
}

// lags tells how far a server came.
func (s *story) lags(server int) {
	s.say(record.Leads, last(s.find(wanted{kind: monitor.Applies, server: server, term: whichever})))
	s.say(record.Leads, last(s.find(wanted{kind: monitor.Refuses, server: server, term: whichever})))
}

// progress tells how far the cluster came: who led last, what was committed and applied, and why there is no leader
// since.
func (s *story) progress() {
	leads := last(s.find(wanted{kind: monitor.Leads, server: whichever, term: whichever}))
	s.say(record.Leads, leads)
	s.say(record.Leads, last(s.find(wanted{kind: monitor.Commits, server: whichever, term: whichever})))
	s.say(record.Leads, last(s.find(wanted{kind: monitor.Applies, server: whichever, term: whichever})))
	if leads.ok() {
		deposed := first(s.find(wanted{kind: monitor.Follows, server: leads.note.Node, term: whichever, from: leads.ID,
			match: func(n noted) bool { return n.note.Role == monitor.Follower }}))
		s.say(record.Leads, deposed)
		s.replication(leads)
	}
	s.elections(leads)
}

// elections tells of those in which nobody was elected.
func (s *story) elections(leads noted) {
	from, since := 0, "Nobody leads a term"
	if leads.ok() {
		from, since = leads.ID, fmt.Sprintf("Nobody is seen to lead after S%d in T%d", leads.note.Node, leads.note.Term)
	}
	const shown = 4
	all := s.find(wanted{kind: monitor.Election, server: whichever, term: whichever, from: from,
		match: func(n noted) bool { return begins(n) && (!leads.ok() || n.note.Term > leads.note.Term) }})
	for _, n := range all[max(0, len(all)-shown):] {
		s.add(record.Leads, n.Event, "%s", s.campaign(n))
	}
	unreasoned := first(s.find(wanted{kind: monitor.Refuses, server: whichever, term: whichever, from: from,
		match: func(n noted) bool {
			return strings.Contains(n.note.Text, "its vote") && !strings.Contains(n.note.Text, ":")
		}}))
	if unreasoned.ok() {
		s.add(record.Leads, unreasoned.Event, "%s, and no reason for that is seen", unreasoned.note.Text)
	}
	switch terms := s.split(all); {
	case s.rec.Dropped > 0 && !leads.ok():
	case len(all) == 0 && !leads.ok():
		s.missing(s.failed.ID-1, "Nobody is seen to stand for election")
	case len(all) == 0: // the leader leads
	case terms > 0:
		s.missing(s.failed.ID-1, "%s: servers stand %d times, in %d terms several at once", since, len(all), terms)
	default:
		s.missing(s.failed.ID-1, "%s: servers stand %d times", since, len(all))
	}
}

// split counts the terms in which several stand.
func (s *story) split(all []noted) (terms int) {
	in := make(map[int]int)
	for _, n := range all {
		if in[n.note.Term]++; in[n.note.Term] == 2 {
			terms++
		}
	}
	return terms
}

// campaign says what came of one server's requests for votes in a term.
func (s *story) campaign(stands noted) string {
	server, term := stands.note.Node, stands.note.Term
	asked, reached, given, refused := make(set), make(set), make(set), make(set)
	for _, n := range s.find(wanted{kind: monitor.Election, server: server, term: term}) {
		asked[n.Peer] = true
	}
	for _, n := range s.heard(server, term) {
		reached[n.note.Node] = true
	}
	why := ""
	for _, b := range s.ballots(term) {
		if b.candidate == server && b.voter != server {
			given[b.voter] = true
		}
	}
	for _, n := range s.find(wanted{kind: monitor.Refuses, server: whichever, term: term, match: func(n noted) bool {
		return n.Kind == record.Handled && n.Peer == server && strings.Contains(n.note.Text, "its vote")
	}}) {
		refused[n.note.Node] = true
		if _, reason, ok := strings.Cut(n.note.Text, ": "); ok {
			why = fmt.Sprintf(" (S%d: %s)", n.note.Node, reason)
		}
	}
	var parts []string
	if n := len(given); n > 0 {
		parts = append(parts, fmt.Sprintf("%d give it, which is heard of %d", n, len(reached)))
	}
	if n := len(refused); n > 0 {
		parts = append(parts, fmt.Sprintf("%d refuse it%s", n, why))
	}
	if n := len(asked) - len(given) - len(refused); n > 0 {
		parts = append(parts, fmt.Sprintf("%d do not answer", n))
	}
	return fmt.Sprintf("S%d stands for election in T%d and asks %d servers for their vote: %s", server, term, len(asked),
		listed(parts))
}

// A set is one of servers.
type set map[int]bool

// replication tells what became of the entries that a leader has sent since something was last committed.
func (s *story) replication(leads noted) {
	leader, term := leads.note.Node, leads.note.Term
	from := leads.ID
	if n := last(s.find(wanted{kind: monitor.Commits, server: leader, term: term})); n.ok() {
		from = n.ID
	}
	sent := s.find(wanted{kind: monitor.Entries, server: leader, term: term, from: from})
	if len(sent) == 0 {
		return
	}
	var parts []string
	for i := range s.servers {
		if i == leader {
			continue
		}
		here := func(n noted) bool { return n.Kind == record.Handled && n.Peer == leader }
		times := 0
		for _, n := range sent {
			if n.Peer == i {
				times++
			}
		}
		part := fmt.Sprintf("S%d is sent some %d times", i, times)
		stored := s.find(wanted{kind: monitor.Stores, server: i, term: term, from: from, match: here})
		if len(stored) > 0 {
			part += fmt.Sprintf(" and says %d times that it has stored them, up to index %d at last", len(stored),
				last(stored).note.Index)
		}
		refused := s.find(wanted{kind: monitor.Refuses, server: i, term: term, from: from, match: here})
		if len(refused) > 0 {
			part += fmt.Sprintf(" and refuses %d times", len(refused))
		}
		parts = append(parts, part)
	}
	s.add(record.Leads, last(sent).Event, "S%d sends entries, for the last time; since the last commit %s", leader,
		strings.Join(parts, "; "))
	s.say(record.Leads, last(s.find(wanted{kind: monitor.Refuses, server: whichever, term: term, from: from})))
}
