package rsmtest

import (
	"time"

	"raftlab/src/kvraft/kvnode"
	"raftlab/src/kvraft/kvtest"
	"raftlab/src/lab"
)

// classicRSM are the lab's own tests of the replicated state machine.
func classicRSM() []lab.Scenario {
	of := func(part, name string, maxState int, checks string, play func(*counters)) lab.Scenario {
		return lab.Scenario{
			Name: name, Part: part, Tier: lab.Classic, Nodes: counterNodes(3), Weather: kvtest.Reliable(),
			Checks: checks, Judge: counting(maxState, play),
		}
	}
	return []lab.Scenario{
		of(StateMachine, "RSMBasic", kvtest.NoLimit,
			"Submit returns the result of its operation, which all servers execute", rsmBasic),
		of(StateMachine, "RSMConcurrent", kvtest.NoLimit,
			"of fifty operations that are submitted at a time each is executed once", rsmConcurrent),
		of(StateMachine, "LeaderFailure", kvtest.NoLimit,
			"a majority goes on without the leader, who catches up", leaderFailure),
		of(StateMachine, "LeaderPartition", kvtest.NoLimit,
			"what is submitted to a leader without a majority waits, is not executed, and returns ErrWrongLeader when "+
				"the partition heals", leaderPartition),
		of(StateMachine, "RestartReplay", kvtest.NoLimit,
			"servers that all crashed execute their log anew", restartReplay),
		of(StateMachine, "Shutdown", kvtest.NoLimit,
			"every Submit returns when the servers are shut down", shutdown),
		of(StateMachine, "RestartSubmit", kvtest.NoLimit,
			"servers that were shut down and restarted, twice, execute what is submitted then", restartSubmit),
		of(Snapshots, "Snapshot", kvtest.MaxState,
			"Raft states on disk stay small, and servers that all crashed go on from snapshots", rsmSnapshot),
	}
}

func rsmBasic(c *counters) {
	const n = 10
	for i := range n {
		c.increment(i + 1)
	}
	c.equal(n)
}

func rsmConcurrent(c *counters) {
	const n = 50
	c.Together(n, func(int) { c.one(kvnode.Increment) })
	if c.submits.unknown() > 0 {
		c.settle()
		return
	}
	c.equal(n)
}

func leaderFailure(c *counters) {
	c.increment(1)
	c.equal(1)
	leader := c.AwaitLeader()
	c.Disconnect(leader)
	others := c.Others(leader)
	c.increment(2, others...)
	c.equal(2, others...)
	c.Connect(leader)
	c.equal(2)
}

func leaderPartition(c *counters) {
	const n = 100
	c.increment(1)
	leader := c.AwaitLeader()
	c.Disconnect(leader)
	waiting := c.start(n, leader, kvnode.Poison, 0)
	c.Sleep(10 * time.Millisecond)
	c.increment(2, c.Others(leader)...)
	c.Sleep(time.Second)
	if _, leads := c.State(leader); leads && waiting.Left() == 0 {
		c.Failf("expected Submit on S%d, which is cut off and takes itself for the leader, to wait, all %d have returned",
			leader, n)
	}
	c.Connect(leader)
	c.allReturn(time.Second)
	c.equal(2)
}

func restartReplay(c *counters) {
	const n = 100
	for i := range n {
		c.increment(i + 1)
	}
	c.restart()
	c.increment(n + 1)
	c.Sleep(time.Second)
	c.equal(n + 1)
}

// underWay submits a hundred Nulls in some 20 ms to whoever leads, the last of which are under way when it returns.
func (c *counters) underWay() {
	const n = 100
	c.start(n, c.AwaitLeader(), kvnode.Nothing, 200*time.Microsecond)
	c.Sleep(20 * time.Millisecond)
}

// shutdownLimit is how long Submits may take to return when servers are shut down.
const shutdownLimit = 11 * time.Second

func shutdown(c *counters) {
	c.underWay()
	c.shutdown()
	c.allReturn(shutdownLimit)
}

func restartSubmit(c *counters) {
	const n = 100
	for i := range n {
		c.increment(i + 1)
	}
	c.restart()
	c.increment(n + 1)
	c.underWay()
	c.shutdown()
	c.allReturn(shutdownLimit)
	c.restart()
	c.increment(n + 2)
	c.equal(n + 2)
}

func rsmSnapshot(c *counters) {
	const n = 100
	for i := range n {
		c.increment(i + 1)
	}
	c.CheckState(2 * kvtest.MaxState)
	c.restart()
	c.increment(n + 1)
	c.equal(n + 1)
}
