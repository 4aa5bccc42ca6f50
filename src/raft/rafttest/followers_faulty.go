package rafttest

import (
	"slices"
	"time"

	"raftlab/src/cluster"
	"raftlab/src/lab"
	"raftlab/src/labrpc"
)

// lateFollowers are situations in which a leader hears late of what its followers have.
func lateFollowers() []lab.Scenario {
	list := []lab.Scenario{
		{
			Name: "EarlierLeadership", Nodes: cluster.Servers(5), Weather: labrpc.Reliable(),
			Checks: "a server that leads again, and whose log was cut in between, counts nothing that it was told as a " +
				"leader before, and no reply that comes late",
			Source: `section 5.3: "A log entry is committed once the leader that created the entry has replicated it ` +
				`on a majority of the servers"`,
			Judge: Playing(earlierLeadership),
		},
		{
			Name: "LateJoiner", Nodes: cluster.Servers(3), Weather: labrpc.Reliable(),
			Checks: "a server that has little or nothing of the log is brought up while replies are late, so that " +
				"refusals of many requests come together, and it deposes nobody as long as it hears the leader",
			Source: `section 5.3: "Eventually nextIndex will reach a point where the leader and follower logs ` +
				`match."; 5.2: "A server remains in follower state as long as it receives valid RPCs from a leader"`,
			Judge: Playing(func(c *Cluster) { lateJoiner(c, 8) }),
		},
		{
			Name: "LateSnapshotJoiner", Part: Snapshots, Nodes: cluster.Servers(3), Weather: labrpc.Reliable(),
			Checks: "likewise one that lacks what is in a snapshot",
			Source: `section 7: "the leader must occasionally send snapshots to followers that lag behind"; 5.2: "A ` +
				`server remains in follower state as long as it receives valid RPCs from a leader"`,
			Judge: Snapshotting(snapshotEvery, func(c *Cluster) { lateJoiner(c, 3*snapshotEvery) }),
		},
		{
			Name: "RivalLeaders", Nodes: cluster.Servers(5), Weather: labrpc.Reliable(),
			Checks: "while two servers that do not hear each other are answered by the same three, what clients see " +
				"applied stays",
			Source: `section 5.1: "If a candidate or leader discovers that its term is out of date, it immediately ` +
				`reverts to follower state."`,
			Judge: Playing(rivalLeaders),
		},
	}
	for i := range list {
		list[i].Tier, list[i].Faults = lab.Strict, true
		if list[i].Part == "" {
			list[i].Part = Log
		}
	}
	return list
}

// stores waits until a server saves something, as it does when it is sent entries.
func (c *Cluster) stores(server int, limit time.Duration) {
	before, _ := c.Disk(server)
	for end := c.Now() + limit; c.Now() < end; c.Sleep(5 * time.Millisecond) {
		if state, _ := c.Disk(server); !slices.Equal(before, state) {
			return
		}
	}
}

// earlierLeadership has a leader replicate entries to one server, which says so at once or very late, or the leader
// lingers over it. Meanwhile another leader has the first one drop them. When that leads again, and has other entries in
// their places on two of five servers, it comes to the late reply.
func earlierLeadership(c *Cluster) {
	const lingers = 4 * time.Second
	rounds := []struct{ late, lingers time.Duration }{{late: 5 * time.Second}, {}, {0, lingers}, {0, lingers}, {0, lingers}}
	for _, r := range rounds {
		c.Agree(c.Rand().Int(), c.N())
		first := c.OneLeader()
		others := slices.DeleteFunc(c.Rand().Perm(c.N()), func(i int) bool { return i == first })
		follower, rest := others[0], others[1:]
		c.Partition([]int{first, follower}, rest)
		w := labrpc.Reliable()
		w.HoldReply, w.HoldFor = 1, labrpc.Delay{Min: r.late, Max: r.late}
		c.SetWeather(w)
		c.burst(first, 10)
		if r.lingers > 0 {
			c.Linger(first, r.lingers)
		}
		c.stores(follower, ElectionTimeout/4)
		c.Sleep(10 * time.Millisecond) // for the reply
		c.SetWeather(labrpc.Reliable())
		c.Linger(first, 0)
		told := c.Now() + max(r.late, r.lingers)
		c.Pause(follower)

		if second := c.leaderAmong(rest); second >= 0 {
			index, _, _ := c.Start(second, c.Rand().Int())
			c.Sleep(ElectionTimeout / 4)
			c.Partition(append(rest, first))
			for end := c.Now() + ElectionTimeout; c.Now() < end && c.Applied(first) < index; {
				c.Sleep(applyPoll)
			}
			c.leadsAgain(first, second)
			c.Partition([]int{first, rest[0]})
			c.Cut(follower, first, false)
			index, _, leads := c.Start(first, c.Rand().Int())
			c.burst(first, 4)
			c.Sleep(max(told-c.Now(), 0) + ElectionTimeout/4)
			if leads {
				c.NotCommitted(index, "by two of five servers")
			}
		}
		c.Heal()
		c.Resume(follower)
	}
	c.Agree(c.Rand().Int(), c.N())
}

// leadsAgain has a server stand before all others when the leader is gone, and waits until it leads.
func (c *Cluster) leadsAgain(server, leader int) {
	c.Disconnect(leader)
	c.Skew(server, hasty, 0)
	c.leads(server, 2*ElectionTimeout)
	c.Skew(server, 1, 0)
	c.Connect(leader)
}

// leads waits until a server leads.
func (c *Cluster) leads(server int, limit time.Duration) {
	for end := c.Now() + limit; c.Now() < end; c.Sleep(5 * time.Millisecond) {
		if _, leads := c.State(server); leads {
			return
		}
	}
}

// lateJoiner has a server miss entries, first all there are, without growing impatient: its clock stands nearly still.
// Then all replies are late, but what the leader sends is not.
func lateJoiner(c *Cluster, most int) {
	const limit = 20 * time.Second // with a refusal for each of eight entries
	late := labrpc.Reliable()
	late.HoldReply, late.HoldFor = 1, labrpc.Delay{Min: 600 * time.Millisecond, Max: 900 * time.Millisecond}
	joiner := c.Rand().IntN(c.N())
	for range 4 {
		c.Disconnect(joiner)
		c.Skew(joiner, sluggish, 0)
		c.Agree(c.Rand().Int(), c.N()-1)
		leader := c.OneLeader()
		c.burst(leader, most/2+c.Rand().IntN(most/2))
		last := c.Agree(c.Rand().Int(), c.N()-1)
		term, _ := c.State(leader)

		c.SetWeather(late)
		c.Connect(joiner)
		c.Skew(joiner, 1, 0)
		began, before := c.Now(), c.Requests(joiner)
		c.AllApplied(last, limit)
		c.Sleep(ElectionTimeout)
		heard := float64(c.Requests(joiner)-before) / (c.Now() - began).Seconds()
		if t, leads := c.State(leader); (!leads || t != term) && heard > 6 {
			c.Failf("expected S%d to go on leading T%d while S%d, which hears it %.0f times a second, gets what it "+
				"lacks; it is %v", leader, term, joiner, heard, state{t, leads, true})
		}
		c.SetWeather(labrpc.Reliable())
	}
	c.Agree(c.Rand().Int(), c.N())
}

func rivalLeaders(c *Cluster) {
	c.Agree(c.Rand().Int(), c.N())
	w := c.startClients(1)
	for range 2 {
		leader := c.eventualLeader(nil)
		rival := (leader + 1 + c.Rand().IntN(c.N()-1)) % c.N()
		c.Cut(leader, rival, true)
		c.Cut(rival, leader, true)
		c.Sleep(3 * ElectionTimeout)
		c.Heal()
	}
	seen := w.stop()
	c.Agree(c.Rand().Int(), c.N())
	c.stillThere(seen)
}
