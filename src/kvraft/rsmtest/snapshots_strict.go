package rsmtest

import (
	"fmt"
	"time"

	"raftlab/src/kvraft/kvtest"
	"raftlab/src/lab"
)

// What the paper asks of snapshots.
const (
	independently = `section 7: "each server takes snapshots independently, covering just the committed entries in its ` +
		`log"`
	replaces = `Figure 13, InstallSnapshot: "Reset state machine using snapshot contents"`
)

// strictSnapshots returns scenarios for what package kvraft and the paper demand of a store with snapshots and the lab
// does not test.
func strictSnapshots() []lab.Scenario {
	const maxState = kvtest.MaxState
	return []lab.Scenario{
		strict(Snapshots, "SnapshotsWhileInstalling", 3, 1, kvtest.Reliable(), maxState,
			"a server that is cut off again and again catches up by snapshots while others are taken",
			replaces, snapshotsWhileInstalling),
		strict(Snapshots, "ThousandKeys", 3, 1, kvtest.Reliable(), maxState,
			"a thousand keys, whose snapshot is far larger than the log may be, survive restarts", independently,
			thousandKeys),
		strict(Snapshots, "CrashesWithSnapshots", 5, 2, kvtest.Reliable(), maxState,
			"no operation is lost or executed twice when servers crash one by one while operations are in flight", onceEach,
			amidPuts(6, kvtest.CrashInTurn)),
		faulty(strict(Snapshots, "CrashesOnSaveWithSnapshots", 5, 2, kvtest.Reliable(), maxState,
			"no operation is lost or executed twice when servers crash just after a save, of a snapshot, too", onceEach,
			amidPuts(6, kvtest.CrashOnSaves))),
		strict(Snapshots, "ChaosStoreSnapshots", 5, 3, kvtest.Reliable(), maxState,
			"under a mix of faults, different for each seed, the clerks' history is linearizable, and all operations "+
				"return once the faults end", onceEach, amidPuts(5, kvtest.Chaos)),
	}
}

// snapshotsWhileInstalling cuts servers off in turn, for long enough that they need a snapshot, and now and then
// crashes them while they get one.
func snapshotsWhileInstalling(s store) {
	p := newPutters(s)
	w := p.work(5)
	for i := range 8 {
		victim := i % s.Servers()
		s.Disconnect(victim)
		s.Sleep(time.Duration(500+s.Rand().IntN(1000)) * time.Millisecond)
		s.Connect(victim)
		s.Sleep(time.Duration(s.Rand().IntN(300)) * time.Millisecond)
		if s.Rand().IntN(2) == 0 {
			s.Crash(victim)
			s.Sleep(time.Duration(s.Rand().IntN(200)) * time.Millisecond)
			s.Restart(victim)
		}
	}
	w.Finish(calmLimit)
	// each server in turn is needed for a majority
	check := s.Clerk()
	for i := range s.Servers() {
		s.Disconnect(i)
		_, version, _ := check.GetVersion(key)
		p.counts(int(version), true)
		s.Connect(i)
	}
	s.Linearizable()
	s.Sleep(kvtest.ElectionTimeout)
	s.CheckSizes(kvtest.MaxState)
}

func thousandKeys(s store) {
	const (
		clerks = 20
		each   = 50
	)
	var ks []*kvtest.Clerk
	for range clerks {
		ks = append(ks, s.Clerk())
	}
	key := func(n, i int) string { return fmt.Sprintf("key %d of clerk %d", i, n) }
	value := func(n, i int) string { return fmt.Sprintf("value %d of clerk %d", i, n) }
	s.Together(clerks, func(n int) {
		for i := range each {
			s.mustPut(ks[n], key(n, i), value(n, i), 0)
		}
	})
	s.Sleep(kvtest.ElectionTimeout)
	s.CheckSizes(kvtest.MaxState)
	s.CrashAll()
	s.RestartAll()
	s.Together(clerks, func(n int) {
		for i := range each {
			s.mustGet(ks[n], key(n, i), value(n, i), 1)
		}
	})
	s.Linearizable()
}
