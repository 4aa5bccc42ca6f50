package box

import (
	"time"

	"raftlab/src/cputime"
)

// Guard is a watchdog: it checks regularly whether a box runs for too long, and interrupts such a box, until stop
// is called. It works only after [CollectBetweenTurns].
//
// running returns the box that runs, or nil if none does, and a number that differs from turn to turn; it must read
// the box first. tooLong gets the processor time that this process has used since Guard first saw the turn, and
// since Guard was called; by that measure a busy machine makes no turn longer. Both are called from another
// goroutine.
func Guard(
	every time.Duration, running func() (b *Box, turn int64), tooLong func(turn, all time.Duration) bool,
) (stop func()) {
	over := make(chan struct{})
	go func() {
		tick := time.NewTicker(every)
		defer tick.Stop()
		began := cputime.Used()
		last, since := int64(-1), began
		for {
			select {
			case <-tick.C:
			case <-over:
				return
			}
			b, turn := running()
			now := cputime.Used()
			if turn != last {
				last, since = turn, now
			}
			if b != nil && tooLong(now-since, now-began) {
				b.Interrupt()
			}
		}
	}()
	return func() { close(over) }
}
