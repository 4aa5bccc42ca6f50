package rafttest

import (
	"time"

	"raftlab/src/cluster"
	"raftlab/src/lab"
	"raftlab/src/labrpc"
)

// strictPersistence are what the paper demands of persistence and the lab does not test.
func strictPersistence() []lab.Scenario {
	return []lab.Scenario{
		{
			Name: "ReapplyAfterRestart", Part: Persistence, Tier: lab.Strict, Nodes: cluster.Servers(3),
			Weather: labrpc.Reliable(),
			Checks: "a server that restarts applies the whole log again, from the first index on, as its service has " +
				"lost everything (Figure 2, lastApplied)",
			Source: `Figure 2, volatile state: lastApplied is "initialized to 0, increases monotonically"`,
			Judge:  Playing(reapplyAfterRestart),
		},
		{
			Name: "PowerFailures", Part: Persistence, Tier: lab.Strict, Nodes: cluster.Servers(5),
			Weather: labrpc.Weather{RequestDelay: labrpc.Delay{Max: 26 * time.Millisecond}},
			Checks: "what clients saw applied is there after all servers lost power in the midst of things, twelve " +
				"times",
			Source: `section 5.3: "Raft guarantees that committed entries are durable and will eventually be ` +
				`executed by all of the available state machines."`,
			Judge: Playing(powerFailures),
		},
		{
			Name: "RivalCandidates", Part: Persistence, Tier: lab.Strict, Nodes: cluster.Servers(5),
			Weather: labrpc.Reliable(),
			Checks: "two candidates of one term, who do not hear each other, ask one server for its vote, before and " +
				"after its restart, and one of them gets it (Figure 2, votedFor)",
			Source: `section 5.2: "Each server will vote for at most one candidate in a given term, on a ` +
				`first-come-first-served basis"`,
			Judge: Playing(rivalCandidates),
		},
		{
			Name: "LaggingMajority", Part: Persistence, Tier: lab.Strict, Nodes: cluster.Servers(5),
			Weather: labrpc.Reliable(),
			Checks: "of the servers that are up after a crash only one has the last committed entry, and it is the " +
				"one that leads (section 5.4.1)",
			Source: `section 5.4.1: "the voter denies its vote if its own log is more up-to-date than that of the ` +
				`candidate"`,
			Judge: Playing(laggingMajority),
		},
	}
}

func reapplyAfterRestart(c *Cluster) {
	const limit = 2 * time.Second
	for range 5 {
		for range 4 {
			c.Agree(c.Rand().Int(), c.N())
		}
		victim := c.Rand().IntN(c.N())
		c.Crash(victim)
		c.Agree(c.Rand().Int(), c.N()-1)
		c.Restart(victim)
		last := c.Agree(c.Rand().Int(), c.N())
		c.AllApplied(last, limit)

		c.restartAll()
		last = c.Agree(c.Rand().Int(), c.N())
		c.AllApplied(last, limit)
	}
}

func powerFailures(c *Cluster) {
	var seen []applied
	for range 12 {
		w := c.startClients(1 + c.Rand().IntN(4))
		c.Sleep(ElectionTimeout + time.Duration(c.Rand().IntN(1500))*time.Millisecond)
		for i := range c.N() {
			c.Crash(i)
		}
		seen = append(seen, w.stop()...)
		for i := range c.N() {
			c.Restart(i)
		}
	}
	c.Agree(c.Rand().Int(), c.N())
	c.stillThere(seen)
}

// laggingMajority has a majority commit, and then leaves up one of them with two others who lack the entry: in one
// round they have stood for election many times, in the next one of them has a longer log, of an earlier term.
func laggingMajority(c *Cluster) {
	for round := range 6 {
		c.Agree(c.Rand().Int(), c.N())
		leader := c.OneLeader()
		away := []int{(leader + 1) % c.N(), (leader + 2) % c.N()}
		near := []int{(leader + 3) % c.N(), (leader + 4) % c.N(), leader}
		longer := round%2 == 1
		if longer {
			away[0], near[2] = leader, away[0]
		}
		c.each(away, c.Disconnect)
		if longer {
			for range 10 {
				c.Start(leader, c.Rand().Int())
			}
		}
		command := c.Rand().Int()
		index := c.Agree(command, c.N()-2)
		c.Sleep(2 * ElectionTimeout)

		has := near[c.Rand().IntN(3)]
		c.each(near, c.Crash)
		c.Restart(has)
		c.each(away, c.Connect)
		c.Agree(c.Rand().Int(), c.N()-2)
		if _, got := c.Committed(index); !same(got, command) {
			c.Failf("expected command %d, applied by three servers, at index %d for ever, there is %v now", command,
				index, brief{got})
		}
		for i := range c.N() {
			if !c.Running(i) {
				c.Restart(i)
			}
		}
	}
	c.Agree(c.Rand().Int(), c.N())
}
