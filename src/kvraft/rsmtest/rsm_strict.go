package rsmtest

import (
	"sync/atomic"
	"time"

	"raftlab/src/kvraft"
	"raftlab/src/kvraft/kvnode"
	"raftlab/src/kvraft/kvtest"
	"raftlab/src/lab"
)

// What the contract and section 8 of the paper ask of the replicated state machine.
const (
	ownResult = `the lab, of Submit: "It returns OK and what DoOp returned for it on this server"`
	ceases    = `the lab, of Submit: "ErrWrongLeader and nil if this server does not lead, has ceased to, or was killed"`
	onceEach  = `section 8: "each operation appears to execute instantaneously, exactly once, at some point between its ` +
		`invocation and its response"`
	restored = `the lab, of RSM: "If the persister has a snapshot, sm is restored from it."`
)

// strictRSM returns scenarios for what package kvraft and the paper demand of the replicated state machine (RSM) and
// the lab does not test.
func strictRSM() []lab.Scenario {
	of := func(part, name string, servers, maxState int, checks, source string, play func(*counters)) lab.Scenario {
		return lab.Scenario{
			Name: name, Part: part, Tier: lab.Strict, Nodes: counterNodes(servers), Weather: kvtest.Reliable(),
			Checks: checks, Source: source, Judge: counting(maxState, play),
		}
	}
	return []lab.Scenario{
		of(StateMachine, "DeposedWithoutCommands", 3, kvtest.NoLimit,
			"Submits to a leader that was cut off and deposed return when it learns of that, even if no new command "+
				"takes their places in the log", ceases, deposedWithoutCommands),
		of(StateMachine, "OthersAtTheIndex", 3, kvtest.NoLimit,
			"a Submit does not return the result of another leader's operation that is committed at its index",
			ownResult, othersAtTheIndex),
		of(StateMachine, "SubmitAfterRestart", 3, kvtest.NoLimit,
			"Submits do not return results of operations that their server submitted before it restarted",
			ownResult, submitAfterRestart),
		of(StateMachine, "ShutdownCutOff", 3, kvtest.NoLimit,
			"Submits that wait on a leader that is cut off return when it is killed, and so do later ones, none of them "+
				"as executed",
			ceases, shutdownCutOff),
		of(StateMachine, "CrashesWithSubmits", 5, kvtest.NoLimit,
			"no operation is lost or executed twice when servers crash one by one while operations are in flight", onceEach,
			amid(kvtest.CrashInTurn)),
		faulty(of(StateMachine, "LeadersPausedWithSubmits", 5, kvtest.NoLimit,
			"a leader that stands still between commit and reply, and is deposed, gives no Submit a false result", ceases,
			pausedBeforeReply)),
		faulty(of(StateMachine, "CrashesOnSaveWithSubmits", 5, kvtest.NoLimit,
			"no operation is lost or executed twice when servers crash just after a save", onceEach,
			amid(kvtest.CrashOnSaves))),
		of(StateMachine, "ChaosRSM", 5, kvtest.NoLimit,
			"under a mix of faults, different for each seed, no operation is lost or executed twice, and once the "+
				"faults end all Submits return and all servers agree", onceEach, amid(kvtest.Chaos)),
		of(Snapshots, "InstallWithSubmits", 3, kvtest.MaxState,
			"servers that were cut off catch up by a snapshot, whether they crash meanwhile or not", restored,
			installWithSubmits),
		of(Snapshots, "ChaosRSMSnapshots", 5, kvtest.MaxState,
			"under a mix of faults, different for each seed, servers with snapshots lose no operation and execute none "+
				"twice", onceEach, amid(kvtest.Chaos)),
	}
}

// calmLimit is how long a Submit, or an operation of a clerk, may take once the last fault is over.
const calmLimit = 15 * time.Second

// noticeLimit is how long a Submit may take to return once its server hears that it was deposed, or is killed.
const noticeLimit = 3 * time.Second

// amid returns how a scenario is played in which operations are submitted while faults happen.
func amid(faults func(*kvtest.Cluster)) func(*counters) {
	return func(c *counters) {
		stop := c.submitters(8)
		faults(c.Cluster)
		stop()
		c.settle()
	}
}

// submitters start n goroutines that each submit an operation to some server that may lead, again and again. stop has
// them stop, when faults are over, and waits for them.
func (c *counters) submitters(n int) (stop func()) {
	const rest = 60 * time.Millisecond
	var stopped atomic.Bool
	working := c.Start(n, func(i int) {
		for at, turn := i%c.Servers(), 0; !stopped.Load(); turn++ {
			operation := kvnode.Increment
			if turn%4 == 3 {
				operation = kvnode.Nothing
			}
			if s := c.submit(at, operation); s.err != kvraft.OK {
				at = (at + 1) % c.Servers()
			}
			c.Sleep(rest)
		}
	})
	return func() {
		stopped.Store(true)
		c.allReturn(calmLimit)
		working.Wait()
	}
}

func deposedWithoutCommands(c *counters) {
	const n = 100
	c.increment(1)
	leader := c.AwaitLeader()
	c.Disconnect(leader)
	c.start(n, leader, kvnode.Increment, 0)
	c.Sleep(2 * kvtest.ElectionTimeout)
	c.Connect(leader)
	c.allReturn(noticeLimit)
	c.settle()
}

func othersAtTheIndex(c *counters) {
	c.increment(1)
	for range 4 {
		leader := c.AwaitLeader()
		c.Disconnect(leader)
		waiting := c.start(4, leader, kvnode.Increment, time.Millisecond)
		c.Sleep(10 * time.Millisecond)
		// a Null takes the place of the first Increment, and Increments those of the others
		others := c.Others(leader)
		c.one(kvnode.Nothing, others...)
		for range 4 {
			c.one(kvnode.Increment, others...)
		}
		c.Connect(leader)
		c.allReturn(noticeLimit)
		waiting.Wait()
	}
	c.settle()
}

func submitAfterRestart(c *counters) {
	for range 6 {
		leader := c.AwaitLeader()
		c.start(5, leader, kvnode.Increment, time.Millisecond).Wait()
		c.start(5, leader, kvnode.Increment, time.Millisecond)
		c.Sleep(time.Duration(c.Rand().IntN(10)) * time.Millisecond)
		c.CrashAll()
		c.Sleep(100 * time.Millisecond)
		c.RestartAll()
	}
	c.settle()
}

func shutdownCutOff(c *counters) {
	const n = 20
	c.increment(1)
	leader := c.AwaitLeader()
	c.Disconnect(leader)
	c.start(n, leader, kvnode.Increment, 0)
	c.Sleep(100 * time.Millisecond)
	c.shutdown()
	c.start(n, leader, kvnode.Increment, 0)
	c.allReturn(noticeLimit)
	c.restart()
	c.settle() // the log of who was cut off may become everybody's
}

func pausedBeforeReply(c *counters) {
	for range 5 {
		leader := c.AwaitLeader()
		c.start(10, leader, kvnode.Increment, 500*time.Microsecond)
		c.Sleep(time.Duration(c.Rand().IntN(5000)) * time.Microsecond)
		c.Pause(leader)
		if c.Rand().IntN(2) == 0 {
			c.one(kvnode.Increment, c.Others(leader)...)
		} else {
			c.Sleep(2 * kvtest.ElectionTimeout)
		}
		c.Resume(leader)
		c.allReturn(calmLimit)
	}
	c.settle()
}

// installWithSubmits cuts servers off in turn, for as long as others need for a snapshot.
func installWithSubmits(c *counters) {
	for i := range 6 {
		victim := i % c.Servers()
		c.Disconnect(victim)
		for range 40 {
			c.one(kvnode.Increment, c.Others(victim)...)
		}
		if i%2 == 0 {
			c.Crash(victim)
			c.Restart(victim)
		}
		c.Connect(victim)
		c.settle()
	}
	c.CheckSizes(kvtest.MaxState)
	c.restart()
	c.settle()
}
