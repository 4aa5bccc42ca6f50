package rafttest

import (
	"slices"
	"time"

	"raftlab/src/cluster"
	"raftlab/src/lab"
	"raftlab/src/labrpc"
)

// unlikeSnapshots are situations in which servers' snapshots differ: in where they end, in what the log has behind them,
// and in whether they are on the disk already.
func unlikeSnapshots() []lab.Scenario {
	list := []lab.Scenario{
		{
			Name: "SnapshotOverStored",
			Checks: "a follower whose replies are lost, and that is sent snapshots of what it has, late and twice, " +
				"keeps the entries that follow, and its service is not moved back",
			Source: `Figure 13, rule 6: "If existing log entry has same index and term as snapshot’s last included ` +
				`entry, retain log entries following it and reply"`,
			Judge: Snapshotting(snapshotEvery, snapshotOverStored),
		},
		{
			Name: "SnapshotOverConflict",
			Checks: "of a log that conflicts with a snapshot from the leader at its last entry nothing is left, what " +
				"follows that entry neither",
			Source: `Figure 13, rule 7: "Discard the entire log"; section 7: the follower's log "may possibly have ` +
				`uncommitted entries that conflict with the snapshot"`,
			Judge: Snapshotting(snapshotEvery, snapshotOverConflict),
		},
		{
			Name: "LateSnapshotReplies",
			Checks: "a leader that has a newer snapshot by the time at which a follower says that it has the last one " +
				"sends it what it lacks",
			Source: `section 7: "the leader must occasionally send snapshots to followers that lag behind"`,
			Judge:  Snapshotting(snapshotEvery, lateSnapshotReplies),
		},
		{
			Name: "CrashAtSnapshot",
			Checks: "a server that crashes while it saves a snapshot, its own or the leader's, starts again with a " +
				"state and a snapshot that belong together",
			Source: `section 5.3: "Raft guarantees that committed entries are durable and will eventually be ` +
				`executed by all of the available state machines."; section 7`,
			Judge: Snapshotting(snapshotEvery, crashAtSnapshot),
		},
		{
			Name: "SnapshotToLaterTerm",
			Checks: "a leader that has nothing but snapshots to send to a server, whose term is dozens ahead, is told so by " +
				"the reply and follows",
			Source: `section 5.1: "If a candidate or leader discovers that its term is out of date, it immediately reverts ` +
				`to follower state."; Figure 13, results: "currentTerm, for leader to update itself"`,
			Judge: Snapshotting(snapshotEvery, snapshotToLaterTerm),
		},
	}
	for i := range list {
		list[i].Part, list[i].Tier, list[i].Faults = Snapshots, lab.Strict, true
		list[i].Nodes, list[i].Weather = cluster.Servers(3), labrpc.Reliable()
	}
	return list
}

// snapshotOverStored has a leader hear nothing of a follower, so that it sends it what it has: entries and, once these
// are in a snapshot, that. It takes one at once, before the follower knows what is committed, or when the follower has
// long applied that, and has no such snapshot of its own. What was sent before comes again in between.
func snapshotOverStored(c *Cluster) {
	doubling := labrpc.Reliable()
	doubling.RequestDelay = labrpc.Delay{Max: 5 * time.Millisecond}
	doubling.DoubleRequest = 0.5
	doubling.DoubleDelay = labrpc.Delay{Min: 50 * time.Millisecond, Max: 400 * time.Millisecond}
	for round := range 8 {
		last := c.Agree(c.Rand().Int(), c.N())
		leader := c.eventualLeader(nil)
		follower := (leader + 1 + c.Rand().IntN(2)) % c.N()
		if round%2 == 1 {
			c.TakeSnapshots(follower, false)
			before := snapshotEvery - last%snapshotEvery // entries until the leader's service takes a snapshot
			c.SlowService(leader, time.Duration(100+c.Rand().IntN(250))*time.Millisecond/time.Duration(before))
		}
		c.Cut(follower, leader, true)
		c.SetWeather(doubling)
		c.burst(leader, snapshotEvery+c.Rand().IntN(snapshotEvery))
		c.Sleep(time.Duration(300+c.Rand().IntN(500)) * time.Millisecond)
		c.SetWeather(labrpc.Reliable())
		c.SlowService(leader, 0)
		c.TakeSnapshots(follower, true)
		c.Disconnect(follower)
		c.Heal()
		c.Skew(follower, hasty, 0)
		c.Sleep(ElectionTimeout / 2) // as a candidate it shows how its log ends
		c.Connect(follower)
		c.leads(follower, ElectionTimeout) // and as a leader, what it knows to be committed
		c.Skew(follower, 1, 0)
	}
	c.Agree(c.Rand().Int(), c.N())
}

// snapshotOverConflict has a leader that was cut off come back with many entries of its own, to others that have nothing
// but a snapshot of others in their place. Who sends it is the leader of a later term than the entries in it are of, or
// not.
func snapshotOverConflict(c *Cluster) {
	for round := range 4 {
		c.Agree(c.Rand().Int(), c.N())
		old := c.OneLeader()
		c.Disconnect(old)
		c.burst(old, 3*snapshotEvery)
		last := c.Agree(c.Rand().Int(), c.N()-1)
		for (last+1)%snapshotEvery != 0 {
			last = c.Agree(c.Rand().Int(), c.N()-1)
		}
		second := c.eventualLeader([]int{old})
		c.Sleep(ElectionTimeout / 4) // for the snapshots
		if round%2 == 1 {
			c.Disconnect(second)
		}
		c.Connect(old)
		c.AllApplied(last, agreeLimit)
		c.Disconnect(old)
		if round < 2 {
			c.Crash(old)
			c.Restart(old)
		}
		c.Sleep(ElectionTimeout) // as a candidate it shows how its log ends
		c.Connect(old)
		c.Connect(second)
	}
	c.Agree(c.Rand().Int(), c.N())
}

// lateSnapshotReplies has a follower that lags take a snapshot and say so late. When the leader hears of it, it has
// gone on to the next one.
func lateSnapshotReplies(c *Cluster) {
	late := labrpc.Reliable()
	late.HoldReply, late.HoldFor = 1, labrpc.Delay{Min: 400 * time.Millisecond, Max: 400 * time.Millisecond}
	for range 3 {
		c.Agree(c.Rand().Int(), c.N())
		leader := c.eventualLeader(nil)
		follower := (leader + 1 + c.Rand().IntN(2)) % c.N()
		c.Skew(follower, sluggish, 0)
		c.Disconnect(follower)
		c.burst(leader, 2*snapshotEvery)
		c.Agree(c.Rand().Int(), c.N()-1)

		c.SetWeather(late)
		_, before := c.Disk(follower)
		c.Connect(follower)
		for end := c.Now() + 2*ElectionTimeout; c.Now() < end; c.Sleep(time.Millisecond) {
			if _, now := c.Disk(follower); !slices.Equal(before, now) {
				break
			}
		}
		c.Cut(leader, follower, true)
		c.SetWeather(labrpc.Reliable())
		c.burst(leader, 2*snapshotEvery)
		c.Sleep(ElectionTimeout / 2)
		c.NoFaults(follower)
		c.Heal()
	}
	c.Agree(c.Rand().Int(), c.N())
}

// burst has a leader start so many commands at once.
func (c *Cluster) burst(leader, commands int) {
	for range commands {
		c.Start(leader, c.Rand().Int())
	}
}

// crashAtSnapshot has a server with a slow service store entries, so that the next that it saves is the snapshot, and
// crash when it does. Likewise one that is sent a snapshot by the leader.
func crashAtSnapshot(c *Cluster) {
	const each = 40 * time.Millisecond
	for range 3 {
		c.Agree(c.Rand().Int(), c.N())
		leader := c.eventualLeader(nil)
		victim := c.Rand().IntN(c.N())
		c.SlowService(victim, each)
		c.burst(leader, snapshotEvery+snapshotEvery/2)
		c.Sleep(5 * each)
		c.crashes(victim)
		c.SlowService(victim, 0)
		c.Agree(c.Rand().Int(), c.N())

		leader = c.eventualLeader(nil)
		victim = (leader + 1 + c.Rand().IntN(2)) % c.N()
		c.Disconnect(victim)
		c.Skew(victim, sluggish, 0)
		c.burst(leader, 2*snapshotEvery)
		c.Agree(c.Rand().Int(), c.N()-1)
		c.Connect(victim)
		c.crashes(victim)
		c.NoFaults(victim)
	}
	c.Agree(c.Rand().Int(), c.N())
}

// crashes has a server crash when it next saves, if it does so soon, and starts it again.
func (c *Cluster) crashes(server int) {
	if c.CrashOnSave(server, 2*ElectionTimeout) {
		c.Restart(server)
	}
}

// snapshotToLaterTerm has a server rise to a high term while the others go on beyond what they keep for it.
func snapshotToLaterTerm(c *Cluster) {
	for range 2 {
		c.Agree(c.Rand().Int(), c.N())
		leader := c.eventualLeader(nil)
		term, _ := c.State(leader)
		far := (leader + 1 + c.Rand().IntN(c.N()-1)) % c.N()
		c.farAhead(far, term+ahead)
		for range 2 * snapshotEvery {
			c.Agree(c.Rand().Int(), c.N()-1)
		}
		if t, leads := c.State(leader); leads && t == term {
			c.bringsBack(far, leader, term+ahead)
		} else {
			c.NoFaults(far)
			c.Connect(far)
		}
	}
	c.Agree(c.Rand().Int(), c.N())
}
