package box_test

import (
	"sync/atomic"
	"testing"
	"time"

	"raftlab/src/box"
	"raftlab/src/cputime"
)

// A guard interrupts a box that runs for too long, and none that has short turns, however many.
func TestGuard(t *testing.T) {
	idle, loops := probe(t, "echo"), probe(t, "loop")
	const limit = 50 * time.Millisecond
	var running atomic.Pointer[box.Box]
	var turns atomic.Int64
	stop := box.Guard(limit/10,
		func() (*box.Box, int64) { return running.Load(), turns.Load() },
		func(turn, all time.Duration) bool { return turn >= limit && all >= 4*limit }) // the first turn boots the box
	defer stop()
	for began := cputime.Used(); cputime.Used()-began < 8*limit; {
		turns.Add(1)
		running.Store(idle.Box)
		if st := idle.Run(turns.Load()); st != box.Idle {
			t.Fatalf("status %v (%v) after a short turn", st, idle.Err())
		}
	}
	turns.Add(1)
	running.Store(loops.Box)
	ended(t, loops)
}
