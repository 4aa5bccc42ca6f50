package live_test

import (
	"testing"
	"time"

	"raftlab/src/cluster"
	"raftlab/src/cluster/clustertest"
	"raftlab/src/cluster/clustertest/testnode"
	"raftlab/src/live"
)

// Calls fare in goroutines as in every world.
func TestCalls(t *testing.T) {
	if !live.InBubble() {
		t.Skip("times are exact under virtual time only")
	}
	clustertest.Run(t, func(t *testing.T, run *cluster.Run) cluster.Result {
		return live.Play(t, testnode.Program(testnode.Make, nil), run, time.Minute)
	}, map[string]string{
		// To keep a life that is over from calling, its ends are disabled, and what is on the way goes with them.
		"caller crashes before the request arrives": "sent 0s, unreachable 100.01ms",
		"caller crashes while it is handled":        "sent 0s, arrived 10µs, unreachable 50ms",
		"caller restarts while it is handled":       "sent 0s, arrived 10µs, unreachable 50ms",
	})
}
