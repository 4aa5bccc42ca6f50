package rafttest

import "time"

// Elections rest on majorities of votes: any two of these have a server in common, which keeps one term's leader from
// being another's. The scenarios here see that from outside, whatever the messages are called, so that elections
// without votes are found out where no monitor can read a vote.

// sharedFollower has two servers that each reach a majority, through the third, but not each other.
func sharedFollower(c *Cluster) {
	const (
		long = time.Second // several heartbeats, of which the first brings the news
		look = 20 * time.Millisecond
	)
	for range 3 {
		c.OneLeader()
		order := c.Rand().Perm(c.N())
		a, b, shared := order[0], order[1], order[2]
		c.Cut(a, b, true)
		c.Cut(b, a, true)
		since := c.Now() // when the two were not both leaders
		for end := c.Now() + 10*time.Second; c.Now() < end; c.Sleep(look) {
			ta, leadsA := c.State(a)
			tb, leadsB := c.State(b)
			if !leadsA || !leadsB {
				since = c.Now()
			} else if c.Now()-since > long {
				c.Failf("expected S%d, who leads T%d, and S%d, who leads T%d, to hear of each other's terms from "+
					"S%d, who talks with both; after %v both still lead",
					a, ta, b, tb, shared, long)
			}
		}
		c.Heal()
	}
	c.OneLeader()
}

// majorityInTerm looks at all servers in the moment in which one is seen to lead a term for the first time: those that
// have voted for it are in that term, or a later one, since before.
func majorityInTerm(c *Cluster) {
	const look = time.Millisecond // a fifth of what a message takes
	highest := -1 << 31
	var away []int // the leader before
	for range 6 {
		leader := -1
		for end := c.Now() + 4*ElectionTimeout; c.Now() < end && leader < 0; c.Sleep(look) {
			for i := range c.N() {
				if term, leads := c.State(i); leads && term > highest {
					highest, leader = term, i
					c.followsMajority(i, term)
				}
			}
		}
		if leader < 0 {
			leader = c.eventualLeader(away)
		}
		c.Disconnect(leader)
		if away != nil {
			c.Connect(away[0])
		}
		away = []int{leader}
	}
}

// followsMajority fails if fewer than a majority are in a leader's term or a later one.
func (c *Cluster) followsMajority(leader, term int) {
	in := 0
	for i := range c.N() {
		if t, _ := c.State(i); t >= term {
			in++
		}
	}
	if 2*in <= c.N() {
		c.Failf("expected S%d to lead T%d by votes of a majority, who are in that term then; only %d of %d servers "+
			"are in T%d or later", leader, term, in, c.N(), term)
	}
}
