package sim

import (
	"fmt"
	"time"

	"raftlab/src/record"
)

// faults implements cluster.Faults.
type faults struct{ *world }

func (f faults) Pause(i int, yes bool) {
	s := f.nodes[i]
	if s.box == nil {
		return
	}
	s.dog.pause(yes)
	if yes {
		f.recordAt(i, record.Pause, "")
		return
	}
	resumed := f.recordAt(i, record.Resume, "")
	if s.unasked {
		s.unasked = false
		s.pollLater(s.lives)
	}
	s.turn(resumed)
}

func (f faults) SetClock(i int, rate float64, jump time.Duration) {
	s := f.nodes[i]
	if s.box == nil {
		return
	}
	f.recordAt(i, record.Clock, fmt.Sprintf("rate %.2f, the wall clock jumps by %v", rate, jump))
	s.box.SetClock(f.now, rate, int64(jump))
	s.schedule()
}

func (f faults) Linger(i int, longest time.Duration) {
	s := f.nodes[i]
	if s.box == nil || longest == 0 && !s.dog.lingers {
		return
	}
	f.recordAt(i, record.Linger, fmt.Sprintf("for up to %v", longest))
	s.box.Linger(int64(longest))
	s.dog.linger(longest > 0)
}

func (f faults) Kill(i int) { f.nodes[i].kill() }

func (f faults) CrashOnSave(i int, yes bool) {
	s := f.nodes[i]
	s.fault = nil
	if yes {
		s.fault = func() { s.crashAfterTurn = true }
	}
}
