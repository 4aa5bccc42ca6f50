package kvtest

import "time"

// What the strict scenarios of both labs do to servers while clients are at work.

// CutOffWithClerks cuts off a leader and one more server together with the clerks of one node, again and again.
func CutOffWithClerks(c *Cluster) {
	for range 4 {
		c.Sleep(500 * time.Millisecond)
		leader := c.AwaitLeader()
		others, clerks := c.Others(leader), c.clerkNodes()
		c.Rand().Shuffle(len(others), func(i, j int) { others[i], others[j] = others[j], others[i] })
		c.Partition(append([]int{leader, others[0]}, clerks[0]), append(others[1:], clerks[1]))
		c.Sleep(2*time.Second + time.Duration(c.Rand().IntN(1000))*time.Millisecond)
		c.Heal()
	}
}

// CutOneWay cuts leaders off in one direction, again and again: they can send but not receive, or receive but not send.
func CutOneWay(c *Cluster) {
	for i := range 6 {
		c.Sleep(300 * time.Millisecond)
		leader := c.AwaitLeader()
		for _, other := range append(c.Others(leader), c.clerkNodes()[0]) {
			if i%2 == 0 {
				c.Cut(leader, other, true)
			} else if other < c.Servers() {
				c.Cut(other, leader, true)
			}
		}
		c.Sleep(1500 * time.Millisecond)
		c.Heal()
	}
}

// CrashInTurn crashes the leader, or another server, again and again, and restarts it soon.
func CrashInTurn(c *Cluster) {
	for range 10 {
		c.Sleep(time.Duration(200+c.Rand().IntN(400)) * time.Millisecond)
		victim := c.Leader()
		if victim < 0 || c.Rand().IntN(3) == 0 {
			victim = c.Rand().IntN(c.Servers())
		}
		c.Crash(victim)
		c.Sleep(time.Duration(c.Rand().IntN(1000)) * time.Millisecond)
		c.Restart(victim)
	}
}

// CrashMajority crashes a majority of the servers, with the leader, and restarts them after so long a time that a clerk
// which does not ask for ever has given up.
func CrashMajority(c *Cluster) {
	c.Sleep(500 * time.Millisecond)
	leader := c.AwaitLeader()
	majority := append(c.Others(leader)[:c.Servers()/2], leader)
	for _, victim := range majority {
		c.Crash(victim)
	}
	c.Sleep(outage)
	for _, victim := range majority {
		c.Restart(victim)
	}
}

// PauseLeaders pauses the leader again and again, each time for longer than it takes to elect another.
func PauseLeaders(c *Cluster) {
	for range 5 {
		c.Sleep(time.Duration(100+c.Rand().IntN(500)) * time.Millisecond)
		leader := c.AwaitLeader()
		c.Pause(leader)
		c.Sleep(time.Duration(1000+c.Rand().IntN(2000)) * time.Millisecond)
		c.Resume(leader)
	}
}

// CutOffSlowClocks has the clocks of leaders run slower than those of others, and cuts them off.
func CutOffSlowClocks(c *Cluster) {
	for range 3 {
		c.Sleep(300 * time.Millisecond)
		leader := c.AwaitLeader()
		for i := range c.Servers() {
			rate := 1.2
			if i == leader {
				rate = 0.3
			}
			c.Skew(i, rate, time.Duration(c.Rand().IntN(20)-10)*time.Second)
		}
		clerks := c.clerkNodes()
		c.Partition([]int{leader, clerks[0]}, append(c.Others(leader), clerks[1]))
		c.Sleep(2500 * time.Millisecond)
		c.Heal()
		for i := range c.Servers() {
			c.NoFaults(i)
		}
	}
}

// CrashOnSaves crashes servers just after they have saved their state, before they can reply.
func CrashOnSaves(c *Cluster) {
	for i := range 10 {
		c.Sleep(time.Duration(100+c.Rand().IntN(300)) * time.Millisecond)
		victim := c.Leader()
		if victim < 0 || i%2 == 1 {
			victim = c.Rand().IntN(c.Servers())
		}
		if c.CrashOnSave(victim, time.Second) {
			c.Sleep(time.Duration(c.Rand().IntN(1000)) * time.Millisecond)
			c.Restart(victim)
		}
	}
}

// clerkNodes returns the nodes of clerks.
func (c *Cluster) clerkNodes() (nodes []int) {
	for i := c.Servers(); i < c.N(); i++ {
		nodes = append(nodes, i)
	}
	return nodes
}

// Others returns all servers but one.
func (c *Cluster) Others(server int) (list []int) {
	for i := range c.Servers() {
		if i != server {
			list = append(list, i)
		}
	}
	return list
}
