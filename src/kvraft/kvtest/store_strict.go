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
		strict(Store, "LateAndDoubledRequests", 3, 2, lateAndDoubled(), NoLimit,
			"requests that come late or twice are executed once, also if the clerk has long gone on", serialNumbers,
			with(5, func(c *Cluster) {
				c.Sleep(10 * time.Second)
				c.SetWeather(Reliable())
			})),
		strict(Store, "LostReplies", 3, 2, lostReplies(), NoLimit,
			"an operation whose reply is lost is not executed again when the clerk asks again", serialNumbers,
			with(5, func(c *Cluster) { c.Sleep(8 * time.Second) })),
		strict(Store, "ClerksWithDeposedLeader", 5, 2, Reliable(), NoLimit,
			"clerks that reach only a leader that was deposed read nothing stale and are told nothing untrue, and "+
				"their operations are done once the partition heals", noStaleReads, with(6, CutOffWithClerks)),
		strict(Store, "OneWayCuts", 5, 2, Reliable(), NoLimit,
			"servers that can send and not hear, or hear and not send, have nothing executed twice or lost", onceEach,
			with(6, CutOneWay)),
		strict(Store, "CrashesInFlight", 5, 2, Reliable(), NoLimit,
			"servers that crash one by one while operations are in flight lose and repeat none", onceEach,
			with(6, CrashInTurn)),
		strict(Store, "RestartWithoutTraffic", 3, 1, Reliable(), NoLimit,
			"after all servers have crashed a single Get returns soon, with what was written", available,
			restartWithoutTraffic),
		strict(Store, "ClerksOnMachinesOfTheirOwn", 3, 4, Reliable(), NoLimit,
			"clerks of different machines are told apart", serialNumbers, func(c *Cluster) {
				w := c.mixed(4, 1)
				c.Sleep(3 * time.Second)
				w.settle(1)
			}),
		strict(Store, "LongQuiet", 3, 1, Reliable(), NoLimit,
			"after a minute in which nobody asks for anything the store answers at once", available, longQuiet),
		faulty(strict(Store, "LeadersThatStandStill", 5, 2, Reliable(), NoLimit,
			"a leader that stands still for seconds, as a suspended machine does, reads nothing stale when it goes on, "+
				"and says nothing untrue", noStaleReads, with(6, PauseLeaders))),
		faulty(strict(Store, "WrongClocks", 5, 2, Reliable(), NoLimit,
			"clocks that run too fast or too slow make no read stale", noStaleReads, with(6, CutOffSlowClocks))),
		faulty(strict(Store, "CrashesOnSave", 5, 2, Reliable(), NoLimit,
			"servers that crash as soon as they have saved lose and repeat nothing", onceEach, with(6, CrashOnSaves))),
		strict(Store, "ChaosStore", 5, 3, Reliable(), NoLimit,
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
				c.wrongf("wrong value: expected %s of key a after a restart, got %s", short(want), short(got))
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
