package kvtest

import (
	"time"

	"raftlab/src/kvraft/history"
	"raftlab/src/lab"
	"raftlab/src/labrpc"
)

// What section 8 of the paper asks of a store.
const (
	onceEach = `section 8: "each operation appears to execute instantaneously, exactly once, at some point between its ` +
		`invocation and its response"`
	noStaleReads = `section 8: "Linearizable reads must not return stale data"`
	available    = `section 2: "They are fully functional (available) as long as any majority of the servers are ` +
		`operational and can communicate with each other and with clients."`
	serialNumbers = `section 8: "assign unique serial numbers to every command"; "If it receives a command whose serial ` +
		`number has already been executed, it responds immediately without re-executing the request."`
)

// keys are how many keys clients share in strict scenarios.
const keys = 3

// strictStore are what the paper demands of the store and the lab does not test.
func strictStore() []lab.Scenario {
	return []lab.Scenario{
		strict(Store, "LateAndDoubledRequests", 3, 2, lateAndDoubled(), noLimit,
			"requests that come late or twice are executed once, also if the clerk has long gone on", serialNumbers,
			func(c *Cluster) {
				w := c.mixed(5, keys)
				c.Sleep(10 * time.Second)
				c.SetWeather(Reliable())
				w.settle(keys)
			}),
		strict(Store, "LostReplies", 3, 2, lostReplies(), noLimit,
			"an operation whose reply is lost is not executed again when the clerk asks again", serialNumbers,
			func(c *Cluster) {
				w := c.mixed(5, keys)
				c.Sleep(8 * time.Second)
				w.settle(keys)
			}),
		strict(Store, "ClerksWithDeposedLeader", 5, 2, Reliable(), noLimit,
			"clerks that reach only a leader that was deposed read nothing stale and are told nothing untrue, and "+
				"their operations are done once the partition heals", noStaleReads, clerksWithDeposedLeader),
		strict(Store, "OneWayCuts", 5, 2, Reliable(), noLimit,
			"servers that can send and not hear, or hear and not send, have nothing executed twice or lost", onceEach,
			oneWayCuts),
		strict(Store, "CrashesInFlight", 5, 2, Reliable(), noLimit,
			"servers that crash one by one while operations are in flight lose and repeat none", onceEach,
			crashesInFlight),
		strict(Store, "RestartWithoutTraffic", 3, 1, Reliable(), noLimit,
			"after all servers have crashed a single Get returns soon, with what was written", available,
			restartWithoutTraffic),
		strict(Store, "ClerksOnMachinesOfTheirOwn", 3, 4, Reliable(), noLimit,
			"clerks of different machines are told apart", serialNumbers, func(c *Cluster) {
				w := c.mixed(4, 1)
				c.Sleep(3 * time.Second)
				w.settle(1)
			}),
		strict(Store, "LongQuiet", 3, 1, Reliable(), noLimit,
			"after a minute in which nobody asks for anything the store answers at once", available, longQuiet),
		faulty(strict(Store, "LeadersThatStandStill", 5, 2, Reliable(), noLimit,
			"a leader that stands still for seconds, as a suspended machine does, reads nothing stale when it goes on, "+
				"and says nothing untrue", noStaleReads, leadersThatStandStill)),
		faulty(strict(Store, "WrongClocks", 5, 2, Reliable(), noLimit,
			"clocks that run too fast or too slow make no read stale", noStaleReads, wrongClocks)),
		faulty(strict(Store, "CrashesOnSave", 5, 2, Reliable(), noLimit,
			"servers that crash as soon as they have saved lose and repeat nothing", onceEach, crashesOnSave)),
		strict(Store, "ChaosStore", 5, 3, Reliable(), noLimit,
			"under a mix of faults that each seed draws anew what clerks are told is linearizable, and when the faults "+
				"end all their operations return", onceEach, chaosStore),
	}
}

// strict is a scenario with servers and a number of nodes for clerks.
func strict(part, name string, servers, clerks int, weather labrpc.Weather, maxState int, checks, source string,
	play func(*Cluster)) lab.Scenario {
	return lab.Scenario{
		Name: name, Part: part, Tier: lab.Strict, Nodes: NodesOf(servers, clerks), Weather: weather, Checks: checks,
		Source: source, Judge: Playing(history.Classic, maxState, play),
	}
}

// faulty is a scenario with faults that only boxes allow.
func faulty(s lab.Scenario) lab.Scenario {
	s.Faults = true
	return s
}

// lateAndDoubled is a weather in which a tenth of the requests are late by up to two seconds and a fifth come twice.
func lateAndDoubled() labrpc.Weather {
	return late(labrpc.Weather{
		HoldRequest: 0.1, HoldRequestBy: labrpc.Delay{Min: 50 * time.Millisecond, Max: 2 * time.Second, Low: true},
		DoubleRequest: 0.2, DoubleDelay: labrpc.Delay{Max: 2 * time.Second, Low: true},
	})
}

// lostReplies is a weather in which a quarter of the replies are lost, and nothing else.
func lostReplies() labrpc.Weather { return late(labrpc.Weather{LoseReply: 0.25}) }

// clerkNodes are the nodes of clerks.
func (c *Cluster) clerkNodes() (nodes []int) {
	for i := c.Servers(); i < c.N(); i++ {
		nodes = append(nodes, i)
	}
	return nodes
}

// others are the servers besides one.
func (c *Cluster) others(server int) (list []int) {
	for i := range c.Servers() {
		if i != server {
			list = append(list, i)
		}
	}
	return list
}

// clerksWithDeposedLeader cuts off a leader and one more server together with the clerks of one node, again and again.
func clerksWithDeposedLeader(c *Cluster) {
	w := c.mixed(6, keys)
	for range 4 {
		c.Sleep(500 * time.Millisecond)
		leader := c.AwaitLeader()
		others, clerks := c.others(leader), c.clerkNodes()
		c.Rand().Shuffle(len(others), func(i, j int) { others[i], others[j] = others[j], others[i] })
		c.Partition(append([]int{leader, others[0]}, clerks[0]), append(others[1:], clerks[1]))
		c.Sleep(2*time.Second + time.Duration(c.Rand().IntN(1000))*time.Millisecond)
		c.Heal()
	}
	w.settle(keys)
}

// oneWayCuts takes from leaders the ways to all others, or the ways back.
func oneWayCuts(c *Cluster) {
	w := c.mixed(6, keys)
	for i := range 6 {
		c.Sleep(300 * time.Millisecond)
		leader := c.AwaitLeader()
		for _, other := range append(c.others(leader), c.clerkNodes()[0]) {
			if i%2 == 0 {
				c.Cut(leader, other, true)
			} else if other < c.Servers() {
				c.Cut(other, leader, true)
			}
		}
		c.Sleep(1500 * time.Millisecond)
		c.Heal()
	}
	w.settle(keys)
}

// crashesInFlight crashes the leader, or another server, again and again, and restarts it soon.
func crashesInFlight(c *Cluster) {
	w := c.mixed(6, keys)
	for range 10 {
		c.Sleep(time.Duration(200+c.Rand().IntN(400)) * time.Millisecond)
		victim := c.Leader()
		if victim < 0 || c.Rand().IntN(3) == 0 {
			victim = c.Rand().IntN(c.Servers())
		}
		c.Crash(victim)
		c.Sleep(time.Duration(c.Rand().IntN(1000)) * time.Millisecond)
		c.Restart(victim)
	}
	w.settle(keys)
}

func restartWithoutTraffic(c *Cluster) {
	k, want := c.Clerk(), ""
	for i := range 10 {
		t := token(0, i)
		k.Append("a", t)
		want += t
		if i%3 == 2 {
			c.CrashAll()
			c.Sleep(time.Duration(c.Rand().IntN(500)) * time.Millisecond)
			c.RestartAll()
			began := c.Now()
			if got := c.Clerk().Get("a"); got != want {
				c.Failf("wrong value: expected %s of key a after a restart, got %s", short(want), short(got))
			}
			c.AtMost("ms until a Get returns after a restart", int((c.Now() - began).Milliseconds()),
				int(calmLimit.Milliseconds()))
		}
	}
	c.Linearizable()
}

func longQuiet(c *Cluster) {
	k := c.Clerk()
	k.Append("a", token(0, 0))
	c.Sleep(patience)
	for i := range 3 {
		began := c.Now()
		k.Append("a", token(0, 1+i))
		c.AtMost("ms for an operation after a minute of quiet", int((c.Now() - began).Milliseconds()), 1000)
	}
	c.inOrder(0, 4, k.Get("a"))
	c.Linearizable()
}

// leadersThatStandStill pauses the leader, for longer than it takes to elect another, again and again.
func leadersThatStandStill(c *Cluster) {
	w := c.mixed(6, keys)
	for range 5 {
		c.Sleep(time.Duration(100+c.Rand().IntN(500)) * time.Millisecond)
		leader := c.AwaitLeader()
		c.Pause(leader)
		c.Sleep(time.Duration(1000+c.Rand().IntN(2000)) * time.Millisecond)
		c.Resume(leader)
	}
	w.settle(keys)
}

// wrongClocks has the clocks of leaders run slower than those of others, and cuts them off.
func wrongClocks(c *Cluster) {
	w := c.mixed(6, keys)
	for range 3 {
		c.Sleep(300 * time.Millisecond)
		leader := c.AwaitLeader()
		for i := range c.Servers() {
			rate := 1.2
			if i == leader {
				rate = 0.3
			}
			c.Skew(i, rate, time.Duration(c.Rand().IntN(20)-10)*time.Second)
		}
		clerks := c.clerkNodes()
		c.Partition([]int{leader, clerks[0]}, append(c.others(leader), clerks[1]))
		c.Sleep(2500 * time.Millisecond)
		c.Heal()
		for i := range c.Servers() {
			c.NoFaults(i)
		}
	}
	w.settle(keys)
}

// crashesOnSave crashes servers between a save and what follows.
func crashesOnSave(c *Cluster) {
	w := c.mixed(6, keys)
	for i := range 10 {
		c.Sleep(time.Duration(100+c.Rand().IntN(300)) * time.Millisecond)
		victim := c.Leader()
		if victim < 0 || i%2 == 1 {
			victim = c.Rand().IntN(c.Servers())
		}
		if c.CrashOnSave(victim, time.Second) {
			c.Sleep(time.Duration(c.Rand().IntN(1000)) * time.Millisecond)
			c.Restart(victim)
		}
	}
	w.settle(keys)
}
