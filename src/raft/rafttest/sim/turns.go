package sim

import "time"

// longTurn is how long in real time a server may run without waiting for
// anything, unless Options say so. Turns take microseconds; where one takes
// seconds, of a busy machine too, a goroutine loops.
const longTurn = 10 * time.Second

// guardTurns interrupts a server that runs without end, until the function that
// it returns is called. It is all that happens in real time.
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
		var since time.Time
		for {
			select {
			case now := <-tick.C:
				if n := w.turns.Load(); n != last {
					last, since = n, now
				} else if b := w.turn.Load(); b != nil && now.Sub(since) >= limit {
					b.Interrupt()
				}
			case <-over:
				return
			}
		}
	}()
	return func() { close(over) }
}
