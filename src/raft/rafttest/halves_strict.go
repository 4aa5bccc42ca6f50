package rafttest

import (
	"fmt"
	"slices"

	"raftlab/src/cluster"
	"raftlab/src/lab"
	"raftlab/src/labrpc"
)

// halves are clusters of even size that are cut in the middle. Any two majorities have a server in common; two halves
// have none, so that whoever takes half of the servers for a majority has two of them here.
func halves() []lab.Scenario {
	var list []lab.Scenario
	for _, n := range []int{2, 4, 6} {
		list = append(list, lab.Scenario{
			Name: fmt.Sprintf("ElectionsInHalves%d", n), Part: Elections, Tier: lab.Strict, Nodes: cluster.Servers(n),
			Weather: labrpc.Reliable(),
			Checks:  fmt.Sprintf("%d servers that are cut in halves elect nobody in either", n),
			Source: `section 5.2: "A candidate wins an election if it receives votes from a majority of the servers ` +
				`in the full cluster for the same term."`,
			Judge: Playing(electionsInHalves),
		})
	}
	return append(list, lab.Scenario{
		Name: "LogInHalves", Part: Log, Tier: lab.Strict, Nodes: cluster.Servers(4), Weather: labrpc.Reliable(),
		Checks: "of four servers two commit nothing, with the leader among them or without",
		Source: `section 5.3: "A log entry is committed once the leader that created the entry has replicated it on ` +
			`a majority of the servers"`,
		Judge: Playing(logInHalves),
	})
}

// halve cuts the cluster in two halves, and returns the one without a server.
func (c *Cluster) halve(with int) (far []int) {
	others := slices.DeleteFunc(c.Rand().Perm(c.N()), func(i int) bool { return i == with })
	near, far := others[:c.N()/2-1], others[c.N()/2-1:]
	c.Partition(append([]int{with}, near...), far)
	return far
}

func electionsInHalves(c *Cluster) {
	for range 2 {
		far := c.halve(c.OneLeader())
		c.Sleep(3 * ElectionTimeout)
		for _, i := range far {
			if term, leads := c.State(i); leads {
				c.Failf("expected nobody to be elected by %s, half of %d servers; S%d leads T%d", names(far), c.N(), i,
					term)
			}
		}
		c.Heal()
	}
	c.OneLeader()
}

func logInHalves(c *Cluster) {
	for range 3 {
		c.Agree(c.Rand().Int(), c.N())
		leader := c.OneLeader()
		c.halve(leader)
		index, _, leads := c.Start(leader, c.Rand().Int())
		c.Sleep(ElectionTimeout)
		if leads {
			c.NotCommitted(index, "by half of the servers")
		}
		c.Heal()
	}
	c.Agree(c.Rand().Int(), c.N())
}
