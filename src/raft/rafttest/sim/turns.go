package sim

import "time"

// longTurn is how much a server may compute without waiting for anything,
// unless Options say so. Turns take microseconds; where one takes seconds a
// goroutine loops.
const longTurn = 3 * time.Second

// guardTurns interrupts a server that runs without end, until the function that
// it returns is called. It is all that happens in real time. What counts is
// this process's computing, so that a busy machine makes no turn longer.
func (w *world) guardTurns() (stop func()) {
	limit := w.options.Turn
	if limit <= 0 {
		limit = longTurn
	}
	over := make(chan struct{})
	go func() {
		tick := time.NewTicker(limit / 10)
		defer tick.Stop()
		var last int64
		var since time.Duration
		for {
			select {
			case <-tick.C:
				now := cpuTime()
				if n := w.turns.Load(); n != last {
					last, since = n, now
				} else if b := w.turn.Load(); b != nil && now-since >= limit {
					b.Interrupt()
				}
			case <-over:
				return
			}
		}
	}()
	return func() { close(over) }
}
