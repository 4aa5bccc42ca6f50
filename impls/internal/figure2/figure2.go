// Package figure2 is what Figure 2 of the extended Raft paper says, and Figure 13 of snapshots, as plain data and
// functions. The section numbers in the comments are that paper's.
//
// There is no lock, timer, goroutine or RPC in it: a State is what one server knows, and each rule is a method that
// changes the State and returns an Effect, which is what the rule asks of the caller. How time is noticed, who holds
// which lock when, and how messages travel is for the caller to choose, who keeps to three things:
//
//   - Methods of one State are called one at a time.
//   - An Effect is obeyed before anything is answered or sent, and before another goroutine sees the State.
//   - A message is made right after the rule that calls for it, before any other method runs: later the term may be
//     another.
//
// Another goroutine may send the messages: they share no memory with the State that changes.
//
// The rules log what they decide, under dlog's topics TERM, VOTE, LEAD, LOG1 (a leader's log), LOG2 (a follower's),
// CMIT and SNAP.
package figure2

import (
	"fmt"

	"raftlab/src/dlog"
)

// Role is a server's state as the paper calls it: follower, candidate or leader (section 5.1).
type Role int

// A server starts as a Follower.
const (
	Follower Role = iota
	Candidate
	Leader
)

// String returns the role's name, such as "candidate".
func (r Role) String() string {
	switch r {
	case Follower:
		return "follower"
	case Candidate:
		return "candidate"
	case Leader:
		return "leader"
	}
	return fmt.Sprintf("Role(%d)", int(r))
}

// State is all that one server knows (Figure 2, "State"). Always
//
//	Log.SnapshotIndex <= CommitIndex <= the log's last index
//
// and LastApplied <= CommitIndex.
type State struct {
	Persistent
	Snapshot []byte // the service's, up to Log.SnapshotIndex; not to be changed

	Me      int // this server
	Servers int // how many there are, with this one: they are 0 to Servers-1
	Role    Role

	CommitIndex int // highest index known to be committed
	LastApplied int // highest index that Apply has returned, or that was restored

	answers  []answer   // to this candidate, in CurrentTerm, by server
	progress []progress // of all servers, while this server leads CurrentTerm
}

// New returns the State of a server that starts, given what it saved before it crashed, or nothing if it never ran.
// Whatever it was, it is a follower now (section 5.2). Its service has restored itself from the snapshot, and all that
// the snapshot holds was committed.
func New(me, servers int, saved, snapshot []byte) (State, error) {
	p, err := Decode(saved)
	return State{
		Persistent:  p,
		Snapshot:    snapshot,
		Me:          me,
		Servers:     servers,
		CommitIndex: p.Log.SnapshotIndex,
		LastApplied: p.Log.SnapshotIndex,
	}, err
}

// An Effect is what a rule asks of its caller.
type Effect struct {
	Save  bool // Persistent or Snapshot changed: both have to be saved, together
	Reset bool // a new election timeout begins now
	Apply bool // Apply has something to return
}

// ObserveTerm is the rule that a term seen in any request or reply, if it is above the current one, becomes the current
// one and makes this server a follower (Figure 2, "All Servers"; section 5.1). The rules that take a request or a reply
// observe its term themselves.
//
// Here alone a vote is forgotten: it belongs to its term, and a server that forgot it when it steps down within the
// term could vote twice in it. Here too no election timeout begins (Figure 2, "Followers", says what begins one),
// except for a leader, who had none running.
func (s *State) ObserveTerm(term int) Effect {
	if term <= s.CurrentTerm {
		return Effect{}
	}
	if dlog.On() {
		dlog.Debug(dlog.Term, "S%d T%d -> T%d, %v so far", s.Me, s.CurrentTerm, term, s.Role)
	}
	e := Effect{Save: true, Reset: s.Role == Leader}
	s.CurrentTerm = term
	s.VotedFor = None
	s.Role = Follower
	return e
}

// obeyLeader is what a request from the leader of term means, whatever else it says (Figure 2, "Candidates"; section
// 5.2): a candidate becomes a follower, who keeps the vote that it gave itself. It reports false if the request is
// stale and to be refused (rule 1 of both RPCs).
func (s *State) obeyLeader(term, leader int) bool {
	if term < s.CurrentTerm {
		return false
	}
	if s.Role == Leader {
		return false // cannot be: a term has one leader (section 5.2), and none writes to itself
	}
	if s.Role == Candidate && dlog.On() {
		dlog.Debug(dlog.Vote, "S%d loses T%d to S%d", s.Me, s.CurrentTerm, leader)
	}
	s.Role = Follower
	return true
}
