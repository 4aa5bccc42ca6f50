package kvtest

import (
	"fmt"
	"time"

	"raftlab/src/lab"
)

const (
	inOrder = `Figure 3, State Machine Safety; Figure 2, all servers: "increment lastApplied, apply log[lastApplied] to ` +
		`state machine"`
	seldom = `section 7: "If a server snapshots too often, it wastes disk bandwidth and energy"`
)

// manyEntries is a maxraftstate for a log of more than a hundred operations, in which most have small arguments.
const manyEntries = 12_000

// strictInstalls are more that the lab does not test: how snapshots and commands come together, and how often snapshots
// are taken.
func strictInstalls() []lab.Scenario {
	storm := strict(Snapshots, "SnapshotsSeldom", 3, 2, Reliable(), MaxState,
		"while the log cannot be shorter than maxraftstate there is not a snapshot for each entry", seldom,
		snapshotsSeldom)
	storm.Tier = lab.Advice
	return []lab.Scenario{
		strict(Snapshots, "LateSnapshots", 3, 2, lateAndDoubled(), MaxState,
			"a snapshot that comes late or twice does not take a server back", inOrder, with(6, cutOffAndHeal)),
		faulty(strict(Snapshots, "ServersThatStandStill", 3, 2, Reliable(), MaxState,
			"a server that stood still and gets commands and a snapshot at once applies them in their order", inOrder,
			with(6, pauseServers))),
		strict(Snapshots, "RestartsWithLongLogs", 3, 2, Reliable(), manyEntries,
			"servers that restart with a log near maxraftstate apply it while clients are at work", available,
			restartsWithLongLogs),
		strict(Snapshots, "EmptiedKeys", 3, 1, Reliable(), MaxState,
			"a server that installs a snapshot has nothing left of what it had before", replaces, emptiedKeys),
		storm,
	}
}

// cutOffAndHeal cuts one server after the other off, for long enough that it needs a snapshot, and has the weather be
// good in the end.
func cutOffAndHeal(c *Cluster) {
	for i := range 8 {
		victim := i % c.Servers()
		c.Split([]int{victim}, c.Others(victim))
		c.Sleep(time.Second)
		c.Heal()
		c.Sleep(time.Second)
	}
	c.SetWeather(Reliable())
}

// pauseServers has one server after another stand still, for as long as it takes the others to trim their logs, or a
// little less.
func pauseServers(c *Cluster) {
	for range 20 {
		victim := c.Rand().IntN(c.Servers())
		c.Pause(victim)
		c.Sleep(time.Duration(50+c.Rand().IntN(950)) * time.Millisecond)
		c.Resume(victim)
		c.Sleep(time.Duration(50+c.Rand().IntN(200)) * time.Millisecond)
	}
}

// restartsWithLongLogs crashes all servers again and again while twenty clerks have an operation each in flight. A clerk
// may need more time to find a leader than there is between an election and the next crash: so there is an end to it.
func restartsWithLongLogs(c *Cluster) {
	const clerks = 20
	var ks []*Clerk
	for i := range clerks {
		ks = append(ks, c.ClerkAt(c.Servers()+i%2))
	}
	working := c.Start(clerks, func(n int) {
		for i := range 24 {
			if i%4 == 0 {
				ks[n].Append(fmt.Sprintf("k%d", n), fmt.Sprintf("<%d.%d>", n, i))
			} else {
				ks[n].Get(fmt.Sprintf("k%d", n))
			}
		}
	})
	for end := c.Now() + outage; working.Left() > 0 && c.Now() < end; {
		c.Sleep(time.Duration(20+c.Rand().IntN(60)) * time.Millisecond)
		c.CrashAll()
		c.RestartAll()
		c.AwaitLeader()
	}
	c.AllReturn(calmLimit)
	c.Linearizable()
}

// emptiedKeys cuts a server off while keys that it knows are emptied and the log is trimmed, so that it installs a
// snapshot, and then has it lead, if it is elected.
func emptiedKeys(c *Cluster) {
	const emptied = 5
	k := c.Clerk()
	for i := range 6 {
		victim := i % c.Servers()
		put := func(value string) {
			for n := range emptied {
				k.Put(fmt.Sprintf("a%d", n), value)
			}
		}
		put("full")
		c.Disconnect(victim)
		put("")
		for n := range 20 {
			k.Put("b", fmt.Sprintf("%d.%d", i, n))
		}
		c.Connect(victim)
		c.Sleep(ElectionTimeout)
		for _, other := range c.Others(victim) {
			c.Crash(other)
			c.Restart(other) // one that starts anew is seldom the first to be a candidate
		}
		for n := range emptied {
			if got := k.Get(fmt.Sprintf("a%d", n)); got != "" {
				c.Violatedf("Nothing Left: expected \"\" of key a%d, which was emptied while S%d was cut off, got %s", n,
					victim, short(got))
			}
		}
	}
}

// snapshotsSeldom has more operations in flight than the log may be long, and counts snapshots.
func snapshotsSeldom(c *Cluster) {
	const (
		clerks = 20
		each   = 20
	)
	var ks []*Clerk
	for i := range clerks {
		ks = append(ks, c.ClerkAt(c.Servers()+i%2))
	}
	c.Together(clerks, func(n int) {
		for i := range each {
			ks[n].Append(fmt.Sprintf("k%d", n), fmt.Sprintf("<%d.%d>%0100d", n, i, 0))
		}
	})
	for server, n := range c.judge.snapshots() {
		if n > clerks*each/3 {
			c.Advisef("Snapshots Seldom: S%d has executed %d operations and taken %d snapshots: while entries that are not "+
				"yet applied keep its log above maxraftstate a snapshot for each of them makes it no shorter", server,
				clerks*each, n)
		}
	}
}
