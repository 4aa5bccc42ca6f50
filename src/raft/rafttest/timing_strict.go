package rafttest

import (
	"slices"
	"time"

	"raftlab/src/cluster"
	"raftlab/src/lab"
	"raftlab/src/labrpc"
)

// timing are what the paper demands of election timeouts and heartbeats: that timeouts are random, that they are longer
// than what a message takes, and that only what Figure 2 names begins one.
func timing() []lab.Scenario {
	return []lab.Scenario{
		{
			Name: "RandomTimeouts", Part: Elections, Tier: lab.Strict, Nodes: cluster.Servers(3),
			Weather: labrpc.Reliable(),
			Checks:  "a server that is alone stands for election again and again, and waits for another time each time",
			Source: `section 5.2: "election timeouts are chosen randomly from a fixed interval"; "Each candidate ` +
				`restarts its randomized election timeout at the start of an election"`,
			Judge: Playing(randomTimeouts),
		},
		{
			Name: "AllStartAtOnceFar", Part: Elections, Tier: lab.Strict, Nodes: cluster.Servers(5),
			Weather: labrpc.Weather{RequestDelay: labrpc.Delay{Min: 10 * time.Millisecond, Max: 10 * time.Millisecond},
				Timeout: labrpc.Reliable().Timeout},
			Checks: "servers that start in the same instant elect a leader in time where a message takes 10 ms, so " +
				"that all who stand within that time have voted for themselves",
			Source: `section 5.2: "Raft uses randomized election timeouts to ensure that split votes are rare and ` +
				`that they are resolved quickly."`,
			Judge: Playing(allStartAtOnce),
		},
		{
			Name: "SteadyInJitter", Part: Elections, Tier: lab.Strict, Nodes: cluster.Servers(5),
			Weather: labrpc.Weather{RequestDelay: labrpc.Delay{Max: 26 * time.Millisecond},
				Timeout: labrpc.Reliable().Timeout},
			Checks: "where messages take up to 26 ms, as on the lab's network, and none is lost, leaders are not " +
				"deposed again and again",
			Source: `section 5.6: "The broadcast time should be an order of magnitude less than the election timeout ` +
				`so that leaders can reliably send the heartbeat messages required to keep followers from starting ` +
				`elections"`,
			Judge: Playing(steadyInJitter),
		},
		{
			Name: "DeafLeader", Part: Elections, Tier: lab.Strict, Nodes: cluster.Servers(5),
			Weather: labrpc.Reliable(),
			Checks: "a leader of an earlier term that is heard, and hears nobody, keeps the others from no election " +
				"of their own",
			Source: `Figure 2, followers: "If election timeout elapses without receiving AppendEntries RPC from ` +
				`current leader or granting vote to candidate: convert to candidate"`,
			Judge: Playing(deafLeader),
		},
		{
			Name: "HeartbeatsUnderLoad", Part: Log, Tier: lab.Strict, Nodes: cluster.Servers(3),
			Weather: labrpc.Reliable(),
			Checks: "a leader that has commands to send all the time is still heard by a follower to which a message " +
				"is lost now and then",
			Source: `section 5.2: "Leaders send periodic heartbeats (AppendEntries RPCs that carry no log entries) to all ` +
				`followers in order to maintain their authority."`,
			Judge: Playing(heartbeatsUnderLoad),
		},
		{
			Name: "DeadServers", Part: Log, Tier: lab.Strict, Nodes: cluster.Servers(3), Weather: labrpc.Weather{},
			Checks: "servers that are dead for long cost a leader, and then a candidate, no more RPCs each second",
			Source: `the limit is five times that of the lab's Count; section 5.5: "If a follower or candidate crashes, ` +
				`then future RequestVote and AppendEntries RPCs sent to it will fail. Raft handles these failures ` +
				`by retrying indefinitely"`,
			Judge: Playing(deadServers),
		},
	}
}

// randomTimeouts looks at the times between the elections of servers that do not hear each other. Fourteen in a row
// that are alike to a thirtieth are no accident, where timeouts are random in an interval of any width: if it is but
// a tenth of them, that comes once in some million tries.
func randomTimeouts(c *Cluster) {
	const (
		look      = 10 * time.Millisecond
		elections = 15
		limit     = time.Minute
	)
	c.Partition()
	terms, began := make([]int, c.N()), make([][]time.Duration, c.N())
	for c.Now() < limit && slices.ContainsFunc(began, func(b []time.Duration) bool { return len(b) < elections }) {
		c.Sleep(look)
		for i := range c.N() {
			if len(began[i]) == elections {
				continue
			}
			if term, _ := c.State(i); term > terms[i] {
				terms[i], began[i] = term, append(began[i], c.Now())
			}
		}
	}
	for i, b := range began {
		if len(b) < elections {
			continue // it may ask first whether it would be elected
		}
		var waits []time.Duration
		for k := range elections - 1 {
			waits = append(waits, b[k+1]-b[k])
		}
		least, most := slices.Min(waits), slices.Max(waits)
		if most-least <= 2*look+most/30 {
			c.Failf("expected S%d, which hears nobody, to wait for a random time before each election; it waited for "+
				"%v to %v, %d times in a row", i, spent(least), spent(most), len(waits))
		}
	}
	c.Heal()
	c.eventualLeader(nil)
}

// steadyInJitter allows for one leader that is deposed.
func steadyInJitter(c *Cluster) {
	const span = 15 * time.Second
	highest := func() (term int) {
		for i := range c.N() {
			t, _ := c.State(i)
			term = max(term, t)
		}
		return term
	}
	c.OneLeader()
	c.Sleep(2 * ElectionTimeout)
	before := highest()
	c.Sleep(span)
	if after := highest(); after > before+1 {
		c.Failf("expected leaders to stay where no message is lost and none takes more than 26 ms; in %v terms went "+
			"from T%d to T%d", span, before, after)
	}
}

// deafLeader has a leader that hears nobody deposed, and then takes its successor away. The heartbeats of the first go
// on meanwhile, since nobody can tell it.
func deafLeader(c *Cluster) {
	const limit = 10 * time.Second
	for range 3 {
		old := c.eventualLeader(nil)
		term, _ := c.State(old)
		others := slices.DeleteFunc(c.Rand().Perm(c.N()), func(i int) bool { return i == old })
		c.Partition(others)
		next := c.eventualLeader([]int{old})
		later, _ := c.State(next)
		c.Disconnect(next)
		for _, i := range others {
			c.Cut(old, i, false)
		}
		for began := c.Now(); !slices.ContainsFunc(others, func(i int) bool {
			t, leads := c.State(i)
			return i != next && leads && t > later
		}); c.Sleep(20 * time.Millisecond) {
			if t, leads := c.State(old); !leads || t != term {
				break // it stands for election: nobody else may come to that
			}
			if c.Now()-began > limit {
				c.Failf("expected a new leader within %v after S%d, the leader of T%d, was gone; S%d, which leads T%d "+
					"still, is heard by the others and hears nobody", limit, next, later, old, term)
			}
		}
		c.Heal()
		c.Connect(next)
	}
	c.eventualLeader(nil)
}

func deadServers(c *Cluster) {
	const limit = 300 // the lab's own is 60 for an idle second of three servers
	c.Agree(c.Rand().Int(), c.N())
	leader := c.OneLeader()
	for d := 1; d < c.N(); d++ {
		c.Crash((leader + d) % c.N())
		c.Start(leader, c.Rand().Int())
		c.Sleep(12 * time.Second)
		before := c.RPCs()
		c.Sleep(time.Second)
		c.AtMost("RPCs in an idle second, with servers that have been dead for 12 s", c.RPCs()-before, limit)
	}
}

// heartbeatsUnderLoad loses what a busy leader sends to a follower, six times for 30 ms. That costs a heartbeat at most,
// so that hardly any of them makes an election timeout end.
func heartbeatsUnderLoad(c *Cluster) {
	const losses, most = 6, 2
	deposed := 0
	for range losses {
		leader := c.OneLeader()
		term, _ := c.State(leader)
		follower := (leader + 1 + c.Rand().IntN(c.N()-1)) % c.N()
		at := time.Duration(200+c.Rand().IntN(200)) * time.Millisecond
		c.Go(func() {
			c.Sleep(at)
			c.Cut(leader, follower, true)
			c.Sleep(30 * time.Millisecond)
			c.Cut(leader, follower, false)
		})
		for end := c.Now() + 1200*time.Millisecond; c.Now() < end; c.Sleep(20 * time.Millisecond) {
			c.Start(leader, c.Rand().Int())
		}
		c.Wait()
		if now, leads := c.State(leader); !leads || now != term {
			deposed++
		}
	}
	if deposed > most {
		c.Failf("expected a leader under load to be heard by a follower to which it loses what it sends for 30 ms; of "+
			"%d times it was deposed %d times", losses, deposed)
	}
}
