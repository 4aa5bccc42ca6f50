package rafttest

import (
	"time"

	"raftlab/src/cluster"
	"raftlab/src/lab"
	"raftlab/src/labrpc"
)

// faultyElections are elections under faults that only some worlds can make.
func faultyElections() []lab.Scenario {
	return []lab.Scenario{
		{
			Name: "PausedLeaders", Part: Elections, Tier: lab.Strict, Faults: true, Nodes: cluster.Servers(5),
			Weather: labrpc.Reliable(),
			Checks: "leaders that stand still for seconds are replaced, and follow when they wake up with old " +
				"messages in their ears",
			Source: `section 5.1: "If a candidate or leader discovers that its term is out of date, it immediately ` +
				`reverts to follower state."`,
			Judge: Playing(pausedLeaders),
		},
		{
			Name: "SkewedClocks", Part: Elections, Tier: lab.Strict, Faults: true, Nodes: cluster.Servers(5),
			Weather: labrpc.Reliable(),
			Checks: "with clocks that run 10 % slow or fast a leader is elected and stays, and wall clocks that jump " +
				"by hours break no promise; if they depose a leader, there is advice",
			Source: `section 5.6: "Raft will be able to elect and maintain a steady leader as long as the system ` +
				`satisfies the following timing requirement"; 2: "faulty clocks and extreme message delays can, at ` +
				`worst, cause availability problems"`,
			Judge: Playing(skewedClocks),
		},
		{
			Name: "CrashBeforeReply", Part: Elections, Tier: lab.Strict, Needs: []string{Persistence}, Faults: true,
			Nodes: cluster.Servers(3), Weather: labrpc.Reliable(),
			Checks: "a server that crashes after it saved and before it replied knows afterwards what it promised",
			Source: `Figure 2, persistent state: "Updated on stable storage before responding to RPCs"`,
			Judge:  Playing(crashBeforeReply),
		},
		{
			Name: "DoubledRequests", Part: Elections, Tier: lab.Strict, Nodes: cluster.Servers(5), Weather: doubling(),
			Checks: "requests that come twice, the second time seconds later, in another term perhaps, elect nobody " +
				"twice and depose nobody for long",
			Source: `section 2: "They ensure safety [...] under all non-Byzantine conditions, including network ` +
				`delays, partitions, and packet loss, duplication, and reordering."`,
			Judge: Playing(repeatedElections),
		},
	}
}

// doubling is a weather in which a third of the requests arrive twice.
func doubling() labrpc.Weather {
	w := labrpc.Unreliable()
	w.DoubleRequest = 1.0 / 3
	w.DoubleDelay = labrpc.Delay{Max: 3 * time.Second, Low: true}
	return w
}

func pausedLeaders(c *Cluster) {
	for range 4 {
		leader := c.OneLeader()
		c.Pause(leader)
		c.eventualLeader([]int{leader})
		c.Sleep(time.Duration(c.Rand().IntN(3000)) * time.Millisecond)
		c.Resume(leader)
		// It still thinks that it leads, for an instant; the monitors see to it that nobody believes it.
		c.Sleep(ElectionTimeout / 2)
		c.eventualLeader(nil)
	}
	// A follower that slept through its election timeout must not do harm for long either.
	leader := c.OneLeader()
	sleeper := (leader + 1) % c.N()
	c.Pause(sleeper)
	c.Sleep(3 * ElectionTimeout)
	c.Resume(sleeper)
	c.eventualLeader(nil)
}

func skewedClocks(c *Cluster) {
	rate := func() float64 { return 0.9 + 0.2*c.Rand().Float64() }
	for i := range c.N() {
		c.Skew(i, rate(), 0)
	}
	c.eventualLeader(nil)
	c.Sleep(2 * ElectionTimeout)
	leader := c.OneLeader()
	term, _ := c.State(leader)
	stays := func() (state, bool) {
		c.Sleep(2 * time.Second)
		t, leads := c.State(leader)
		return state{t, leads, true}, leads && t == term
	}
	for range 10 {
		c.Skew(c.Rand().IntN(c.N()), rate(), 0)
		if is, ok := stays(); !ok {
			c.Failf("expected S%d to go on leading T%d although clocks run 10 %% slow or fast, it is %v", leader, term,
				is)
		}
	}
	for range 10 {
		c.Skew(c.Rand().IntN(c.N()), rate(), time.Duration(c.Rand().IntN(48)-24)*time.Hour)
		if _, ok := stays(); !ok {
			c.Advisef("a leader was deposed when a wall clock jumped by hours: measure time by the monotonic clock, " +
				"as time.Since does")
			return
		}
	}
}

func crashBeforeReply(c *Cluster) {
	leader := c.OneLeader()
	if !c.Saved(leader) {
		c.Skipf("needs persistence (2C), and S%d, a leader, has saved nothing", leader)
	}
	for range 8 {
		// With the leader gone the others save votes and terms.
		leader := c.eventualLeader(nil)
		c.Disconnect(leader)
		victim := (leader + 1 + c.Rand().IntN(2)) % c.N()
		if c.CrashOnSave(victim, 5*ElectionTimeout) {
			c.Sleep(time.Duration(c.Rand().IntN(200)) * time.Millisecond)
			c.Restart(victim)
		}
		c.eventualLeader([]int{leader})
		c.Connect(leader)
	}
}
