package figure2

import (
	"math/rand/v2"
	"time"

	"raftlab/src/raft"
)

// heartbeatInterval is how often a leader speaks to the others, and a candidate to those who have not answered, unless
// the contract's timing says otherwise. The lab allows ten times a second.
const heartbeatInterval = 120 * time.Millisecond

// How long a leader waits for more before it tells its followers the news.
const (
	// entryDelay is for new entries. It is what a disk may take to save one, and less than the lab's network to carry
	// it: a commit costs little more than it must, and all that comes in the meantime is saved once and goes out in one
	// request.
	entryDelay = 10 * time.Millisecond
	// commitDelay is for commits. It is longer, as no client waits for followers to apply: a leader that has something
	// to do mostly sends the next entries before it is over, and the commit with them.
	commitDelay = 20 * time.Millisecond
)

// Election timeouts are as much longer than the paper's 150 to 300 ms as heartbeats are rarer (section 5.6: broadcast
// time ≪ election timeout). The shortest survives three lost heartbeats and a fourth that takes the lab's 26 ms. The
// spread is many times those 26 ms, so that mostly one candidate is well ahead of the others. And five elections can
// begin within the five seconds that the lab gives them.
const (
	minElectionTimeout = 4*heartbeatInterval + 30*time.Millisecond
	maxElectionTimeout = 1000 * time.Millisecond
)

// pollInterval is how long a poller sleeps: short beside what it waits for, and long enough to cost little.
const pollInterval = 20 * time.Millisecond

// Timing is how a server keeps time.
type Timing struct{ raft.Timing }

// TimingOf returns the timing of the server with a persister: what it is told from outside, and else what suits the
// lab.
func TimingOf(p *raft.Persister) Timing {
	return Timing{p.Timing().Or(raft.Timing{
		Heartbeat:   heartbeatInterval,
		MinElection: minElectionTimeout,
		MaxElection: maxElectionTimeout,
		Poll:        pollInterval,
	})}
}

// ElectionTimeout returns a random timeout, to be chosen anew each time that one begins, so that votes split rarely and
// not again and again (section 5.2).
func (t Timing) ElectionTimeout() time.Duration {
	if t.MaxElection <= t.MinElection {
		return t.MinElection
	}
	return t.MinElection + rand.N(t.MaxElection-t.MinElection)
}
