package rafttest

import (
	"time"

	"raftlab/src/cluster"
	"raftlab/src/lab"
	"raftlab/src/labrpc"
)

// strictSnapshots are what the paper and the lab's handout demand of snapshots and the lab does not test.
func strictSnapshots() []lab.Scenario {
	list := []lab.Scenario{
		{
			Name: "LateSnapshots", Nodes: cluster.Servers(3), Weather: late(),
			Checks: "snapshots that come late or twice move no service back, and no log",
			Source: `section 7: "log entries covered by the snapshot are deleted but entries following the snapshot ` +
				`are still valid and must be retained"`,
			Judge: Snapshotting(snapshotEvery, lateSnapshots),
		},
		{
			Name: "SnapshotToSlowService", Nodes: cluster.Servers(3), Weather: labrpc.Reliable(),
			Checks: "a snapshot that comes while the service is still busy with older entries is applied in its " +
				"turn, and holds up nothing",
			Source: `Figure 2, all servers: "increment lastApplied, apply log[lastApplied] to state machine"; ` +
				`lastApplied "increases monotonically"`,
			Judge: Snapshotting(snapshotEvery, snapshotToSlowService),
		},
		{
			Name: "QuietCatchUp", Nodes: cluster.Servers(3),
			Weather: labrpc.Weather{RequestDelay: labrpc.Delay{Min: 20 * time.Millisecond,
				Max: 20 * time.Millisecond}, Timeout: labrpc.Reliable().Timeout},
			Checks: "a server that restarts far behind is brought up, and nobody is deposed over it; if it is sent " +
				"more than a snapshot or two, there is advice",
			Source: `section 7: "the leader must occasionally send snapshots to followers that lag behind"; 5.2: "A ` +
				`server remains in follower state as long as it receives valid RPCs"`,
			Judge: Snapshotting(snapshotEvery, quietCatchUp),
		},
		{
			Name: "SnapshotRetries", Nodes: cluster.Servers(3), Weather: labrpc.Reliable(),
			Checks: "a follower that is there for moments only is sent snapshots, again and again, by a leader that " +
				"takes the next meanwhile, and each is the one that it says it is",
			Source: `Figure 13, arguments: lastIncludedIndex: "the snapshot replaces all entries up through and ` +
				`including this index"`,
			Judge: Snapshotting(snapshotEvery, snapshotRetries),
		},
		{
			Name: "MemoryAfterSnapshots", Nodes: cluster.Servers(3), Weather: labrpc.Reliable(), Long: true,
			Checks: "the memory of what a snapshot has taken the place of is free: 20 MB of commands do not stay " +
				"(section 7)",
			Source: `the lab: "Raft must discard old log entries in a way that allows the Go garbage collector to ` +
				`free and re-use the memory"; section 7`,
			Judge: Snapshotting(snapshotEvery, memoryAfterSnapshots),
		},
		{
			Name: "SnapshotPowerFailures", Nodes: cluster.Servers(5),
			Weather: labrpc.Weather{RequestDelay: labrpc.Delay{Max: 26 * time.Millisecond}},
			Checks: "what clients saw applied is there after all servers lost power in the midst of things, and of " +
				"snapshots",
			Source: `section 5.3: "Raft guarantees that committed entries are durable and will eventually be ` +
				`executed by all of the available state machines."`,
			Judge: Snapshotting(snapshotEvery, powerFailures),
		},
	}
	for i := range list {
		list[i].Part, list[i].Tier = Snapshots, lab.Strict
	}
	return list
}

func lateSnapshots(c *Cluster) {
	const limit = 30 * time.Second
	c.agree(c.Rand().Int(), c.N(), true, limit)
	for range 12 {
		// A service that lags behind its server, and so do its own snapshots.
		c.SlowService(c.Rand().IntN(c.N()), time.Duration(c.Rand().IntN(100))*time.Millisecond)
		victim := c.Rand().IntN(c.N())
		c.Disconnect(victim)
		c.agree(c.Rand().Int(), c.N()-1, true, limit)
		for range snapshotEvery + c.Rand().IntN(snapshotEvery) {
			c.Start(c.eventualLeader([]int{victim}), c.Rand().Int())
		}
		c.agree(c.Rand().Int(), c.N()-1, true, limit)
		c.Connect(victim)
		// Entries and snapshots overtake each other.
		for range c.Rand().IntN(2 * snapshotEvery) {
			for i := range c.N() {
				c.Start(i, c.Rand().Int())
			}
			c.Sleep(time.Duration(c.Rand().IntN(100)) * time.Millisecond)
		}
	}
	for i := range c.N() {
		c.SlowService(i, 0)
	}
	c.agree(c.Rand().Int(), c.N(), true, limit)
}

func snapshotToSlowService(c *Cluster) {
	const each = 100 * time.Millisecond
	c.Agree(c.Rand().Int(), c.N())
	for range 4 {
		leader := c.OneLeader()
		victim := (leader + 1 + c.Rand().IntN(2)) % c.N()
		c.SlowService(victim, each)
		// The victim has entries that its service does not yet know, and then lacks some that are nowhere but in a
		// snapshot.
		for range snapshotEvery {
			c.Start(leader, c.Rand().Int())
		}
		c.Sleep(2 * each)
		c.Disconnect(victim)
		for range 2 * snapshotEvery {
			c.Start(leader, c.Rand().Int())
		}
		last := c.Agree(c.Rand().Int(), c.N()-1)
		c.Connect(victim)
		c.answers(10 * each)
		c.AllApplied(last, agreeLimit+50*each) // a call to who is away may take seconds to fail
		c.SlowService(victim, 0)
		c.Agree(c.Rand().Int(), c.N())
	}
}

func quietCatchUp(c *Cluster) {
	const each = 1000 // bytes
	c.Agree(c.text(each), c.N())
	c.Sleep(2 * ElectionTimeout)
	leader := c.OneLeader()
	term, _ := c.State(leader)
	for range 3 {
		victim := (leader + 1 + c.Rand().IntN(2)) % c.N()
		c.Crash(victim)
		last := 0
		for range 6 * snapshotEvery {
			last, _, _ = c.Start(leader, c.text(each))
			c.Sleep(5 * time.Millisecond)
		}
		c.AwaitCommitted(last, c.N()-1, -1)
		before := c.Bytes()
		_, snapshot := c.Disk(leader)
		c.Restart(victim)
		c.AllApplied(last, agreeLimit)
		c.Sleep(ElectionTimeout)
		// The snapshot and the entries after it, twice, and heartbeats.
		if int(c.Bytes()-before) > 2*(len(snapshot)+2*snapshotEvery*each)+20_000 {
			c.Advisef("a server that lagged by %d entries was sent more than twice what it lacked: wait for a reply "+
				"before the snapshot is sent again", 6*snapshotEvery)
		}
		if t, leads := c.State(leader); !leads || t != term {
			c.Failf("expected S%d to go on leading T%d while S%d catches up, it is %v", leader, term, victim,
				state{t, leads, true})
		}
	}
}

func memoryAfterSnapshots(c *Cluster) {
	const (
		size     = 64 << 10
		commands = 320 // 20 MB
		limit    = 7   // MiB
	)
	c.Agree(c.Rand().Int(), c.N())
	for range 2 * snapshotEvery {
		c.Agree(c.text(size), c.N())
	}
	before := c.Memory()
	for n := 0; n < commands; {
		leader := c.OneLeader()
		for range 4 * snapshotEvery {
			n++
			last, _, _ := c.Start(leader, c.text(size))
			if n%snapshotEvery == 0 {
				c.AwaitCommitted(last, c.N(), -1)
			}
		}
	}
	c.Agree(c.Rand().Int(), c.N())
	c.Sleep(ElectionTimeout)
	// In MiB: to the byte it is not the same in runs that are the same.
	c.AtMost("MiB of memory for each server, more than before 20 MB of commands", max(0, c.Memory()-before)/c.N()>>20,
		limit)
}

// snapshotRetries has a follower lag behind and then be there for some milliseconds at a time, while many commands come.
func snapshotRetries(c *Cluster) {
	upTo := func(ms int) time.Duration { return time.Duration(c.Rand().IntN(ms*1000)) * time.Microsecond }
	for range 8 {
		c.Agree(c.Rand().Int(), c.N())
		leader := c.OneLeader()
		follower := (leader + 1 + c.Rand().IntN(c.N()-1)) % c.N()
		c.Disconnect(follower)
		c.burst(leader, 2*snapshotEvery)
		c.Sleep(ElectionTimeout / 20)
		for range 12 {
			c.Connect(follower)
			c.Sleep(upTo(20))
			c.Disconnect(follower)
			for range 5 {
				c.burst(leader, snapshotEvery/4)
				c.Sleep(upTo(30))
			}
		}
		c.Connect(follower)
	}
	c.Agree(c.Rand().Int(), c.N())
}
