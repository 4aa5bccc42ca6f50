package rafttest

import "time"

// disruptiveServers has two servers that hear nobody, whose logs are behind and whose clocks are fast stand for election
// again and again. They cannot win: they hear of no vote and deserve none. But with each of their requests comes a later
// term, often just when another server has begun an election, has won one, or takes a command. What that server then
// goes on to do with what it knew before, it does in a term that is not its own.
//
// Some of the requests are late. If all came in order, the next of a server that has been overtaken by one term would be
// of the same term as who has just won, and do nothing.
func disruptiveServers(c *Cluster) {
	const rounds = 4
	rng := c.Fork()
	c.Agree(c.Rand().Int(), c.N())
	w := c.startClients(3)
	for range rounds {
		leader := c.eventualLeader(nil)
		deaf := []int{(leader + 1 + rng.IntN(2)) % c.N(), (leader + 3 + rng.IntN(2)) % c.N()}
		c.each(deaf, c.Disconnect)
		c.Agree(c.Rand().Int(), c.N()-len(deaf))
		for _, i := range deaf {
			for j := range c.N() {
				if j != i {
					c.Cut(j, i, true)
				}
			}
			if c.HasFaults() {
				c.Skew(i, 3+4*rng.Float64(), 0)
			}
			c.Connect(i)
		}
		c.Sleep(3 * time.Second)
		if c.HasFaults() {
			c.each(deaf, c.NoFaults)
		}
		c.Heal()
	}
	seen := w.stop()
	last := c.agree(c.Rand().Int(), c.N(), true, calmLimit)
	c.AllApplied(last, calmLimit)
	c.stillThere(seen)
}
