package clustertest

import (
	"time"

	"raftlab/src/cluster"
	"raftlab/src/cluster/clustertest/testnode"
	"raftlab/src/labrpc"
)

// A step is something that a case does to its cluster. Node 0 is the caller, node 1 the callee.
type step func(*cluster.Cluster)

func call(c *cluster.Cluster)     { c.Tell(0, []byte(testnode.Call)) }
func callHeld(c *cluster.Cluster) { c.Tell(0, []byte(testnode.CallHeld)) }
func release(c *cluster.Cluster)  { c.Tell(1, []byte(testnode.Release)) }
func pass(c *cluster.Cluster)     { c.Sleep(50 * time.Millisecond) }

func cutRequests(c *cluster.Cluster)  { c.Cut(0, 1, true) }
func cutReplies(c *cluster.Cluster)   { c.Cut(1, 0, true) }
func healRequests(c *cluster.Cluster) { c.Cut(0, 1, false) }
func healReplies(c *cluster.Cluster)  { c.Cut(1, 0, false) }

func crashCaller(c *cluster.Cluster)   { c.Crash(0) }
func restartCaller(c *cluster.Cluster) { c.Restart(0) }
func crashCallee(c *cluster.Cluster)   { c.Crash(1) }
func restartCallee(c *cluster.Cluster) { c.Restart(1) }

// exactly is a delay that is not random.
func exactly(d time.Duration) labrpc.Delay { return labrpc.Delay{Min: d, Max: d} }

var (
	fair         = labrpc.Weather{Timeout: exactly(time.Second)}
	slowRequests = labrpc.Weather{RequestDelay: exactly(100 * time.Millisecond), Timeout: exactly(time.Second)}
	slowReplies  = labrpc.Weather{HoldReply: 1, HoldFor: exactly(100 * time.Millisecond), Timeout: exactly(time.Second)}
	lostRequests = labrpc.Weather{
		RequestDelay: exactly(100 * time.Millisecond), LoseRequest: 1, Timeout: exactly(time.Second),
	}
	lostReplies = labrpc.Weather{
		LoseReply: 1, HoldReply: 1, HoldFor: exactly(100 * time.Millisecond), Timeout: exactly(time.Second),
	}
	doubled = labrpc.Weather{
		RequestDelay: exactly(100 * time.Millisecond), DoubleRequest: 1, DoubleDelay: exactly(100 * time.Millisecond),
		Timeout: exactly(time.Second),
	}
	doubledAndLost = labrpc.Weather{
		RequestDelay: exactly(100 * time.Millisecond), LoseRequest: 1, DoubleRequest: 1,
		DoubleDelay: exactly(100 * time.Millisecond), Timeout: exactly(time.Second),
	}
)

// cases is what labrpc documents. Want lists the steps that the judge is told of, with their times, and what Call
// returned: how long after the last step, if that took any time.
var cases = []struct {
	name    string
	weather labrpc.Weather
	steps   []step
	want    string
}{
	{"delivered", fair, []step{call}, "sent 0s, arrived 10µs, handled 10µs, answered 20µs, true"},
	{"handled slowly", fair, []step{callHeld, pass, release},
		"sent 0s, arrived 10µs, handled 50ms, answered 50.01ms, true"},
	{"request delayed", slowRequests, []step{call},
		"sent 0s, arrived 100.01ms, handled 100.01ms, answered 100.02ms, true"},
	{"reply delayed", slowReplies, []step{call}, "sent 0s, arrived 10µs, handled 10µs, answered 100.02ms, true"},
	{"request lost", lostRequests, []step{call}, "sent 0s, request lost 100.01ms, false"},
	{"reply lost", lostReplies, []step{call}, "sent 0s, arrived 10µs, handled 10µs, reply lost 10µs, false"},

	{"requests cut before the call", fair, []step{cutRequests, call}, "sent 0s, unreachable 0s, false after Timeout"},
	{"requests cut on the way", slowRequests, []step{call, pass, cutRequests},
		"sent 0s, unreachable 100.01ms, false after HangUp"},
	{"requests cut on the way and healed", slowRequests, []step{call, pass, cutRequests, pass, healRequests},
		"sent 0s, arrived 100.01ms, handled 100.01ms, answered 100.02ms, true"},
	{"requests cut while handled", fair, []step{callHeld, pass, cutRequests, pass, release},
		"sent 0s, arrived 10µs, unreachable 50ms, false after HangUp"},
	{"requests cut while handled and healed", fair, []step{callHeld, pass, cutRequests, pass, healRequests, release},
		"sent 0s, arrived 10µs, unreachable 50ms, false after HangUp"},
	{"requests cut before the reply arrives", slowReplies, []step{call, pass, cutRequests},
		"sent 0s, arrived 10µs, handled 10µs, answered 100.02ms, true"},

	{"replies cut before the call", fair, []step{cutReplies, call},
		"sent 0s, arrived 10µs, handled 10µs, unreachable 20µs, false after Timeout"},
	{"replies cut while the request is on the way", slowRequests, []step{call, pass, cutReplies},
		"sent 0s, arrived 100.01ms, handled 100.01ms, unreachable 100.02ms, false after Timeout"},
	{"replies cut while handled", fair, []step{callHeld, pass, cutReplies, pass, release},
		"sent 0s, arrived 10µs, handled 100ms, unreachable 100.01ms, false after Timeout"},
	{"replies cut while handled and healed", fair, []step{callHeld, pass, cutReplies, pass, healReplies, release},
		"sent 0s, arrived 10µs, handled 100ms, answered 100.01ms, true"},
	{"replies cut before the reply arrives", slowReplies, []step{call, pass, cutReplies},
		"sent 0s, arrived 10µs, handled 10µs, unreachable 100.02ms, false after Timeout"},

	{"callee down", fair, []step{crashCallee, call}, "sent 0s, unreachable 0s, false after Timeout"},
	{"callee down, then up", fair, []step{crashCallee, call, pass, restartCallee},
		"sent 0s, unreachable 0s, false after Timeout"},
	{"callee crashes before the request arrives", slowRequests, []step{call, pass, crashCallee},
		"sent 0s, unreachable 100.01ms, false after HangUp"},
	{"callee restarts before the request arrives", slowRequests, []step{call, pass, crashCallee, restartCallee},
		"sent 0s, arrived 100.01ms, handled 100.01ms, answered 100.02ms, true"},
	{"callee crashes while it handles", fair, []step{callHeld, pass, crashCallee},
		"sent 0s, arrived 10µs, unreachable 50ms, false after HangUp"},
	{"callee restarts while it handles", fair, []step{callHeld, pass, crashCallee, pass, restartCallee, release},
		"sent 0s, arrived 10µs, unreachable 50ms, false after HangUp"},
	{"callee crashes before the reply arrives", slowReplies, []step{call, pass, crashCallee},
		"sent 0s, arrived 10µs, handled 10µs, answered 100.02ms, true"},

	{"doubled", doubled, []step{call}, "sent 0s, arrived 100.01ms, handled 100.01ms, answered 100.02ms, true, " +
		"doubled 200.01ms, handled 200.01ms"},
	{"doubled and lost", doubledAndLost, []step{call}, "sent 0s, request lost 100.01ms, false"},
	{"doubled, callee crashes before the second", doubled, []step{call, pass, pass, pass, crashCallee},
		"sent 0s, arrived 100.01ms, handled 100.01ms, answered 100.02ms, true"},
	{"doubled, callee crashes while it handles the second", doubled,
		[]step{callHeld, pass, pass, pass, pass, pass, crashCallee},
		"sent 0s, arrived 100.01ms, doubled 200.01ms, unreachable 250ms, false after HangUp"},
	{"doubled, requests cut before the second", doubled, []step{call, pass, pass, pass, cutRequests},
		"sent 0s, arrived 100.01ms, handled 100.01ms, answered 100.02ms, true"},

	{"caller crashes before the request arrives", slowRequests, []step{call, pass, crashCaller},
		"sent 0s, arrived 100.01ms, handled 100.01ms, answered 100.02ms"},
	{"caller crashes while it is handled", fair, []step{callHeld, pass, crashCaller, pass, release},
		"sent 0s, arrived 10µs, handled 100ms, answered 100.01ms"},
	{"caller restarts while it is handled", fair, []step{callHeld, pass, crashCaller, restartCaller, pass, release},
		"sent 0s, arrived 10µs, handled 100ms, answered 100.01ms"},
	{"caller crashes before the reply arrives", slowReplies, []step{call, pass, crashCaller},
		"sent 0s, arrived 10µs, handled 10µs, answered 100.02ms"},
}
