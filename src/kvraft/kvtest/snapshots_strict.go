package kvtest

import (
	"fmt"
	"time"

	"raftlab/src/lab"
)

// What the paper asks of snapshots.
const (
	independently = `section 7: "each server takes snapshots independently, covering just the committed entries in its log"`
	replaces      = `Figure 13, InstallSnapshot: "Reset state machine using snapshot contents"`
	sessions      = `section 8: "the state machine tracks the latest serial number processed for each client, along with ` +
		`the associated response"`
)

// strictSnapshots returns scenarios for what the paper demands of a store with snapshots and the lab does not test.
func strictSnapshots() []lab.Scenario {
	return []lab.Scenario{
		strict(Snapshots, "ResendAfterRestart", 3, 2, Reliable(), MaxState,
			"after a restart from snapshots an operation that a clerk sends again is not executed again", sessions,
			resendAfterRestart),
		strict(Snapshots, "SnapshotsWhileInstalling", 3, 2, Reliable(), MaxState,
			"a server that is cut off again and again catches up by snapshots while others are taken",
			replaces, snapshotsWhileInstalling),
		strict(Snapshots, "ThousandKeys", 3, 1, Reliable(), MaxState,
			"a thousand keys, whose snapshot is far larger than the log may be, survive restarts", independently,
			thousandKeys),
		strict(Snapshots, "CrashesWithSnapshots", 5, 2, Reliable(), MaxState,
			"no operation is lost or executed twice when servers crash one by one while operations are in flight", onceEach,
			with(6, CrashInTurn)),
		faulty(strict(Snapshots, "CrashesOnSaveWithSnapshots", 5, 2, Reliable(), MaxState,
			"no operation is lost or executed twice when servers crash just after a save, of a snapshot, too", onceEach,
			with(6, CrashOnSaves))),
		strict(Snapshots, "ChaosStoreSnapshots", 5, 3, Reliable(), MaxState,
			"under a mix of faults, different for each seed, the clerks' history is linearizable, and all operations "+
				"return once the faults end", onceEach, chaosStore),
	}
}

// resendAfterRestart has operations executed whose replies do not reach their clerks. When snapshots cover these it
// restarts all servers, and the clerks send the operations again.
func resendAfterRestart(c *Cluster) {
	cut, busy := c.clerkNodes()[0], c.clerkNodes()[1]
	const clerks = 3
	var waiting, working []*Clerk
	for range clerks {
		waiting = append(waiting, c.ClerkAt(cut))
		working = append(working, c.ClerkAt(busy))
	}
	for i := range 4 {
		for _, k := range waiting {
			k.Get("a") // finds the leader
		}
		for s := range c.Servers() {
			c.Cut(s, cut, true)
		}
		appends := c.Start(clerks, func(n int) { waiting[n].Append("a", fmt.Sprintf("<%d.%d>", i, n)) })
		// the replies are lost, and others fill the log until it is covered by snapshots
		c.Together(clerks, func(n int) {
			for j := range 20 {
				working[n].Put(fmt.Sprintf("b%d", n), fmt.Sprintf("[%d.%d.%d]", i, n, j))
			}
		})
		c.Sleep(ElectionTimeout)
		c.CrashAll()
		c.Sleep(100 * time.Millisecond)
		c.RestartAll()
		c.Heal()
		c.AllReturn(calmLimit)
		appends.Wait()
		working[0].Get("a")
	}
	c.Linearizable()
}

// snapshotsWhileInstalling cuts servers off in turn, for long enough that they need a snapshot, and now and then
// crashes them while they get one.
func snapshotsWhileInstalling(c *Cluster) {
	w := c.mixed(6, keys)
	for i := range 8 {
		victim := i % c.Servers()
		c.Disconnect(victim)
		c.Sleep(time.Duration(500+c.Rand().IntN(1000)) * time.Millisecond)
		c.Connect(victim)
		c.Sleep(time.Duration(c.Rand().IntN(300)) * time.Millisecond)
		if c.Rand().IntN(2) == 0 {
			c.Crash(victim)
			c.Sleep(time.Duration(c.Rand().IntN(200)) * time.Millisecond)
			c.Restart(victim)
		}
	}
	w.Finish(calmLimit)
	// each server in turn is needed for a majority
	for i := range c.Servers() {
		c.Disconnect(i)
		c.readAll(keys)
		c.Connect(i)
	}
	c.Linearizable()
	c.Sleep(ElectionTimeout)
	c.CheckSizes(MaxState)
}

func thousandKeys(c *Cluster) {
	const (
		clerks = 20
		each   = 50
	)
	var ks []*Clerk
	for range clerks {
		ks = append(ks, c.Clerk())
	}
	key := func(n, i int) string { return fmt.Sprintf("key %d of %d", i, n) }
	c.Together(clerks, func(n int) {
		for i := range each {
			ks[n].Put(key(n, i), token(n, i))
		}
	})
	c.Sleep(ElectionTimeout)
	c.CheckSizes(MaxState)
	c.CrashAll()
	c.RestartAll()
	c.Together(clerks, func(n int) {
		for i := range each {
			if got, want := ks[n].Get(key(n, i)), token(n, i); got != want {
				c.wrongf("wrong value: expected %q of %s after a restart, got %s", want, key(n, i), short(got))
			}
		}
	})
	c.Linearizable()
}
