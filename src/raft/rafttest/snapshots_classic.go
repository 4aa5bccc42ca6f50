package rafttest

import (
	"raftlab/src/cluster"
	"raftlab/src/lab"
	"raftlab/src/labrpc"
)

const (
	// snapshotEvery is how many entries the lab's service puts into the log between snapshots.
	snapshotEvery = 10
	// stateLimit is how large, in bytes, a Raft's saved state may be when it holds no more than the entries since a
	// snapshot or two.
	stateLimit = 2000
)

// classicSnapshots are the lab's own tests of part 2D, with its steps, limits and cluster sizes. Where its editions
// differ, the network is unreliable.
func classicSnapshots() []lab.Scenario {
	list := []lab.Scenario{
		{
			Name: "SnapshotBasic", Nodes: cluster.Servers(3), Weather: labrpc.Reliable(),
			Checks: "after a snapshot the log before it is gone from the disk",
			Judge:  Snapshotting(snapshotEvery, func(c *Cluster) { snapshots(c, nil, nil) }),
		},
		{
			Name: "SnapshotInstall", Nodes: cluster.Servers(3), Weather: labrpc.Reliable(),
			Checks: "a server that was cut off catches up by a snapshot",
			Judge:  Snapshotting(snapshotEvery, func(c *Cluster) { snapshots(c, c.Disconnect, c.Connect) }),
		},
		{
			Name: "SnapshotInstallUnreliable", Nodes: cluster.Servers(3), Weather: labrpc.Unreliable(),
			Checks: "likewise, while a fifth of the calls fail",
			Judge:  Snapshotting(snapshotEvery, func(c *Cluster) { snapshots(c, c.Disconnect, c.Connect) }),
		},
		{
			Name: "SnapshotInstallCrash", Nodes: cluster.Servers(3), Weather: labrpc.Reliable(),
			Checks: "a server that crashed catches up by a snapshot",
			Judge:  Snapshotting(snapshotEvery, func(c *Cluster) { snapshots(c, c.Crash, c.Restart) }),
		},
		{
			Name: "SnapshotInstallUnCrash", Nodes: cluster.Servers(3), Weather: labrpc.Unreliable(),
			Checks: "likewise, while a fifth of the calls fail",
			Judge:  Snapshotting(snapshotEvery, func(c *Cluster) { snapshots(c, c.Crash, c.Restart) }),
		},
		{
			Name: "SnapshotAllCrash", Nodes: cluster.Servers(3), Weather: labrpc.Unreliable(),
			Checks: "servers that all crash at once come back with their snapshots and logs",
			Judge:  Snapshotting(snapshotEvery, snapshotAllCrash),
		},
		{
			Name: "SnapshotInit", Nodes: cluster.Servers(3), Weather: labrpc.Unreliable(),
			Checks: "a server that restarts and saves does not lose its snapshot",
			Judge:  Snapshotting(snapshotEvery, snapshotInit),
		},
	}
	for i := range list {
		list[i].Part, list[i].Tier = Snapshots, lab.Classic
	}
	return list
}

// snapshots takes a server away for a while in each of thirty rounds, in which there is mostly a snapshot.
func snapshots(c *Cluster, away, back func(server int)) {
	c.Agree(c.Rand().Int(), c.N())
	leader := c.OneLeader()
	for round := range 30 {
		victim, sender := (leader+1)%c.N(), leader
		if round%3 == 1 {
			victim, sender = sender, victim
		}
		rest := c.N()
		if away != nil {
			rest--
			away(victim)
			c.Agree(c.Rand().Int(), rest)
		}
		for range snapshotEvery/2 + c.Rand().IntN(snapshotEvery) {
			c.Start(sender, c.Rand().Int())
		}
		// Without a victim all keep up, so that nobody needs a snapshot.
		c.Agree(c.Rand().Int(), rest)
		c.limitState()
		if back != nil {
			back(victim)
			c.Agree(c.Rand().Int(), c.N())
			leader = c.OneLeader()
		}
	}
}

// limitState fails if a server's log was not cut at its snapshot.
func (c *Cluster) limitState() {
	c.AtMost("bytes of saved Raft state", c.StateSize(), stateLimit-1)
}

func snapshotAllCrash(c *Cluster) {
	c.Agree(c.Rand().Int(), c.N())
	for range 5 {
		for range snapshotEvery/2 + c.Rand().IntN(snapshotEvery) {
			c.Agree(c.Rand().Int(), c.N())
		}
		before := c.Agree(c.Rand().Int(), c.N())
		c.restartAll()
		if after := c.Agree(c.Rand().Int(), c.N()); after < before+1 {
			c.Failf("expected an index above %d after all servers crashed and restarted, got %d", before, after)
		}
	}
}

// restartAll crashes all servers and then starts them again.
func (c *Cluster) restartAll() {
	for i := range c.N() {
		c.Crash(i)
	}
	for i := range c.N() {
		c.Restart(i)
	}
}

func snapshotInit(c *Cluster) {
	c.Agree(c.Rand().Int(), c.N())
	for range snapshotEvery + 1 {
		c.Agree(c.Rand().Int(), c.N())
	}

	// The first command after the restart has something saved; if the snapshot is lost by that, the second restart
	// shows it.
	c.restartAll()
	c.Agree(c.Rand().Int(), c.N())
	c.restartAll()
	c.Agree(c.Rand().Int(), c.N())
}
