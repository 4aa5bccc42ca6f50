package figure2

import "testing"

func TestLead(t *testing.T) {
	s := leading(3, 5, 1, 3)
	checkState(t, s, server(Leader, 5, 1, 1, 3))
	for _, other := range []int{0, 2} {
		if f := s.progress[other]; f.nextIndex != 3 || f.matchIndex != 0 {
			t.Errorf("S%d: nextIndex %d, matchIndex %d, want 3 and 0", other, f.nextIndex, f.matchIndex)
		}
	}
	if _, ok := s.Updates(); ok {
		t.Error("a new leader has updates")
	}
}

// Start appends and no more; Flush has it all saved and counted, once.
func TestStartAndGather(t *testing.T) {
	s := leading(3, 5, 1, 3)
	if e := s.Flush(); e != (Effect{}) {
		t.Errorf("nothing started: effect %+v", e)
	}
	for command := 3; command <= 5; command++ {
		if index := s.Start(command); index != command {
			t.Errorf("index %d, want %d", index, command)
		}
	}
	checkState(t, s, server(Leader, 5, 1, 1, 3, 5, 5, 5))
	if wait, ok := s.Updates(); !ok || wait != entryDelay {
		t.Errorf("updates %v, %v", wait, ok)
	}
	if e := s.Flush(); e != (Effect{Save: true}) {
		t.Errorf("effect %+v, want to save", e)
	}
	if e := s.Flush(); e != (Effect{}) {
		t.Errorf("again: effect %+v", e)
	}
}

// What is not saved is neither sent nor counted.
func TestUnsavedIsNotSent(t *testing.T) {
	s := leading(3, 5)
	s.Start(1)
	s.Flush()
	s.Start(2)
	args, _ := s.Request(0)
	if len(args.Entries) != 1 {
		t.Errorf("sent %v, of which 1 is saved", args.Entries)
	}
	s.CountAppend(0, args, &AppendEntriesReply{Term: 5, Success: true})
	if s.CommitIndex != 1 {
		t.Errorf("committed up to %d, of which 1 is saved", s.CommitIndex)
	}
}

func TestAlone(t *testing.T) {
	s := server(Follower, 4, None)
	s.Me, s.Servers = 0, 1
	s.BeginElection()
	s.Lead()
	s.Start(1)
	if e, want := s.Flush(), (Effect{Save: true, Apply: true}); e != want || s.CommitIndex != 1 {
		t.Errorf("effect %+v, want %+v; committed up to %d", e, want, s.CommitIndex)
	}
	if wait, ok := s.Updates(); ok {
		t.Errorf("updates for nobody, in %v", wait)
	}
}

func TestCommitByMajority(t *testing.T) {
	tests := []struct {
		name   string
		log    []int // the leader's, of term 5
		others []int // what matches at the others
		commit int
	}{
		{"nobody has anything", []int{5}, []int{0, 0}, 0},
		{"one of two others", []int{5, 5}, []int{0, 2}, 2},
		{"both have some", []int{5, 5, 5}, []int{1, 2}, 2},
		{"2 of 4 are no majority", []int{5, 5}, []int{2, 0, 0}, 0},
		{"3 of 4", []int{5, 5}, []int{2, 1, 0}, 1},
		{"3 of 5", []int{5, 5, 5}, []int{0, 3, 0, 2}, 2},
		{"all of an earlier term", []int{1, 2, 4}, []int{3, 3}, 0},
		{"earlier terms with the first of its own", []int{1, 2, 5}, []int{3, 2}, 3},
		{"majority ends before its own term", []int{1, 2, 5}, []int{2, 2}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := leading(1+len(tt.others), 5, tt.log...)
			for i, match := range tt.others {
				server := (s.Me + 1 + i) % s.Servers
				before := s.CommitIndex
				if rose := s.setMatch(server, match); rose != (s.CommitIndex > before) {
					t.Errorf("reports %v, went from %d to %d", rose, before, s.CommitIndex)
				}
			}
			if s.CommitIndex != tt.commit {
				t.Errorf("committed up to %d, want %d", s.CommitIndex, tt.commit)
			}
		})
	}
}

// Figure 8: a leader of term 4 has brought an entry of term 2 to a majority. Were it committed by that, a server with
// an entry of term 3 could still be elected, by those without it, and overwrite it (d). Only an entry of the leader's
// own term commits it (e).
func TestFigure8(t *testing.T) {
	// (c): S1 leads term 4, S2 and S3 have the entry of term 2 by now.
	s1 := leading(5, 4, 1, 2)
	s1.Start("4")
	s1.setMatch(2, 2)
	s1.setMatch(3, 2)
	if s1.CommitIndex != 0 {
		t.Fatalf("an entry of T2 was committed in T4, by counting its replicas")
	}

	// (d): S5, with an entry of term 3, can be elected by S2, S3 and S4.
	s5 := RequestVoteArgs{Term: 5, CandidateId: 0, LastLogIndex: 2, LastLogTerm: 3}
	s2, s4 := server(Follower, 4, 1, 1, 2), server(Follower, 3, None, 1)
	for _, voter := range []*State{&s2, &s4} {
		var reply RequestVoteReply
		if voter.RequestVote(&s5, &reply); !reply.VoteGranted {
			t.Errorf("no vote for S5 from %+v", voter)
		}
	}

	// (e): with the entry of term 4 at a majority, the one before is committed too, and S5 cannot win any more.
	s1.Flush()
	s1.setMatch(2, 3)
	s1.setMatch(3, 3)
	if s1.CommitIndex != 3 {
		t.Errorf("committed up to %d, want 3", s1.CommitIndex)
	}
	s2 = server(Follower, 4, 1, 1, 2, 4)
	var reply RequestVoteReply
	if s2.RequestVote(&s5, &reply); reply.VoteGranted {
		t.Error("S5 has the vote of a server with a committed entry that it lacks")
	}
}
