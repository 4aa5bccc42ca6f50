package sim

import (
	"time"

	"raftlab/src/box"
)

// DefaultTurn is how much a node may compute without waiting for anything, unless Options say so. Turns take
// microseconds, more where garbage is collected; where one takes seconds a goroutine loops.
const DefaultTurn = 3 * time.Second

// turnsOfRun is how much a whole run may compute, in turns of the longest kind: 120 s by default, as much as the lab
// gives a test in real time. The longest of the suite's take a second with a Raft that wastes none, and up to fifty
// with public ones that save, or print, a long log with every message.
const turnsOfRun = 40

// guardTurns interrupts a node that runs without end, until the function that it returns is called. It is all that
// happens in real time.
func (w *world) guardTurns() (stop func()) {
	limit := w.turnLimit()
	running := func() (*box.Box, int64) { return w.turn.Load(), w.turns.Load() }
	return box.Guard(limit/10, running, func(turn, all time.Duration) bool {
		if all-w.states.took() >= turnsOfRun*limit {
			w.spent.Store(true)
		}
		return turn >= limit || w.spent.Load()
	})
}

func (w *world) turnLimit() time.Duration {
	if t := w.options.Turn; t > 0 {
		return t
	}
	return DefaultTurn
}
