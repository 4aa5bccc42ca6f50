package sim

import (
	"time"

	"raftlab/src/box"
	"raftlab/src/raft/rafttest"
)

// PlayHearing plays a run in which server 0 also says these frames, half a
// second after the beginning.
func PlayHearing(m *box.Module, s rafttest.Scenario, frames [][]byte) rafttest.Result {
	run := rafttest.NewRun(s, 1)
	w := newWorld(m, run, Options{})
	defer w.close()
	finished := false
	w.agenda.add(0, func() {
		w.spawn(func() {
			run.Play(w)
			finished = true
		})
	})
	w.after(int64(500*time.Millisecond), func() {
		for _, f := range frames {
			if w.servers[0].box != nil {
				w.servers[0].receive(f)
			}
		}
	})
	w.loop(func() bool { return finished })
	return run.Result()
}
