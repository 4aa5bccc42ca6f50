// Package elections measures how a Raft elects leaders: how long the servers are without one after they start and after
// a crash, how often votes split, and how often a healthy leader is deposed. It judges nothing; the lab's scenarios do.
//
// The conditions are those of the Raft paper's section 9.3. A run has many trials with the same servers, since a boot
// costs less than to grow a log, and a trial is the same whatever came before it: every server starts anew from its
// disk.
package elections

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"raftlab/src/cluster"
	"raftlab/src/labrpc"
	"raftlab/src/raft"
	"raftlab/src/raft/rafttest/raftnode"
)

// Conditions are what elections are held in.
type Conditions struct {
	Servers int
	Timing  raft.Timing   // what servers are told; the zero value leaves them their own
	There   time.Duration // what a request takes
	Back    time.Duration // what a reply takes, with what the server that sends it does before, such as writing a vote
	Loss    float64       // probability that a request is lost, and that a reply is
	Limit   time.Duration // how long a trial waits for a leader
}

// The limits of conditions.
const (
	MinServers, MaxServers = 3, 25

	// MinLatency is the least that There and Back may be together: the harness looks at the servers four times in it.
	MinLatency = time.Millisecond
	MaxLatency = 10 * time.Second
	MaxTimeout = time.Minute
	maxLoss    = 0.9
)

// Validate says in a sentence what is wrong with conditions.
func (c Conditions) Validate() error {
	t := c.Timing
	switch {
	case c.Servers < MinServers || c.Servers > MaxServers:
		return fmt.Errorf("there must be %d to %d servers, since those that are left when one crashes must be able to "+
			"elect another", MinServers, MaxServers)
	case c.There < 0 || c.Back < 0 || c.There+c.Back < MinLatency || c.There+c.Back > MaxLatency:
		return fmt.Errorf("a request and its reply must take %v to %v together", MinLatency, MaxLatency)
	case !(c.Loss >= 0 && c.Loss <= maxLoss):
		return fmt.Errorf("the probability that a message is lost must be 0 to %v", maxLoss)
	case t.MinElection > t.MaxElection:
		return errors.New("the shortest election timeout must not be longer than the longest")
	case t != (raft.Timing{}) && (t.MinElection < time.Millisecond || t.MaxElection > MaxTimeout):
		return fmt.Errorf("election timeouts must be 1ms to %v", MaxTimeout)
	case t != (raft.Timing{}) && (t.Heartbeat <= 0 || t.Heartbeat >= t.MinElection):
		return errors.New("heartbeats must be more frequent than the shortest election timeout, or healthy leaders " +
			"are deposed")
	case t.Poll < 0 || t.Poll > MaxTimeout:
		return fmt.Errorf("a poll interval must be more than 0 and at most %v", MaxTimeout)
	case c.Limit <= 0:
		return errors.New("a trial must have some time to wait for a leader")
	}
	return nil
}

// weather is the network of the conditions.
func (c Conditions) weather() labrpc.Weather {
	always := func(d time.Duration) labrpc.Delay { return labrpc.Delay{Min: d, Max: d} }
	return labrpc.Weather{
		RequestDelay: always(c.There), HoldReply: 1, HoldFor: always(c.Back),
		LoseRequest: c.Loss, LoseReply: c.Loss,
		Timeout: labrpc.Reliable().Timeout,
	}
}

// A Kind says what is measured.
type Kind string

const (
	// Crashes measures what happens after the crash of a leader.
	Crashes Kind = "crashes"
	// Starts measures what happens after all servers start at once, and for [Watched] afterwards.
	Starts Kind = "starts"
)

// Watched is how long the servers of a start are watched once there is a leader.
const Watched = 2 * time.Second

// A Trial is what came of one crash or start. Times are virtual.
type Trial struct {
	Leaderless time.Duration `json:"ns"`             // until a leader spoke, or for as long as was waited for one
	None       bool          `json:"none,omitempty"` // nobody did
	Leader     int           `json:"leader"`         // who did, else 0
	Terms      int           `json:"terms"`          // that began meanwhile, that of the leader included
	Split      int           `json:"split"`          // of these, had more than one candidate and no leader
	RPCs       int           `json:"rpcs"`           // requests that were sent meanwhile

	// Deposed is how many terms began in the time in which the servers of a start were watched.
	Deposed int `json:"deposed,omitempty"`
}

// Measured is what came of a run.
type Measured struct {
	Trials []Trial `json:"trials"`
	// Unsteady is how many trials were given up since no leader was left in peace for two heartbeats.
	Unsteady int  `json:"unsteady,omitempty"`
	Timed    bool `json:"timed,omitempty"` // a server has asked for the Timing of the conditions
	Votes    bool `json:"votes,omitempty"` // requests for votes were understood: Split means something
	Watched  int  `json:"watched"`         // how many starts were watched for Watched
	Calm     int  `json:"calm,omitempty"`  // requests sent while they were
}

// NewRun prepares a run of so many trials of one kind, and returns where its measurements are when it was played. They
// are there also if it fails, up to the failure.
func NewRun(c Conditions, k Kind, trials int, seed uint64) (*cluster.Run, *Measured) {
	j := &judge{
		conditions: c, trials: trials, kind: k, timing: c.Timing,
		spoke: make([]bool, c.Servers), reached: make([][]time.Duration, c.Servers),
		candidates: make(map[int][]int), methods: make(map[string]bool),
	}
	for i := range j.reached {
		j.reached[i] = slices.Repeat([]time.Duration{-1}, c.Servers)
	}
	weather := c.weather()
	if k == Crashes { // until logs are grown
		weather, j.timing = labrpc.Reliable(), raft.Timing{}
	}
	run := cluster.NewRun(cluster.Config{
		Scenario:    "elections after " + string(k),
		Seed:        seed,
		Nodes:       cluster.Servers(c.Servers),
		Weather:     weather,
		Callers:     raftnode.Callers,
		Constructor: "Make",
		Judge: func(r *cluster.Run) cluster.Judge {
			j.run = r
			return j
		},
	})
	return run, &j.measured
}

const nobody = -1
