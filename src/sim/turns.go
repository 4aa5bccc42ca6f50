package sim

import (
	"time"

	"raftlab/src/cputime"
)

// DefaultTurn is how much a server may compute without waiting for anything,
// unless Options say so. Turns take microseconds, more where garbage is
// collected; where one takes seconds a goroutine loops.
const DefaultTurn = 3 * time.Second

// turnsOfRun is how much a whole run may compute, in turns of the longest kind:
// 120 s by default, as much as the lab gives a test in real time. The longest of the
// suite's take a second with a Raft that wastes none, and up to fifty with public ones
// that save, or print, a long log with every message.
const turnsOfRun = 40

// guardTurns interrupts a server that runs without end, until the function that
// it returns is called. It is all that happens in real time. What counts is
// this process's computing, so that a busy machine makes no turn longer.
func (w *world) guardTurns() (stop func()) {
	limit, longRun := w.turnLimit(), turnsOfRun*w.turnLimit()
	over := make(chan struct{})
	go func() {
		tick := time.NewTicker(limit / 10)
		defer tick.Stop()
		var last int64
		var since time.Duration
		began := cputime.Used()
		for {
			select {
			case <-tick.C:
				now := cputime.Used()
				if n := w.turns.Load(); n != last && now-began < longRun {
					last, since = n, now
				} else if b := w.turn.Load(); b != nil {
					spent := now-began >= longRun
					if spent || now-since >= limit {
						w.spent.CompareAndSwap(false, spent)
						b.Interrupt()
					}
				}
			case <-over:
				return
			}
		}
	}()
	return func() { close(over) }
}

func (w *world) turnLimit() time.Duration {
	if t := w.options.Turn; t > 0 {
		return t
	}
	return DefaultTurn
}
