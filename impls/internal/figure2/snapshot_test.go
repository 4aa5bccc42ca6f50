package figure2

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"raftlab/src/raft"
)

func TestCompactState(t *testing.T) {
	tests := []struct {
		name   string
		before State
		index  int
		effect Effect
		after  State
	}{
		{"some of what is applied",
			server(Follower, 4, 0, 1, 1, 2, 4).committed(3, 3), 2,
			Effect{Save: true}, server(Follower, 4, 0, 1, 1, 2, 4).committed(3, 3).snapshotAt(2)},
		{"all",
			server(Leader, 4, 1, 1, 1).committed(2, 2), 2,
			Effect{Save: true}, server(Leader, 4, 1, 1, 1).committed(2, 2).snapshotAt(2)},
		{"one more", server(Follower, 4, 0, 1, 1, 2, 4).committed(3, 3).snapshotAt(2), 3,
			Effect{Save: true}, server(Follower, 4, 0, 1, 1, 2, 4).committed(3, 3).snapshotAt(3)},
		{"the same again", server(Follower, 4, 0, 1, 1, 2, 4).committed(3, 3).snapshotAt(2), 2,
			Effect{}, server(Follower, 4, 0, 1, 1, 2, 4).committed(3, 3).snapshotAt(2)},
		{"an older one", server(Follower, 4, 0, 1, 1, 2, 4).committed(3, 3).snapshotAt(2), 1,
			Effect{}, server(Follower, 4, 0, 1, 1, 2, 4).committed(3, 3).snapshotAt(2)},
		{"of what was never applied", server(Follower, 4, 0, 1, 1, 2, 4).committed(3, 2), 3,
			Effect{}, server(Follower, 4, 0, 1, 1, 2, 4).committed(3, 2)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := tt.before
			snapshot := []byte("snapshot")
			if e := s.Compact(tt.index, snapshot); e != tt.effect {
				t.Errorf("effect %+v, want %+v", e, tt.effect)
			}
			clear(snapshot) // it is the service's
			checkState(t, s, tt.after)
		})
	}
}

// installed is a server with a snapshot that the service has not been given yet.
func installed(s State, index, term, applied int, rest ...int) State {
	s.Snapshot = []byte("snapshot")
	s.Log = entriesFrom(index, term, rest...)
	return s.committed(index, applied)
}

func TestInstallSnapshot(t *testing.T) {
	reset, all := Effect{Reset: true}, Effect{Save: true, Reset: true, Apply: true}
	tests := []struct {
		name   string
		before State
		args   InstallSnapshotArgs
		effect Effect
		after  State
	}{
		{"lags behind",
			server(Follower, 4, 0, 1).committed(1, 1),
			InstallSnapshotArgs{Term: 4, LastIncludedIndex: 5, LastIncludedTerm: 3},
			all, installed(server(Follower, 4, 0), 5, 3, 1)},
		{"of a new term",
			server(Leader, 4, 1, 1), InstallSnapshotArgs{Term: 5, LastIncludedIndex: 5, LastIncludedTerm: 3},
			all, installed(server(Follower, 5, None), 5, 3, 0)},
		{"stale leader",
			server(Follower, 4, 0, 1), InstallSnapshotArgs{Term: 3, LastIncludedIndex: 5, LastIncludedTerm: 3},
			Effect{}, server(Follower, 4, 0, 1)},
		{"candidate that lost",
			server(Candidate, 4, 1, 1), InstallSnapshotArgs{Term: 4, LastIncludedIndex: 5, LastIncludedTerm: 3},
			all, installed(server(Follower, 4, 1), 5, 3, 0)},
		{"what follows stays (rule 6)",
			server(Follower, 4, 0, 1, 1, 2, 4).committed(1, 1),
			InstallSnapshotArgs{Term: 4, LastIncludedIndex: 3, LastIncludedTerm: 2},
			all, installed(server(Follower, 4, 0), 3, 2, 1, 4)},
		{"what follows on another entry goes (rule 7)",
			server(Follower, 4, 0, 1, 1, 2, 2).committed(1, 1),
			InstallSnapshotArgs{Term: 4, LastIncludedIndex: 3, LastIncludedTerm: 3},
			all, installed(server(Follower, 4, 0), 3, 3, 1)},
		{"committed here already: the service is ahead, or will be",
			server(Follower, 4, 0, 1, 1, 2).committed(3, 1),
			InstallSnapshotArgs{Term: 4, LastIncludedIndex: 3, LastIncludedTerm: 2},
			reset, server(Follower, 4, 0, 1, 1, 2).committed(3, 1)},
		{"older than the one there is",
			server(Follower, 4, 0, 1, 1, 2).snapshotAt(2),
			InstallSnapshotArgs{Term: 4, LastIncludedIndex: 1, LastIncludedTerm: 1},
			reset, server(Follower, 4, 0, 1, 1, 2).snapshotAt(2)},
		{"newer than one that the service does not have yet",
			installed(server(Follower, 4, 0), 3, 2, 1),
			InstallSnapshotArgs{Term: 4, LastIncludedIndex: 5, LastIncludedTerm: 3},
			all, installed(server(Follower, 4, 0), 5, 3, 1)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := tt.before
			tt.args.LeaderId = 2
			tt.args.Data = []byte("snapshot")
			var reply InstallSnapshotReply
			if e := s.InstallSnapshot(&tt.args, &reply); e != tt.effect {
				t.Errorf("effect %+v, want %+v", e, tt.effect)
			}
			if reply.Term != tt.after.CurrentTerm {
				t.Errorf("reply %+v, want T%d", reply, tt.after.CurrentTerm)
			}
			checkState(t, s, tt.after)

			if e := s.InstallSnapshot(&tt.args, &reply); e.Save || e.Apply {
				t.Errorf("doubled: effect %+v", e)
			}
			checkState(t, s, tt.after)
		})
	}
}

// A follower that lacks what the leader has dropped is sent the snapshot, then the entries after it.
func TestSnapshotRequest(t *testing.T) {
	s := leading(3, 5, 1, 1, 5, 5).committed(4, 4).snapshotAt(3)
	s.progress[0].nextIndex = 2

	none, args := s.Request(0)
	if none != nil || args == nil {
		t.Fatalf("request %v, want a snapshot", none)
	}
	want := &InstallSnapshotArgs{Term: 5, LeaderId: 1, LastIncludedIndex: 3, LastIncludedTerm: 5,
		Data: []byte("snapshot")}
	if d := cmp.Diff(want, args); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	if s.Missing(0) {
		t.Error("lacks more, with the snapshot under way")
	}
	s.CountSnapshot(0, args, &InstallSnapshotReply{Term: 5})
	if f := s.progress[0]; f.nextIndex != 4 || f.matchIndex != 3 {
		t.Errorf("nextIndex %d, matchIndex %d, want 4 and 3", f.nextIndex, f.matchIndex)
	}
	if !s.Missing(0) {
		t.Error("does not go on after the snapshot")
	}
	if d := cmp.Diff(entries(4, 5), ask(t, &s, 0).Entries); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

func TestCountSnapshot(t *testing.T) {
	tests := []struct {
		name  string
		asked int
		reply int // its term
		match int // afterwards
		term  int
	}{
		{"installed", 5, 5, 3, 5},
		{"newer term", 5, 6, 0, 6},
		{"asked in an earlier term", 4, 4, 0, 5},
		{"of a server that was killed", 5, 0, 0, 5},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := leading(3, 5, 1, 1, 5, 5).committed(4, 4).snapshotAt(3)
			args := &InstallSnapshotArgs{Term: tt.asked, LeaderId: 1, LastIncludedIndex: 3, LastIncludedTerm: 5}
			s.CountSnapshot(0, args, &InstallSnapshotReply{Term: tt.reply})
			if got := s.progress[0].matchIndex; got != tt.match || s.CurrentTerm != tt.term {
				t.Errorf("matchIndex %d in T%d, want %d in T%d", got, s.CurrentTerm, tt.match, tt.term)
			}
		})
	}
	t.Run("late: nothing falls", func(t *testing.T) {
		s := leading(3, 5, 1, 1, 5, 5).committed(4, 4).snapshotAt(3)
		s.CountAppend(0, ask(t, &s, 0), &AppendEntriesReply{Term: 5, Success: true})
		s.CountSnapshot(0, &InstallSnapshotArgs{Term: 5, LastIncludedIndex: 3}, &InstallSnapshotReply{Term: 5})
		if f := s.progress[0]; f.nextIndex != 5 || f.matchIndex != 4 {
			t.Errorf("nextIndex %d, matchIndex %d, want 5 and 4", f.nextIndex, f.matchIndex)
		}
	})
}

// A silent server is not sent the snapshot again and again; it has to answer first.
func TestSilenceSnapshot(t *testing.T) {
	s := leading(3, 5, 1, 1, 5, 5).committed(4, 4).snapshotAt(3)
	s.progress[0].nextIndex = 1
	for range maxUnanswered {
		if _, args := s.Request(0); args == nil {
			t.Fatal("no snapshot")
		}
	}
	probe := ask(t, &s, 0)
	want := &AppendEntriesArgs{Term: 5, LeaderId: 1, PrevLogIndex: 3, PrevLogTerm: 5, LeaderCommit: 4}
	if d := cmp.Diff(want, probe); d != "" {
		t.Errorf("to a silent server, -want +got:\n%s", d)
	}
	s.CountAppend(0, probe, &AppendEntriesReply{Term: 5, ConflictIndex: 1})
	if _, args := s.Request(0); args == nil {
		t.Error("it answered and gets no snapshot")
	}
}

func TestApply(t *testing.T) {
	command := func(index int) raft.ApplyMsg {
		return raft.ApplyMsg{CommandValid: true, Command: index, CommandIndex: index}
	}
	snapshot := raft.ApplyMsg{SnapshotValid: true, Snapshot: []byte("snapshot"), SnapshotTerm: 3, SnapshotIndex: 5}
	tests := []struct {
		name  string
		state State
		want  []raft.ApplyMsg
	}{
		{"nothing", server(Follower, 4, 0), nil},
		{"nothing is committed", server(Follower, 4, 0, 1, 1), nil},
		{"all is applied", server(Follower, 4, 0, 1, 1).committed(2, 2), nil},
		{"entries", server(Follower, 4, 0, 1, 1, 4, 4).committed(3, 1), []raft.ApplyMsg{command(2), command(3)}},
		{"after a snapshot of its own", server(Follower, 4, 0, 1, 1, 4, 4).committed(4, 3).snapshotAt(2),
			[]raft.ApplyMsg{command(4)}},
		{"a snapshot from the leader", installed(server(Follower, 4, 0), 5, 3, 1), []raft.ApplyMsg{snapshot}},
		{"a snapshot, then the entries after it",
			func() State {
				s := installed(server(Follower, 4, 0), 5, 3, 1, 4, 4)
				s.CommitIndex = 6
				return s
			}(), []raft.ApplyMsg{snapshot, command(6)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := tt.state
			var got []raft.ApplyMsg
			for more := s.Apply(); len(more) > 0; more = s.Apply() {
				got = append(got, more...)
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("-want +got:\n%s", d)
			}
			if s.LastApplied != s.CommitIndex {
				t.Errorf("applied up to %d of %d", s.LastApplied, s.CommitIndex)
			}
		})
	}
}

// A long log is applied in pieces, each of which the service may take before the next is made.
func TestApplyIsBounded(t *testing.T) {
	s := server(Follower, 4, 0, make([]int, 2*maxBatch+10)...)
	s.CommitIndex = 2*maxBatch + 10
	index := 0
	for _, want := range []int{maxBatch, maxBatch, 10, 0} {
		messages := s.Apply()
		if len(messages) != want {
			t.Errorf("%d messages, want %d", len(messages), want)
		}
		for _, m := range messages {
			if index++; m.CommandIndex != index {
				t.Fatalf("index %d, want %d", m.CommandIndex, index)
			}
		}
	}
}
