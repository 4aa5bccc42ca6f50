package figure2

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// server returns the State of server 1 of 3, in term with that vote, whose log has entries of those terms. An entry's
// command is its index.
func server(role Role, term, votedFor int, log ...int) State {
	s := State{Me: 1, Servers: 3, Role: role, Persistent: Persistent{CurrentTerm: term, VotedFor: votedFor}}
	s.Log.Entries = entries(1, log...)
	return s
}

// entries returns entries of those terms, of which the first has the index first.
func entries(first int, terms ...int) []Entry {
	var list []Entry
	for i, t := range terms {
		list = append(list, Entry{Term: t, Command: first + i})
	}
	return list
}

// snapshotAt replaces the log up to index, which is committed and applied.
func (s State) snapshotAt(index int) State {
	s.Snapshot = []byte("snapshot")
	s.Log.compact(index, s.Log.term(index))
	s.CommitIndex, s.LastApplied = max(s.CommitIndex, index), max(s.LastApplied, index)
	return s
}

// committed sets what is committed and applied.
func (s State) committed(commit, applied int) State {
	s.CommitIndex, s.LastApplied = commit, applied
	return s
}

// leading returns the State of a leader, server 1 of several, whose log has entries of those terms.
func leading(servers, term int, log ...int) State {
	s := server(Candidate, term, 1, log...)
	s.Servers = servers
	s.answers = make([]answer, servers)
	s.Lead()
	return s
}

var ignore = cmpopts.IgnoreUnexported(State{}, Log{})

func checkState(t *testing.T, got, want State) {
	t.Helper()
	if d := cmp.Diff(want, got, ignore, cmpopts.EquateEmpty()); d != "" {
		t.Errorf("state, -want +got:\n%s", d)
	}
	last, _ := got.Log.Last()
	if got.Log.SnapshotIndex > got.CommitIndex || got.CommitIndex > last || got.LastApplied > got.CommitIndex {
		t.Errorf("out of order: snapshot %d, applied %d, committed %d, last %d",
			got.Log.SnapshotIndex, got.LastApplied, got.CommitIndex, last)
	}
}

// A server that crashes anywhere comes back as a follower with its term, vote, log and snapshot, and a new one with
// none of them. What the snapshot has is committed and the service has it; of the rest nobody knows.
func TestNew(t *testing.T) {
	s, err := New(1, 3, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	checkState(t, s, server(Follower, 0, None))

	s.BeginElection()
	s.CountVote(2, &RequestVoteArgs{Term: 1, CandidateId: 1}, &RequestVoteReply{Term: 1, VoteGranted: true})
	s.Lead()
	for command := range 4 {
		s.Start(command + 1)
	}
	s.Flush()
	args, _ := s.Request(2)
	s.CountAppend(2, args, &AppendEntriesReply{Term: 1, Success: true})
	s.Apply()
	s.Compact(3, []byte("snapshot"))
	checkState(t, s, server(Leader, 1, 1, 1, 1, 1, 1).committed(4, 4).snapshotAt(3))

	s, err = New(1, 3, s.Encode(), s.Snapshot)
	if err != nil {
		t.Fatal(err)
	}
	checkState(t, s, server(Follower, 1, 1, 1, 1, 1, 1).snapshotAt(3))
}
