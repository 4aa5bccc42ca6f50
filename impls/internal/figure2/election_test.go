package figure2

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestObserveTerm(t *testing.T) {
	tests := []struct {
		name   string
		before State
		term   int
		effect Effect
		after  State
	}{
		{"older", server(Candidate, 4, 1), 3, Effect{}, server(Candidate, 4, 1)},
		{"same term keeps the vote and the role", server(Leader, 4, 1), 4, Effect{}, server(Leader, 4, 1)},
		{"follower forgets the vote", server(Follower, 4, 2), 5, Effect{Save: true}, server(Follower, 5, None)},
		{"candidate steps down", server(Candidate, 4, 1), 9, Effect{Save: true}, server(Follower, 9, None)},
		{"leader steps down and waits anew", server(Leader, 4, 1), 5, Effect{Save: true, Reset: true},
			server(Follower, 5, None)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := tt.before
			if e := s.ObserveTerm(tt.term); e != tt.effect {
				t.Errorf("effect %+v, want %+v", e, tt.effect)
			}
			checkState(t, s, tt.after)
		})
	}
}

func TestRequestVote(t *testing.T) {
	saveAndReset := Effect{Save: true, Reset: true}
	tests := []struct {
		name   string
		before State
		args   RequestVoteArgs
		grant  bool
		effect Effect
		after  State
	}{
		{"first in the term",
			server(Follower, 4, None), RequestVoteArgs{Term: 4, CandidateId: 2},
			true, saveAndReset, server(Follower, 4, 2)},
		{"newer term frees the vote",
			server(Follower, 4, 0), RequestVoteArgs{Term: 5, CandidateId: 2},
			true, saveAndReset, server(Follower, 5, 2)},
		{"candidate yields to a newer term",
			server(Candidate, 4, 1), RequestVoteArgs{Term: 5, CandidateId: 2},
			true, saveAndReset, server(Follower, 5, 2)},
		{"leader yields to a newer term",
			server(Leader, 4, 1), RequestVoteArgs{Term: 5, CandidateId: 2},
			true, saveAndReset, server(Follower, 5, 2)},
		{"stale term",
			server(Follower, 4, None), RequestVoteArgs{Term: 3, CandidateId: 2},
			false, Effect{}, server(Follower, 4, None)},
		{"stale term of the one voted for",
			server(Follower, 4, 2), RequestVoteArgs{Term: 3, CandidateId: 2},
			false, Effect{}, server(Follower, 4, 2)},
		{"vote given to another",
			server(Follower, 4, 0), RequestVoteArgs{Term: 4, CandidateId: 2},
			false, Effect{}, server(Follower, 4, 0)},
		{"asked again: granted again, nothing else",
			server(Follower, 4, 2), RequestVoteArgs{Term: 4, CandidateId: 2},
			true, Effect{}, server(Follower, 4, 2)},
		{"candidate has its own vote",
			server(Candidate, 4, 1), RequestVoteArgs{Term: 4, CandidateId: 2},
			false, Effect{}, server(Candidate, 4, 1)},
		{"leader has its own vote",
			server(Leader, 4, 1), RequestVoteArgs{Term: 4, CandidateId: 2},
			false, Effect{}, server(Leader, 4, 1)},
		{"log behind: no vote, yet the newer term counts",
			server(Follower, 4, 0, 1, 3), RequestVoteArgs{Term: 5, CandidateId: 2, LastLogIndex: 7, LastLogTerm: 2},
			false, Effect{Save: true}, server(Follower, 5, None, 1, 3)},
		{"log behind of a leader's: it steps down and waits anew",
			server(Leader, 4, 1, 1, 3), RequestVoteArgs{Term: 5, CandidateId: 2},
			false, saveAndReset, server(Follower, 5, None, 1, 3)},
		{"log ahead",
			server(Follower, 4, None, 1, 3), RequestVoteArgs{Term: 4, CandidateId: 2, LastLogIndex: 2, LastLogTerm: 3},
			true, saveAndReset, server(Follower, 4, 2, 1, 3)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := tt.before
			var reply RequestVoteReply
			if e := s.RequestVote(&tt.args, &reply); e != tt.effect {
				t.Errorf("effect %+v, want %+v", e, tt.effect)
			}
			if want := (RequestVoteReply{Term: tt.after.CurrentTerm, VoteGranted: tt.grant}); reply != want {
				t.Errorf("reply %+v, want %+v", reply, want)
			}
			checkState(t, s, tt.after)
		})
	}
}

// A lost election and a stale step-down must leave the vote where it was: the candidate of term 4 that hears term 4's
// leader has voted in term 4.
func TestVoteOutlivesStepDown(t *testing.T) {
	s := server(Follower, 3, None)
	s.BeginElection()
	s.AppendEntries(&AppendEntriesArgs{Term: 4, LeaderId: 2}, &AppendEntriesReply{})
	var reply RequestVoteReply
	if s.RequestVote(&RequestVoteArgs{Term: 4, CandidateId: 0}, &reply); reply.VoteGranted {
		t.Errorf("voted twice in T4: %+v", s)
	}
}

func TestBeginElection(t *testing.T) {
	for _, role := range []Role{Follower, Candidate} {
		s := server(role, 4, 2, 1, 3)
		if e, want := s.BeginElection(), (Effect{Save: true, Reset: true}); e != want {
			t.Errorf("%v: effect %+v, want %+v", role, e, want)
		}
		checkState(t, s, server(Candidate, 5, 1, 1, 3))
		if got, want := s.VoteRequest(),
			(RequestVoteArgs{Term: 5, CandidateId: 1, LastLogIndex: 2, LastLogTerm: 3}); got != want {
			t.Errorf("%v: request %+v, want %+v", role, got, want)
		}
		if !s.Awaits(0) || s.Awaits(1) || !s.Awaits(2) {
			t.Errorf("%v: a new candidate awaits all others and not itself", role)
		}
	}
}

// A vote is a reply to the candidate of term 5.
type vote struct {
	from, asked int // asked in this term
	reply       RequestVoteReply
}

func TestCountVote(t *testing.T) {
	yes, no := RequestVoteReply{Term: 5, VoteGranted: true}, RequestVoteReply{Term: 5}
	tests := []struct {
		name    string
		servers int
		votes   []vote
		elected bool
		awaits  []int
	}{
		{"alone", 1, nil, true, nil},
		{"nobody answers", 3, nil, false, []int{0, 2}},
		{"2 of 3", 3, []vote{{2, 5, yes}}, true, []int{0}},
		{"1 of 3", 3, []vote{{2, 5, no}, {0, 5, no}}, false, nil},
		{"2 of 4 is no majority", 4, []vote{{2, 5, yes}}, false, []int{0, 3}},
		{"3 of 4", 4, []vote{{2, 5, yes}, {0, 5, no}, {3, 5, yes}}, true, nil},
		{"3 of 5", 5, []vote{{2, 5, yes}, {4, 5, yes}}, true, []int{0, 3}},
		{"one voter twice is one vote", 5, []vote{{2, 5, yes}, {2, 5, yes}}, false, []int{0, 3, 4}},
		{"a refusal is not a vote later", 3, []vote{{2, 5, no}, {2, 5, yes}}, false, []int{0}},
		{"asked in an earlier term", 3, []vote{{2, 4, RequestVoteReply{Term: 4, VoteGranted: true}}}, false,
			[]int{0, 2}},
		{"refused in an earlier term", 3, []vote{{2, 4, RequestVoteReply{Term: 4}}, {2, 5, yes}}, true, []int{0}},
		{"its own reply", 3, []vote{{1, 5, yes}}, false, []int{0, 2}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := server(Follower, 4, None)
			s.Servers = tt.servers
			s.Me = min(s.Me, s.Servers-1)
			s.BeginElection()
			for _, v := range tt.votes {
				if e := s.CountVote(v.from, &RequestVoteArgs{Term: v.asked, CandidateId: s.Me},
					&v.reply); e != (Effect{}) {
					t.Errorf("%+v: effect %+v, want none", v, e)
				}
			}
			if s.Elected() != tt.elected {
				t.Errorf("elected %v, want %v", s.Elected(), tt.elected)
			}
			if s.Campaigns(5) == tt.elected {
				t.Errorf("campaigns %v, elected %v", s.Campaigns(5), tt.elected)
			}
			if s.Campaigns(4) {
				t.Error("campaigns in T4, a candidate in T5")
			}
			var awaits []int
			for i := range s.Servers {
				if s.Awaits(i) {
					awaits = append(awaits, i)
				}
			}
			if d := cmp.Diff(tt.awaits, awaits); d != "" {
				t.Errorf("awaits, -want +got:\n%s", d)
			}
		})
	}
}

func TestCountVoteNotACandidate(t *testing.T) {
	asked := RequestVoteArgs{Term: 5, CandidateId: 1}
	yes := RequestVoteReply{Term: 5, VoteGranted: true}

	t.Run("newer term in the reply", func(t *testing.T) {
		s := server(Follower, 4, None)
		s.BeginElection()
		if e, want := s.CountVote(2, &asked, &RequestVoteReply{Term: 7}), (Effect{Save: true}); e != want {
			t.Errorf("effect %+v, want %+v", e, want)
		}
		checkState(t, s, server(Follower, 7, None))
	})
	t.Run("lost meanwhile", func(t *testing.T) {
		s := server(Follower, 4, None)
		s.BeginElection()
		s.AppendEntries(&AppendEntriesArgs{Term: 5, LeaderId: 0}, &AppendEntriesReply{})
		s.CountVote(2, &asked, &yes)
		if s.Elected() {
			t.Error("elected in a term that has another leader")
		}
	})
	t.Run("leader already", func(t *testing.T) {
		s := server(Follower, 4, None)
		s.BeginElection()
		s.CountVote(2, &asked, &yes)
		s.Lead()
		if e := s.CountVote(0, &asked, &yes); e != (Effect{}) || s.Elected() {
			t.Errorf("effect %+v, elected %v; want a leader to care no more", e, s.Elected())
		}
		checkState(t, s, server(Leader, 5, 1))
	})
	t.Run("votes end with their election", func(t *testing.T) {
		s := server(Follower, 4, None)
		s.Servers = 5
		s.BeginElection()
		s.CountVote(2, &asked, &yes)
		s.BeginElection()
		s.CountVote(3, &RequestVoteArgs{Term: 6, CandidateId: 1}, &RequestVoteReply{Term: 6, VoteGranted: true})
		if s.Elected() || !s.Awaits(2) {
			t.Error("a vote counted in T5 still counts in T6")
		}
	})
	t.Run("late vote", func(t *testing.T) {
		s := server(Follower, 4, None)
		s.BeginElection()
		s.BeginElection()
		s.CountVote(2, &asked, &yes)
		if s.Elected() || !s.Campaigns(6) {
			t.Error("a vote of T5 counted in T6")
		}
	})
}

func TestRoleString(t *testing.T) {
	if got := fmt.Sprint(Follower, Candidate, Leader, Role(7)); got != "follower candidate leader Role(7)" {
		t.Error(got)
	}
}
