package rafttest

import (
	"time"

	"raftlab/src/cluster"
	"raftlab/src/lab"
	"raftlab/src/labrpc"
)

// classicElections are the lab's own tests of part 2A, with its steps, limits and cluster sizes.
func classicElections() []lab.Scenario {
	return []lab.Scenario{
		{
			Name: "InitialElection", Part: Elections, Tier: lab.Classic, Nodes: cluster.Servers(3),
			Weather: labrpc.Reliable(),
			Checks:  "a leader is elected, all agree on its term, and both stay while nothing fails",
			Judge:   Playing(initialElection),
		},
		{
			Name: "ReElection", Part: Elections, Tier: lab.Classic, Nodes: cluster.Servers(3),
			Weather: labrpc.Reliable(),
			Checks: "a new leader follows a lost one, an old one that comes back does no harm, and without a " +
				"majority nobody leads",
			Judge: Playing(reElection),
		},
		{
			Name: "ManyElections", Part: Elections, Tier: lab.Classic, Nodes: cluster.Servers(7),
			Weather: labrpc.Reliable(),
			Checks:  "of seven servers any four elect a leader, nine times over",
			Judge:   Playing(manyElections),
		},
	}
}

func initialElection(c *Cluster) {
	c.OneLeader()

	// Let the followers hear of the election before they are asked.
	c.Sleep(50 * time.Millisecond)
	term1 := c.SameTerm()
	switch {
	case term1 < 1 && c.judge.rules.AnyTerm:
		c.Warnf("the first leader leads T%d: tests of its edition accept that, later ones ask for a term of at least 1",
			term1)
	case term1 < 1:
		c.Failf("expected a term of at least 1 once there is a leader, got T%d", term1)
	}

	// The lab only warns here. That a leader stays is StableLeader's to judge.
	c.Sleep(2 * ElectionTimeout)
	if term2 := c.SameTerm(); term2 != term1 {
		c.Warnf("the term changed from T%d to T%d although nothing failed", term1, term2)
	}
	c.OneLeader()
}

func reElection(c *Cluster) {
	leader1 := c.OneLeader()

	c.Disconnect(leader1)
	c.OneLeader()

	// The old leader is back: it must not disturb the new one.
	c.Connect(leader1)
	leader2 := c.OneLeader()

	// Nobody has a majority.
	c.Disconnect(leader2)
	c.Disconnect((leader2 + 1) % c.N())
	c.Sleep(2 * ElectionTimeout)
	c.NoLeader()

	c.Connect((leader2 + 1) % c.N())
	c.OneLeader()

	c.Connect(leader2)
	c.OneLeader()
}

func manyElections(c *Cluster) {
	c.OneLeader()
	for range 9 {
		// The three may coincide.
		away := []int{c.Rand().IntN(c.N()), c.Rand().IntN(c.N()), c.Rand().IntN(c.N())}
		for _, i := range away {
			c.Disconnect(i)
		}
		// Either the leader is still there or the other four elect one.
		c.OneLeader()
		for _, i := range away {
			c.Connect(i)
		}
	}
	c.OneLeader()
}
