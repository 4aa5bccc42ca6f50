package sim

import (
	"time"

	"raftlab/src/box"
	"raftlab/src/cluster"
	"raftlab/src/record"
)

// PlayHearing plays a run in which node 0 also says these messages, half a second after the beginning.
func PlayHearing(m *box.Module, run *cluster.Run, messages [][]byte) cluster.Result {
	return play(m, run, Options{}, func(w *world) {
		w.after(int64(500*time.Millisecond), func() {
			for _, m := range messages {
				if w.nodes[0].box != nil {
					w.nodes[0].receive(m)
				}
			}
		})
	})
}

// PlayIn plays a run whose world is made known to begin.
func PlayIn(m *box.Module, run *cluster.Run, opt Options, begin func(cluster.World)) cluster.Result {
	return play(m, run, opt, func(w *world) { begin(w) })
}

func play(m *box.Module, run *cluster.Run, opt Options, prepare func(*world)) cluster.Result {
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

// Held is what is known of a node that was looked at.
type Held struct{ held }

// Changes is what a node says that it holds against what it held before.
func (h *Held) Changes(said []byte) []record.Change { return h.changes(said) }
