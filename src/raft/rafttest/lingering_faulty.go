package rafttest

import (
	"time"

	"raftlab/src/cluster"
	"raftlab/src/lab"
	"raftlab/src/labrpc"
)

// lingering returns a scenario for each part in which goroutines rest between two locks, for longer than elections take:
// what a server saw under the first need not hold under the second.
func lingering() []lab.Scenario {
	list := []lab.Scenario{
		{
			Name: "LingeringElections", Part: Elections,
			Checks: "servers whose goroutines rest wherever they do not hold the lock, while others are elected, do " +
				"nothing in a term for what they saw in an earlier one",
			Source: `section 5.2: "Each server will vote for at most one candidate in a given term"; section 2: ` +
				`"They do not depend on timing to ensure the consistency of the logs"`,
			Judge: Playing(lingeringElections),
		},
		{
			Name: "LingeringClients", Part: Log,
			Checks: "likewise with clients at work",
			Source: `Figure 3; section 2: "They do not depend on timing to ensure the consistency of the logs"`,
			Judge:  Playing(lingeringClients),
		},
		{
			Name: "LingeringRestarts", Part: Persistence,
			Checks: "likewise with servers that crash and restart",
			Source: `Figure 3; Figure 2, persistent state: "Updated on stable storage before responding to RPCs"`,
			Judge:  Playing(lingeringRestarts),
		},
		{
			Name: "LingeringSnapshots", Part: Snapshots,
			Checks: "likewise with services that take snapshots",
			Source: `Figure 3; section 7`,
			Judge:  Snapshotting(snapshotEvery, lingeringRestarts),
		},
	}
	for i := range list {
		s := &list[i]
		s.Tier, s.Faults, s.Nodes = lab.Strict, true, cluster.Servers(5)
		s.Weather = labrpc.Weather{RequestDelay: labrpc.Delay{Max: 20 * time.Millisecond}}
	}
	return list
}

// quietTime is how long there are no new commands after the last of the clients: what was to be told by a signal that was
// lost is told by nothing else meanwhile.
const quietTime = 10 * time.Second

func lingeringElections(c *Cluster) {
	c.lingering((*Cluster).absent, func() {})
	c.eventualLeader(nil)
}

func lingeringClients(c *Cluster) { c.lingeringAtWork((*Cluster).absent) }

func lingeringRestarts(c *Cluster) { c.lingeringAtWork((*Cluster).down) }

func (c *Cluster) lingeringAtWork(misses func(c *Cluster, server int, d time.Duration)) {
	w := c.startClients(3)
	var seen []applied
	c.lingering(misses, func() { seen = w.stop() })
	c.Sleep(quietTime)
	last := c.agree(c.Rand().Int(), c.N(), true, calmLimit)
	c.AllApplied(last, calmLimit)
	c.stillThere(seen)
}

// lingering has all servers linger, in each round for up to a fraction of an election or for up to several, while one of
// them, mostly the leader, misses an election. In half of the rounds there is also one that hears nobody and whose clock
// is fast: it begins one term after the other.
func (c *Cluster) lingering(misses func(c *Cluster, server int, d time.Duration), last func()) {
	const rounds = 8
	rng := c.Fork()
	c.Harm(func() {
		for range rounds {
			longest := 20 * time.Millisecond << rng.IntN(8)
			for i := range c.N() {
				c.Linger(i, longest)
			}
			server := rng.IntN(c.N())
			for i := range c.N() {
				if _, leads := c.State(i); leads && rng.IntN(4) > 0 {
					server = i
				}
			}
			deaf := (server + 1 + rng.IntN(c.N()-1)) % c.N()
			rate, disrupts := 2+3*rng.Float64(), rng.IntN(2) == 0
			if disrupts {
				c.hears(deaf, false)
				c.Skew(deaf, rate, 0)
			}
			misses(c, server, time.Duration(rng.Int64N(int64(2*ElectionTimeout))))
			c.Sleep(time.Duration(rng.Int64N(int64(2 * ElectionTimeout))))
			if disrupts {
				c.hears(deaf, true)
				c.Skew(deaf, 1, 0)
			}
		}
		c.Sleep(2 * ElectionTimeout)
	})
	last()
	c.Sleep(ElectionTimeout)
	for i := range c.N() {
		c.NoFaults(i)
	}
}

// hears opens or cuts all ways to a server.
func (c *Cluster) hears(server int, yes bool) {
	for i := range c.N() {
		if i != server {
			c.Cut(i, server, !yes)
		}
	}
}

// absent has a server be cut off for a while.
func (c *Cluster) absent(server int, d time.Duration) {
	c.Disconnect(server)
	c.Sleep(d)
	c.Connect(server)
}

// down has a server be down for a while.
func (c *Cluster) down(server int, d time.Duration) {
	c.Crash(server)
	c.Sleep(d)
	c.Restart(server)
}
