package figure2

import (
	"slices"

	"raftlab/src/dlog"
)

// A progress is what a leader knows of one server's log (Figure 2, "Volatile state on leaders"). The leader has one for
// itself, too, of which it uses matchIndex only: up to there its own log is saved.
type progress struct {
	nextIndex  int // index of the next entry to send; above matchIndex
	matchIndex int // up to here the server's log is known to be saved and to equal the leader's

	sentCommit int // the LeaderCommit of the last request to the server
	inFlight   any // pointer to the arguments of the last request to it; nil if no reply to that is worth waiting for
	unanswered int // how many requests it was sent since it last answered one
}

// Lead makes a candidate the leader, once it is [State.Elected] (Figure 2, "Candidates" and "Volatile state on
// leaders"). The caller then sends a [State.Request] to all other servers, so that they start no elections, and stops
// its own election timeout.
//
// The whole log was saved when this server became a candidate. A new leader appends no empty entry, as the lab's
// indexes count commands (its TestBasicAgree expects 1, 2 and 3). So entries of earlier terms are committed only once
// a client's command in this term is (section 5.4.2).
func (s *State) Lead() {
	s.Role = Leader
	last, _ := s.Log.Last()
	s.progress = make([]progress, s.Servers)
	for i := range s.progress {
		s.progress[i].nextIndex = last + 1
	}
	s.progress[s.Me].matchIndex = last
	if dlog.On() {
		dlog.Debug(dlog.Leader, "S%d leads T%d by %d of %d votes", s.Me, s.CurrentTerm, s.votes(), s.Servers)
	}
}

// Start appends a client's command to this leader's log and returns its index (Figure 2, "Leaders"; section 5.3). The
// entry need not be saved yet, and is not sent: [State.Updates] reports that it waits for a [State.Flush].
func (s *State) Start(command any) (index int) {
	s.Log.append(Entry{s.CurrentTerm, command})
	index, _ = s.Log.Last()
	return index
}

// Flush makes all entries that Start appended ready to be sent. Its Effect asks to save them, all at once. Until now
// they did not have to be: no other server knows of them, and Start promises the client nothing.
func (s *State) Flush() Effect {
	if s.Role != Leader {
		return Effect{}
	}
	last, _ := s.Log.Last()
	if last == s.progress[s.Me].matchIndex {
		return Effect{}
	}
	if dlog.On() {
		dlog.Debug(dlog.Log, "S%d in T%d has new entries %d to %d", s.Me, s.CurrentTerm, s.progress[s.Me].matchIndex+1,
			last)
	}
	return Effect{Save: true, Apply: s.setMatch(s.Me, last)}
}

// setMatch records that a server's log is saved and equals this leader's up to index, and reports whether that commits
// any entry. Of this leader's own log it becomes true when the caller obeys the Effect. Replies come in any order, so
// matchIndex never falls.
func (s *State) setMatch(server, index int) (committed bool) {
	p := &s.progress[server]
	if index <= p.matchIndex {
		return false
	}
	p.matchIndex = index
	p.nextIndex = max(p.nextIndex, index+1)
	return s.commitByMajority()
}

// commitByMajority applies the last of the rules for leaders (Figure 2; sections 5.3 and 5.4.2): an entry of this
// leader's own term is committed once a majority of servers has it, and with it all entries before it. Copies alone
// never commit an entry of an earlier term (Figure 8). It reports whether CommitIndex rose.
func (s *State) commitByMajority() bool {
	match := make([]int, s.Servers)
	for i, p := range s.progress {
		match[i] = p.matchIndex
	}
	slices.Sort(match)
	n := match[(s.Servers-1)/2] // a majority has this matchIndex or a higher one
	return n > s.CommitIndex && s.Log.term(n) == s.CurrentTerm && s.commit(n)
}
