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
	clerksTryAgain = `section 8: "If the leader crashes, client requests will time out; clients then try again with ` +
		`randomly-chosen servers."`
	serialNumbers = `section 8: "assign unique serial numbers to every command"; "If it receives a command whose serial ` +
		`number has already been executed, it responds immediately without re-executing the request."`
)

// keys is the number of keys that clients share in strict scenarios.
const keys = 3

// strictStore returns scenarios for what the paper demands of the store and the lab does not test.
func strictStore() []lab.Scenario {
	return []lab.Scenario{
		strict(Store, "LateAndDoubledRequests", 3, 2, lateAndDoubled(), NoLimit,
			"requests that come late or twice are executed once, even if the clerk has made other calls since", serialNumbers,
			with(5, func(c *Cluster) {
				c.Sleep(10 * time.Second)
				c.SetWeather(Reliable())
			})),
		strict(Store, "LostReplies", 3, 2, lostReplies(), NoLimit,
			"an operation whose reply is lost is not executed again when the clerk asks again", serialNumbers,
			with(5, func(c *Cluster) { c.Sleep(8 * time.Second) })),
		strict(Store, "ClerksWithDeposedLeader", 5, 2, Reliable(), NoLimit,
			"clerks that reach only a deposed leader get no stale or false reply, and their operations return once "+
				"the partition heals", noStaleReads, with(6, CutOffWithClerks)),
		strict(Store, "OneWayCuts", 5, 2, Reliable(), NoLimit,
			"no operation is lost or executed twice when servers can send but not receive, or the reverse", onceEach,
			with(6, CutOneWay)),
		strict(Store, "CrashesInFlight", 5, 2, Reliable(), NoLimit,
			"no operation is lost or executed twice when servers crash one by one while operations are in flight", onceEach,
			with(6, CrashInTurn)),
		strict(Store, "LongOutage", 3, 1, Reliable(), NoLimit,
			"clerks go on asking while no majority of the servers is up, and get their answers then", clerksTryAgain,
			with(3, CrashMajority)),
		strict(Store, "RestartWithoutTraffic", 3, 1, Reliable(), NoLimit,
			"after all servers have crashed a single Get returns soon, with what was written", available,
			restartWithoutTraffic),
		strict(Store, "ClerksOnMachinesOfTheirOwn", 3, 4, Reliable(), NoLimit,
			"clerks of different machines are told apart", serialNumbers, func(c *Cluster) {
				c.KeepApart()
				w := c.mixed(4, 1)
				c.Sleep(3 * time.Second)
				w.settle(1)
			}),
		strict(Store, "LongQuiet", 3, 1, Reliable(), NoLimit,
			"after a minute in which nobody asks for anything the store answers at once", available, longQuiet),
		faulty(strict(Store, "LeadersThatStandStill", 5, 2, Reliable(), NoLimit,
			"a leader that stands still for seconds, as a suspended machine does, gives no stale or false reply when "+
				"it goes on", noStaleReads, with(6, PauseLeaders))),
		faulty(strict(Store, "WrongClocks", 5, 2, Reliable(), NoLimit,
			"clocks that run too fast or too slow make no read stale", noStaleReads, with(6, CutOffSlowClocks))),
		faulty(strict(Store, "CrashesOnSave", 5, 2, Reliable(), NoLimit,
			"no operation is lost or executed twice when servers crash just after a save", onceEach, with(6, CrashOnSaves))),
		strict(Store, "ChaosStore", 5, 3, Reliable(), NoLimit,
			"under a mix of faults, different for each seed, the clerks' history is linearizable, and all operations "+
				"return once the faults end", onceEach, chaosStore),
	}
}

// strict returns a scenario of the strict tier, what the paper demands, with so many servers and nodes for clerks. The
// weather is how the network delays, loses and doubles messages.
func strict(part, name string, servers, clerks int, weather labrpc.Weather, maxState int, checks, source string,
	play func(*Cluster)) lab.Scenario {
	return lab.Scenario{
		Name: name, Part: part, Tier: lab.Strict, Nodes: NodesOf(servers, clerks), Weather: weather, Checks: checks,
		Source: source, Judge: Playing(history.Classic, maxState, play),
	}
}

// faulty marks a scenario with faults, such as a paused node or a wrong clock, that are possible only if each node is
// in a box, a sandbox of its own.
func faulty(s lab.Scenario) lab.Scenario {
	s.Faults = true
	return s
}

// lateAndDoubled is a weather in which a tenth of the requests are late by up to two seconds and a fifth come twice.
// Short delays are likelier than long ones.
func lateAndDoubled() labrpc.Weather {
	return late(labrpc.Weather{
		HoldRequest: 0.1, HoldRequestBy: labrpc.Delay{Min: 50 * time.Millisecond, Max: 2 * time.Second, Low: true},
		DoubleRequest: 0.2, DoubleDelay: labrpc.Delay{Max: 2 * time.Second, Low: true},
	})
}

// lostReplies is a weather in which a quarter of the replies are lost. Nothing else is, and messages take as long as in
// a calm network.
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
	c.Sleep(time.Minute)
	for i := range 3 {
		began := c.Now()
		k.Append("a", token(0, 1+i))
		c.AtMost("ms for an operation after a minute of quiet", int((c.Now() - began).Milliseconds()), 1000)
	}
	c.inOrder(0, 4, k.Get("a"))
	c.Linearizable()
}
