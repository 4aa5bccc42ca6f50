package rafttest

import (
	"fmt"
	"time"

	"raftlab/src/cluster"
	"raftlab/src/lab"
	"raftlab/src/labrpc"
)

// strictLog are what the paper demands of the log and the lab does not test.
func strictLog() []lab.Scenario {
	return []lab.Scenario{
		{
			Name: "StartDuringHungCalls", Part: Log, Tier: lab.Strict, Nodes: cluster.Servers(5),
			Weather: labrpc.Reliable(),
			Checks:  "Start and GetState answer at once while calls to dead servers hang for seconds",
			Source: `the lab, of Start: "start the agreement and return immediately"; section 5.1: "they issue RPCs ` +
				`in parallel for best performance"`,
			Judge: Playing(startDuringHungCalls),
		},
		{
			Name: "SlowService", Part: Log, Tier: lab.Strict, Nodes: cluster.Servers(3), Weather: labrpc.Reliable(),
			Checks: "a service that is slow to read applyCh holds up neither Start nor GetState nor the heartbeats, " +
				"and gets everything in order",
			Source: `Figure 2, leaders: heartbeats "repeat during idle periods to prevent election timeouts"; all ` +
				`servers: "increment lastApplied, apply log[lastApplied] to state machine"`,
			Judge: Playing(slowService),
		},
		{
			Name: "PairedCommands", Part: Log, Tier: lab.Strict, Nodes: cluster.Servers(3), Weather: labrpc.Reliable(),
			Checks: "of two commands that come one shortly after the other, both are applied by all, without a third " +
				"to remind anybody",
			Source: `Figure 2, all servers: "If commitIndex > lastApplied: increment lastApplied, apply ` +
				`log[lastApplied] to state machine"`,
			Judge: Playing(pairedCommands),
		},
		{
			Name: "DisruptiveServers", Part: Log, Tier: lab.Strict, Nodes: cluster.Servers(5),
			Weather: labrpc.Weather{RequestDelay: labrpc.Delay{Max: 20 * time.Millisecond}, HoldRequest: 0.4,
				HoldRequestBy: labrpc.Delay{Min: 50 * time.Millisecond, Max: 600 * time.Millisecond, Low: true}},
			Checks: "servers that hear nobody and stand for election again and again, in ever later terms, do no " +
				"harm but to availability",
			Source: `section 6: "They will then send RequestVote RPCs with new term numbers, and this ` +
				`will cause the current leader to revert to follower state."`,
			Judge: Playing(disruptiveServers),
		},
		{
			Name: "SteadyUnderLoad", Part: Log, Tier: lab.Strict, Nodes: cluster.Servers(5),
			Weather: labrpc.Weather{RequestDelay: labrpc.Delay{Max: 26 * time.Millisecond}},
			Checks:  "a leader that has much to do is not deposed, as long as nothing fails (section 5.2)",
			Source: `section 5.2: "A server remains in follower state as long as it receives valid RPCs from a ` +
				`leader or candidate."`,
			Judge: Playing(steadyUnderLoad),
		},
		{
			Name: "LateRequests", Part: Log, Tier: lab.Strict, Nodes: cluster.Servers(5), Weather: late(),
			Checks: "requests that come late or twice, by then of an earlier state, undo nothing (section 5.3)",
			Source: `section 5.5: "Raft RPCs are idempotent, so this causes no harm"; Figure 2, AppendEntries, ` +
				`3: "If an existing entry conflicts with a new one", only then is it deleted`,
			Judge: Playing(lateRequests),
		},
		{
			Name: "OneWayCutsWithLog", Part: Log, Tier: lab.Strict, Nodes: cluster.Servers(5),
			Weather: labrpc.Reliable(),
			Checks: "a leader that hears nobody commits nothing, one that nobody hears is replaced, and their logs " +
				"come in line",
			Source: `section 2: "They are fully functional (available) as long as any majority of the servers are ` +
				`operational and can communicate with each other and with clients."`,
			Judge: Playing(oneWayCutsWithLog),
		},
		{
			Name: "CommitPriorTerm", Part: Log, Tier: lab.Strict, Nodes: cluster.Servers(5), Weather: labrpc.Reliable(),
			Checks: "an entry of an earlier term is not committed because a majority has it (section 5.4.2, Figure 8)",
			Source: `section 5.4.2: "Raft never commits log entries from previous terms by counting replicas"`,
			Judge:  Playing(commitPriorTerm),
		},
		{
			Name: "BackupSpeed", Part: Log, Tier: lab.Strict, Nodes: cluster.Servers(5),
			Weather: labrpc.Weather{RequestDelay: labrpc.Delay{Min: 10 * time.Millisecond,
				Max: 10 * time.Millisecond}},
			Checks: "a log with 100 entries that nobody else has is brought in line, at 10 ms a request; if that " +
				"takes more than a second, there is advice",
			Source: `section 5.3: "Eventually nextIndex will reach a point where the leader and follower logs ` +
				`match."; how fast, is advice from its end: "If desired, the protocol can be optimized to reduce the ` +
				`number of rejected AppendEntries RPCs."`,
			Judge: Playing(backupSpeed),
		},
		{
			Name: "CommitAfterHeal", Part: Log, Tier: lab.Strict, Nodes: cluster.Servers(5), Weather: labrpc.Reliable(),
			Checks: "whatever partitions there were, ten seconds after they end a command has been applied by all",
			Source: `section 2: "They are fully functional (available) as long as any majority of the servers are ` +
				`operational and can communicate with each other and with clients."`,
			Judge: Playing(commitAfterHeal),
		},
	}
}

// late is a weather in which a quarter of the requests are late by up to three seconds and a quarter come twice.
func late() labrpc.Weather {
	w := labrpc.Reliable()
	w.RequestDelay = labrpc.Delay{Max: 26 * time.Millisecond}
	w.HoldRequest, w.HoldRequestBy = 0.25, labrpc.Delay{Min: 50 * time.Millisecond, Max: 3 * time.Second, Low: true}
	w.DoubleRequest, w.DoubleDelay = 0.25, labrpc.Delay{Max: 3 * time.Second, Low: true}
	return w
}

// startAtOnce starts a command and wants the answer in the instant: nothing that Start needs may be held while waiting
// for anything.
func (c *Cluster) startAtOnce(server int, command any) (leader bool) {
	const limit = 50 * time.Millisecond
	asked := c.Now()
	_, _, leader = c.Start(server, command)
	if took := c.Now() - asked; took > limit {
		c.Failf("expected Start of S%d to answer within %v, it took %v", server, limit, spent(took))
	}
	return leader
}

func startDuringHungCalls(c *Cluster) {
	c.Agree(c.Rand().Int(), c.N())
	leader := c.OneLeader()
	dead := []int{(leader + 1) % c.N(), (leader + 2) % c.N()}
	c.each(dead, c.Crash)

	c.Go(func() { c.answers(8 * time.Second) })
	for end := c.Now() + 4*time.Second; c.Now() < end; c.Sleep(20 * time.Millisecond) {
		for i := range c.N() {
			c.startAtOnce(i, c.Rand().Int())
		}
	}
	// With a third one gone the leader still leads, and still answers.
	c.Crash((leader + 3) % c.N())
	for end := c.Now() + 4*time.Second; c.Now() < end; c.Sleep(20 * time.Millisecond) {
		for i := range c.N() {
			c.startAtOnce(i, c.Rand().Int())
		}
	}
	c.Wait()
}

func slowService(c *Cluster) {
	const (
		commands = 40
		each     = 250 * time.Millisecond
	)
	c.Agree(c.Rand().Int(), c.N())
	c.OneLeader()
	c.Sleep(2 * ElectionTimeout)
	leader := c.OneLeader()
	term, _ := c.State(leader)
	for i := range c.N() {
		c.SlowService(i, each)
	}
	c.Go(func() { c.answers(commands * each) })
	last := 0
	for range commands {
		asked := c.Now()
		index, t, ok := c.Start(leader, c.Rand().Int())
		if took := c.Now() - asked; took > 50*time.Millisecond {
			c.Failf("expected Start of S%d to answer within 50 ms while its service is slow, it took %v", leader,
				spent(took))
		}
		if !ok || t != term {
			c.Failf("expected S%d to go on leading T%d while services are slow, it leads: %t, in T%d", leader, term, ok,
				t)
		}
		last = index
		c.Sleep(50 * time.Millisecond)
	}
	c.AllApplied(last, (commands+20)*each)
	c.Wait()
	if t, leads := c.State(leader); !leads || t != term {
		c.Failf("expected S%d to go on leading T%d while services are slow, it is %v", leader, term,
			state{t, leads, true})
	}
}

// steadyUnderLoad starts some 1,300 commands in bursts. A Raft that saves its whole log with each of them computes for
// long enough.
func steadyUnderLoad(c *Cluster) {
	const span = 8 * time.Second
	c.Agree(c.Rand().Int(), c.N())
	c.Sleep(2 * ElectionTimeout)
	leader := c.OneLeader()
	term, _ := c.State(leader)
	began := c.Now()
	for n := range 3 {
		rng := c.Fork()
		c.Go(func() {
			for c.Now()-began < span {
				for range 1 + n*4 {
					c.Start(leader, rng.Int())
				}
				c.Sleep(time.Duration(20+rng.IntN(60*(n+1))) * time.Millisecond)
			}
		})
	}
	for c.Now()-began < span {
		c.Sleep(100 * time.Millisecond)
		for i := range c.N() {
			if t, leads := c.State(i); t != term || leads != (i == leader) {
				c.Failf("expected S%d to lead T%d for %v under load on a healthy network, after %v S%d is %v",
					leader, term, span, spent(c.Now()-began), i, state{t, leads, true})
			}
		}
	}
	c.Wait()
	c.Agree(c.Rand().Int(), c.N())
}

func lateRequests(c *Cluster) {
	const limit = 30 * time.Second
	for range 5 {
		for range 10 {
			c.agree(c.Rand().Int(), c.N()/2+1, true, limit)
		}
		// What the old leader sends last is under way for so long that a new one has written other entries in the same
		// places before it comes.
		leader := c.eventualLeader(nil)
		w := late()
		w.HoldRequest, w.HoldRequestBy = 1, labrpc.Delay{Min: 1500 * time.Millisecond, Max: 5 * time.Second}
		c.SetWeather(w)
		for range 5 {
			c.Start(leader, c.Rand().Int())
		}
		c.Sleep(time.Duration(20+c.Rand().IntN(200)) * time.Millisecond)
		c.Disconnect(leader)
		c.SetWeather(late())
		c.agree(c.Rand().Int(), c.N()/2+1, true, limit)
		c.Connect(leader)
		for range 5 {
			c.agree(c.Rand().Int(), c.N()/2+1, true, limit)
		}
		c.Sleep(time.Duration(c.Rand().IntN(3000)) * time.Millisecond)
	}
	c.agree(c.Rand().Int(), c.N(), true, limit)
}

func oneWayCutsWithLog(c *Cluster) {
	const many = 20
	c.Agree(c.Rand().Int(), c.N())
	for range 2 {
		// The leader hears nobody. It may stay, but commits nothing.
		first := c.Agree(c.Rand().Int(), c.N()) + 1
		leader := c.OneLeader()
		for i := range c.N() {
			if i != leader {
				c.Cut(i, leader, true)
			}
		}
		for range many {
			c.Start(leader, c.Rand().Int())
		}
		c.Sleep(2 * ElectionTimeout)
		if _, leads := c.State(leader); leads {
			c.NotCommitted(first, fmt.Sprintf("while the only leader, S%d, hears nobody", leader))
		}
		c.Heal()
		c.Agree(c.Rand().Int(), c.N())

		// Nobody hears the leader, and the others go on.
		leader = c.OneLeader()
		for i := range c.N() {
			if i != leader {
				c.Cut(leader, i, true)
			}
		}
		for range many {
			c.Start(leader, c.Rand().Int())
		}
		for range many {
			c.Agree(c.Rand().Int(), c.N()-1)
		}
		c.Heal()
		c.Agree(c.Rand().Int(), c.N())
	}
}

// commitPriorTerm goes through Figure 8 of the paper. A, a leader, gets an entry to one other server B, and then C,
// leader of a later term, has another one to itself. When A or B leads again and has got its entry to a majority, that
// entry must not be committed: C's is of a later term, so C can be elected and will overwrite it.
func commitPriorTerm(c *Cluster) {
	for range 4 {
		c.Agree(c.Rand().Int(), c.N())
		a := c.OneLeader()
		b := (a + 1) % c.N()
		rest := []int{(a + 2) % c.N(), (a + 3) % c.N(), (a + 4) % c.N()}

		// (a)
		c.Partition([]int{a, b}, rest)
		c.Start(a, c.Rand().Int())

		// (b)
		leader := c.leaderAmong(rest)
		if leader < 0 {
			c.Heal()
			continue
		}
		c.Start(leader, c.Rand().Int())
		c.Partition([]int{a, b})
		c.Sleep(200 * time.Millisecond)

		// (c): D has neither entry yet.
		d := rest[0]
		if d == leader {
			d = rest[1]
		}
		c.Partition([]int{a, b, d})
		c.leaderAmong([]int{a, b, d})
		c.Sleep(ElectionTimeout)

		// (d)
		c.Partition(rest)
		if leader = c.leaderAmong(rest); leader >= 0 {
			c.Start(leader, c.Rand().Int())
			c.Sleep(ElectionTimeout)
		}
		c.Heal()
	}
	c.Agree(c.Rand().Int(), c.N())
}

// leaderAmong waits for a leader that all of these servers follow, up to five seconds, and returns -1 if there is none.
// An election may be undecided for so long; who may win it is the paper's to say, not the scenario's.
func (c *Cluster) leaderAmong(servers []int) int {
	for end := c.Now() + 5*time.Second; c.Now() < end; c.Sleep(20 * time.Millisecond) {
		leader, first, alike := -1, -1, true
		for _, i := range servers {
			term, leads := c.State(i)
			if first < 0 {
				first = term
			}
			alike = alike && term == first
			if leads {
				leader = i
			}
		}
		if leader >= 0 && alike {
			return leader
		}
	}
	return -1
}

func backupSpeed(c *Cluster) {
	const (
		many  = 100
		quick = time.Second
		limit = 40 * time.Second // with a request for each entry, as often as there are heartbeats
	)
	c.Agree(c.Rand().Int(), c.N())
	for range 3 {
		old := c.OneLeader()
		c.Disconnect(old)
		for range many {
			c.Start(old, c.Rand().Int())
		}
		second := c.eventualLeader([]int{old})
		for range many {
			c.Start(second, c.Rand().Int())
		}
		c.Agree(c.Rand().Int(), c.N()-1)
		// A third leader, who has all that from the start, begins to compare logs at its own end.
		c.Disconnect(second)
		c.eventualLeader([]int{old, second})
		last := c.Agree(c.Rand().Int(), c.N()-2)

		began := c.Now()
		c.Connect(old)
		for c.Applied(old) < last && c.Now()-began < limit {
			c.Sleep(applyPoll)
		}
		switch took := c.Now() - began; {
		case took >= limit:
			c.Failf("expected a log with %d conflicting entries to be in line after %v", many, limit)
		case took > quick:
			c.Advisef("a log with %d conflicting entries was in line after more than %v: let rejections say where "+
				"the logs may agree (the end of section 5.3)", many, quick)
		}
		c.Connect(second)
		c.Agree(c.Rand().Int(), c.N())
	}
}

func commitAfterHeal(c *Cluster) {
	for range 6 {
		leader := c.OneLeader()
		for range 2 {
			order := c.Rand().Perm(c.N())
			at := 1 + c.Rand().IntN(c.N()-1)
			c.Partition(order[:at], order[at:])
			for i := range c.N() {
				for range c.Rand().IntN(10) {
					c.Start(i, c.Rand().Int())
				}
			}
			c.Sleep(time.Duration(200+c.Rand().IntN(2500)) * time.Millisecond)
		}
		c.Start(leader, c.Rand().Int())
		c.Heal()
		c.Agree(c.Rand().Int(), c.N())
	}
}
