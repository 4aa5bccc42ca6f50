package sim

import (
	"time"

	"raftlab/src/box"
	"raftlab/src/raft/rafttest"
)

// PlayHearing plays a run in which server 0 also says these frames, half a
// second after the beginning.
func PlayHearing(m *box.Module, s rafttest.Scenario, frames [][]byte) rafttest.Result {
	return play(m, s, Options{}, func(w *world) {
		w.after(int64(500*time.Millisecond), func() {
			for _, f := range frames {
				if w.servers[0].box != nil {
					w.servers[0].receive(f)
				}
			}
		})
	})
}

// PlayStory plays a scenario that has its cluster's world at hand.
func PlayStory(m *box.Module, s rafttest.Scenario, opt Options, story func(*rafttest.Cluster, rafttest.World)) rafttest.Result {
	var w *world
	s.Run = func(c *rafttest.Cluster) { story(c, w) }
	return play(m, s, opt, func(made *world) { w = made })
}

func play(m *box.Module, s rafttest.Scenario, opt Options, prepare func(*world)) rafttest.Result {
	run := rafttest.NewRun(s, 1, opt.Rules)
	w := newWorld(m, run, opt)
	defer w.close()
	finished := false
	w.agenda.add(0, func() {
		w.spawn(func() {
			run.Play(w)
			finished = true
		})
	})
	prepare(w)
	w.loop(func() bool { return finished })
	return run.Result()
}
