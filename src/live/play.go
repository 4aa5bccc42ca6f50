package live

import (
	"fmt"
	"os"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"raftlab/src/cluster"
	"raftlab/src/cluster/node"
	"raftlab/src/dlog"
	"raftlab/src/labgob"
)

var plays atomic.Int64 // tells worlds apart

// Play plays a run, which was not played before, and returns what came of it. Runs follow one another; they never
// overlap in one process. The timeout is of real time. If the run has failed, goroutines may be left in the process.
func Play(t *testing.T, program node.Program, run *cluster.Run, timeout time.Duration) cluster.Result {
	arm()
	defer labgob.OnWarning(run.Warn)()

	dog := &watchdog{pulse: new(pulse), timeout: timeout}
	verdict := make(chan struct{})
	never := make(chan struct{})
	var left []cluster.Goroutine
	body := func() {
		w := newWorld(program, run, fmt.Sprintf("run-%d", plays.Add(1)), dog.pulse)
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
				// A bubble cannot end while goroutines remain in it. Waiting for a channel from outside stops its
				// clock, and them, for good.
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
