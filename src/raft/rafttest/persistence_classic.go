package rafttest

import (
	"time"

	"raftlab/src/cluster"
	"raftlab/src/lab"
	"raftlab/src/labrpc"
)

// classicPersistence are the lab's own tests of part 2C, with its steps, limits and cluster sizes. Where its editions
// differ, servers are crashed and not only cut off.
func classicPersistence() []lab.Scenario {
	return []lab.Scenario{
		{
			Name: "Persist1", Part: Persistence, Tier: lab.Classic, Nodes: cluster.Servers(3),
			Weather: labrpc.Reliable(),
			Checks:  "servers that crash, all at once or one by one, come back with their logs",
			Judge:   Playing(persist1),
		},
		{
			Name: "Persist2", Part: Persistence, Tier: lab.Classic, Nodes: cluster.Servers(5),
			Weather: labrpc.Reliable(),
			Checks:  "agreement goes on while majorities that overlap crash in turn",
			Judge:   Playing(persist2),
		},
		{
			Name: "Persist3", Part: Persistence, Tier: lab.Classic, Nodes: cluster.Servers(3),
			Weather: labrpc.Reliable(),
			Checks:  "a leader and a follower crash, and the leader alone comes back to a server that lags",
			Judge:   Playing(persist3),
		},
		{
			Name: "Figure8", Part: Persistence, Tier: lab.Classic, Nodes: cluster.Servers(5),
			Weather: labrpc.Reliable(),
			Checks:  "leaders crash soon after they appended, a thousand times, as in Figure 8 of the paper",
			Judge:   Playing(figure8),
		},
		{
			Name: "UnreliableAgree", Part: Persistence, Tier: lab.Classic, Nodes: cluster.Servers(5),
			Weather: labrpc.Unreliable(),
			Checks:  "246 commands, five at a time, are applied while a fifth of the calls fail",
			Judge:   Playing(unreliableAgree),
		},
		{
			Name: "Figure8Unreliable", Part: Persistence, Tier: lab.Classic, Nodes: cluster.Servers(5),
			Weather: labrpc.Unreliable(),
			Checks:  "as Figure8, with leaders cut off, calls that fail, and replies that are late",
			Judge:   Playing(figure8Unreliable),
		},
		{
			Name: "ReliableChurn", Part: Persistence, Tier: lab.Classic, Nodes: cluster.Servers(5),
			Weather: labrpc.Reliable(),
			Checks:  "what clients saw applied while servers were cut off and crashed is in the log at the end",
			Judge:   Playing(churn),
		},
		{
			Name: "UnreliableChurn", Part: Persistence, Tier: lab.Classic, Nodes: cluster.Servers(5),
			Weather: labrpc.Unreliable(),
			Checks:  "likewise, while a fifth of the calls fail",
			Judge:   Playing(churn),
		},
	}
}

func persist1(c *Cluster) {
	c.Agree(11, c.N())

	for i := range c.N() {
		c.Crash(i)
		c.Restart(i)
	}
	c.Agree(12, c.N())

	leader1 := c.OneLeader()
	c.Crash(leader1)
	c.Restart(leader1)
	c.Agree(13, c.N())

	leader2 := c.OneLeader()
	c.Crash(leader2)
	c.Agree(14, c.N()-1)
	c.Restart(leader2)
	c.AwaitCommitted(4, c.N(), -1)

	follower := (c.OneLeader() + 1) % c.N()
	c.Crash(follower)
	c.Agree(15, c.N()-1)
	c.Restart(follower)
	c.Agree(16, c.N())
}

func persist2(c *Cluster) {
	command := 10
	next := func() int { command++; return command }
	for range 5 {
		c.Agree(next(), c.N())

		leader := c.OneLeader()
		at := func(i int) int { return (leader + i) % c.N() }
		c.Crash(at(1))
		c.Crash(at(2))
		c.Agree(next(), c.N()-2)

		c.Crash(at(0))
		c.Crash(at(3))
		c.Crash(at(4))
		c.Restart(at(1))
		c.Restart(at(2))
		c.Sleep(ElectionTimeout)

		c.Restart(at(3))
		c.Agree(next(), c.N()-2)

		c.Restart(at(4))
		c.Restart(at(0))
	}
	c.Agree(1000, c.N())
}

func persist3(c *Cluster) {
	c.Agree(101, c.N())

	leader := c.OneLeader()
	follower, lagging := (leader+1)%c.N(), (leader+2)%c.N()
	c.Disconnect(lagging)
	c.Agree(102, c.N()-1)

	c.Crash(leader)
	c.Crash(follower)
	c.Connect(lagging)
	c.Restart(leader)
	c.Agree(103, c.N()-1)

	c.Restart(follower)
	c.Agree(104, c.N())
}

func figure8(c *Cluster) {
	c.Agree(c.Rand().Int(), 1)

	up := c.N()
	for range 1000 {
		leader := -1
		for i := range c.N() {
			if _, _, ok := c.Start(i, c.Rand().Int()); ok {
				leader = i
			}
		}
		c.figure8Pause()
		if leader >= 0 {
			c.Crash(leader)
			up--
		}
		if up < 3 {
			if i := c.Rand().IntN(c.N()); !c.Running(i) {
				c.Restart(i)
				up++
			}
		}
	}
	for i := range c.N() {
		if !c.Running(i) {
			c.Restart(i)
		}
	}
	c.Agree(c.Rand().Int(), c.N())
}

// figure8Pause gives a leader mostly so little time that a few servers get its entries, and now and then enough to
// commit them.
func (c *Cluster) figure8Pause() {
	most := 13
	if c.Rand().IntN(1000) < 100 {
		most = int(ElectionTimeout/time.Millisecond) / 2
	}
	c.Sleep(time.Duration(c.Rand().IntN(most)) * time.Millisecond)
}

func unreliableAgree(c *Cluster) {
	for round := 1; round < 50; round++ {
		for i := range 4 {
			c.Go(func() { c.Agree(100*round+i, 1) })
		}
		c.Agree(round, 1)
	}
	c.SetWeather(labrpc.Reliable())
	c.Wait()
	c.Agree(100, c.N())
}

func figure8Unreliable(c *Cluster) {
	c.Agree(c.Rand().IntN(10_000), 1)

	connected := c.N()
	for round := range 1000 {
		if round == 200 {
			c.SetWeather(labrpc.Unreliable().LongReordering())
		}
		leader := -1
		for i := range c.N() {
			if _, _, ok := c.Start(i, c.Rand().IntN(10_000)); ok && c.Reachable(i) {
				leader = i
			}
		}
		c.figure8Pause()
		if leader >= 0 && c.Rand().IntN(1000) < 500 {
			c.Disconnect(leader)
			connected--
		}
		if connected < 3 {
			if i := c.Rand().IntN(c.N()); !c.Reachable(i) {
				c.Connect(i)
				connected++
			}
		}
	}
	for i := range c.N() {
		if !c.Reachable(i) {
			c.Connect(i)
		}
	}
	c.Agree(c.Rand().IntN(10_000), c.N())
}
