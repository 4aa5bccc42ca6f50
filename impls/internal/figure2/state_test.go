package figure2

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestUpToDate(t *testing.T) {
	log := func(terms ...int) Log { return server(Follower, 0, None, terms...).Log }
	tests := []struct {
		name                string
		log                 Log
		lastIndex, lastTerm int
		want                bool
	}{
		{"both empty", log(), 0, 0, true},
		{"against an empty log", log(), 1, 1, true},
		{"empty against any", log(1), 0, 0, false},
		{"equal", log(1, 2), 2, 2, true},
		{"longer", log(1, 2), 3, 2, true},
		{"shorter", log(1, 2), 1, 2, false},
		{"later term, shorter", log(1, 1, 1), 1, 2, true},
		{"earlier term, longer", log(1, 2), 9, 1, false},
	}
	for _, tt := range tests {
		if got := tt.log.UpToDate(tt.lastIndex, tt.lastTerm); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestHolds(t *testing.T) {
	log := server(Follower, 0, None, 1, 1, 3).Log
	tests := []struct {
		index, term int
		want        bool
	}{
		{0, 0, true}, {1, 1, true}, {2, 1, true}, {3, 3, true},
		{0, 1, false}, {2, 2, false}, {3, 1, false}, {4, 3, false}, {4, 0, false}, {-1, 0, false},
	}
	for _, tt := range tests {
		if got := log.Holds(tt.index, tt.term); got != tt.want {
			t.Errorf("Holds(%d, %d) is %v, want %v", tt.index, tt.term, got, tt.want)
		}
	}
}

func TestPersistent(t *testing.T) {
	tests := []struct {
		name string
		p    Persistent
	}{
		{"never voted", Persistent{CurrentTerm: 0, VotedFor: None}},
		{"voted for server 0", Persistent{CurrentTerm: 7, VotedFor: 0}},
		{"all zero", Persistent{}},
		{"with a log", Persistent{CurrentTerm: 3, VotedFor: 4, Log: Log{[]Entry{{1, "x"}, {3, 17}}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Decode(tt.p.Encode())
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.p, got); d != "" {
				t.Errorf("-saved +read:\n%s", d)
			}
		})
	}
}

// A server that crashes anywhere in an election comes back as a follower with
// its term and vote, and a new one with neither.
func TestNew(t *testing.T) {
	s, err := New(1, 3, nil)
	if err != nil {
		t.Fatal(err)
	}
	checkState(t, s, server(Follower, 0, None))

	s.BeginElection()
	s.CountVote(2, &RequestVoteArgs{Term: 1, CandidateId: 1}, &RequestVoteReply{Term: 1, VoteGranted: true})
	s.Lead()
	s, err = New(1, 3, s.Encode())
	if err != nil {
		t.Fatal(err)
	}
	checkState(t, s, server(Follower, 1, 1))
}

func TestDecodeBad(t *testing.T) {
	whole := (&Persistent{CurrentTerm: 3, VotedFor: 1}).Encode()
	for _, saved := range [][]byte{[]byte("no gob"), whole[:len(whole)-1]} {
		if _, err := Decode(saved); err == nil || !strings.Contains(err.Error(), "saved Raft state") {
			t.Errorf("Decode(%q): error %v, want one about the saved Raft state", saved, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte{})
	f.Add((&Persistent{CurrentTerm: 3, VotedFor: 1, Log: Log{[]Entry{{1, "x"}}}}).Encode())
	f.Fuzz(func(t *testing.T, saved []byte) {
		Decode(saved) // may fail, must not panic
	})
}

func TestElectionTimeout(t *testing.T) {
	var low, high bool
	for range 1000 {
		d := ElectionTimeout()
		if d < minElectionTimeout || d >= maxElectionTimeout {
			t.Fatalf("%v is not in [%v, %v)", d, minElectionTimeout, maxElectionTimeout)
		}
		middle := (minElectionTimeout + maxElectionTimeout) / 2
		low, high = low || d < middle, high || d >= middle
	}
	if !low || !high {
		t.Error("1000 timeouts are all in the same half of the range")
	}
}
