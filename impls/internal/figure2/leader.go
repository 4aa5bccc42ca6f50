package figure2

import (
	"slices"

	"raftlab/src/dlog"
)

// A follower is what a leader knows of a server (Figure 2, "Volatile state on leaders"). Of itself it knows one thing,
// in matchIndex: how much of its own log it has saved.
type follower struct {
	nextIndex  int // the next entry to send, above matchIndex
	matchIndex int // the highest entry known to be the same, and saved, in both logs

	toldCommit int // the LeaderCommit that it was sent last
	underWay   any // the last request, as long as nothing came of it
	silent     int // requests since it was last heard
}

// Lead makes a candidate who is Elected the leader (Figure 2, "Candidates" and "Volatile state on leaders"). What is
// next is to send a Request to all others, so that they start no elections, and to wait for no election timeout any
// more.
//
// All its log was saved when it became a candidate. It adds no entry of its own: the lab's services count on every
// index being a command's. Until there is one of this term, nothing of earlier terms is committed (section 5.4.2).
func (s *State) Lead() {
	s.Role = Leader
	last, _ := s.Log.Last()
	s.followers = make([]follower, s.Servers)
	for i := range s.followers {
		s.followers[i].nextIndex = last + 1
	}
	s.followers[s.Me].matchIndex = last
	if dlog.On() {
		dlog.Debug(dlog.Leader, "S%d leads T%d by %d of %d votes", s.Me, s.CurrentTerm, s.votes(), s.Servers)
	}
}

// Start appends a client's command to this leader's log and returns its index (Figure 2, "Leaders"; section 5.3). It is
// one of the Updates.
func (s *State) Start(command any) (index int) {
	s.Log.append(Entry{s.CurrentTerm, command})
	index, _ = s.Log.Last()
	return index
}

// Flush makes all that was started ready to be sent. Only now does it have to be saved, once for all of it: until then
// nobody was told, and nothing was promised to the client.
func (s *State) Flush() Effect {
	if s.Role != Leader {
		return Effect{}
	}
	last, _ := s.Log.Last()
	if last == s.followers[s.Me].matchIndex {
		return Effect{}
	}
	if dlog.On() {
		dlog.Debug(dlog.Log, "S%d in T%d has new entries %d to %d", s.Me, s.CurrentTerm, s.followers[s.Me].matchIndex+1,
			last)
	}
	return Effect{Save: true, Apply: s.matches(s.Me, last)}
}

// matches notes that a server's log is this leader's up to index, and saved, and reports whether that commits anything.
// Replies come in any order: what once was known to match still does.
func (s *State) matches(server, index int) (committed bool) {
	f := &s.followers[server]
	if index <= f.matchIndex {
		return false
	}
	f.matchIndex = index
	f.nextIndex = max(f.nextIndex, index+1)
	return s.commitByMajority()
}

// commitByMajority is the last of the rules for leaders (Figure 2; sections 5.3,
// 5.4.2): what a majority has is committed, if it is of this leader's own term.
// An entry of an earlier one is not, however many have it (Figure 8), until one
// that follows it is.
func (s *State) commitByMajority() bool {
	match := make([]int, s.Servers)
	for i, f := range s.followers {
		match[i] = f.matchIndex
	}
	slices.Sort(match)
	n := match[(s.Servers-1)/2] // a majority has this much, or more
	return n > s.CommitIndex && s.Log.term(n) == s.CurrentTerm && s.commit(n)
}
