package figure2

import (
	"testing"
	"time"

	"raftlab/src/raft"
)

func TestElectionTimeout(t *testing.T) {
	const ms = time.Millisecond
	for _, tt := range []struct {
		given         raft.Timing
		least, beyond time.Duration
	}{
		{raft.Timing{}, minElectionTimeout, maxElectionTimeout},
		{raft.Timing{Heartbeat: 6 * ms}, minElectionTimeout, maxElectionTimeout},
		{raft.Timing{MinElection: 12 * ms, MaxElection: 24 * ms}, 12 * ms, 24 * ms},
	} {
		persister := raft.MakePersister()
		persister.SetTiming(tt.given, nil)
		timing := TimingOf(persister)
		var low, high bool
		for range 1000 {
			d := timing.ElectionTimeout()
			if d < tt.least || d >= tt.beyond {
				t.Fatalf("given %+v: %v is not in [%v, %v)", tt.given, d, tt.least, tt.beyond)
			}
			middle := (tt.least + tt.beyond) / 2
			low, high = low || d < middle, high || d >= middle
		}
		if !low || !high {
			t.Errorf("given %+v: 1000 timeouts are all in the same half of the range", tt.given)
		}
	}
}

// A range without randomness, as in the top graph of the paper's Figure 16.
func TestElectionTimeoutWithoutRandomness(t *testing.T) {
	persister := raft.MakePersister()
	persister.SetTiming(raft.Timing{MinElection: time.Second, MaxElection: time.Second}, nil)
	if d := TimingOf(persister).ElectionTimeout(); d != time.Second {
		t.Errorf("a timeout from 1 s to 1 s is %v", d)
	}
}
