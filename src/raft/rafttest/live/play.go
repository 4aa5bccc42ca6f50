package live

import (
	"fmt"
	"os"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"raftlab/src/dlog"
	"raftlab/src/labgob"
	"raftlab/src/raft/editions"
	"raftlab/src/raft/rafttest"
)

var plays atomic.Int64 // tells worlds apart

// play runs a scenario once and returns what came of it. Runs follow one
// another; they never overlap in one process.
func play(t *testing.T, makeServer maker, rules editions.Rules, s rafttest.Scenario, seed uint64, timeout time.Duration) rafttest.Result {
	arm()
	run := rafttest.NewRun(s, seed, rules)
	defer labgob.OnWarning(run.Warn)()

	dog := &watchdog{pulse: new(pulse), timeout: timeout}
	verdict := make(chan struct{})
	never := make(chan struct{})
	var left []rafttest.Goroutine
	body := func() {
		w := newWorld(makeServer, run, fmt.Sprintf("run-%d", plays.Add(1)), dog.pulse)
		playing.Store(w)
		defer playing.Store(nil)
		if dlog.On() {
			dlog.SetSink(&dlog.Sink{W: os.Stderr, Start: w.start})
		}
		run.Play(w)
		left = w.close()
		close(verdict)
	}

	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if !InBubble() {
			body()
			return
		}
		synctest.Test(t, func(*testing.T) {
			mark := bubbleMark()
			dog.bubble.Store(&mark)
			body()
			if len(left) > 0 {
				// A bubble cannot end while goroutines remain in it. Waiting for
				// a channel from outside stops its clock, and them, for good.
				<-never
			}
		})
	}()

	if failure := dog.watch(verdict); failure != nil {
		run.Abandon(*failure)
	} else if len(left) == 0 {
		<-ended
	}
	return run.Result()
}
