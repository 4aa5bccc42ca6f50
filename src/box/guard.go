package box

import (
	"time"

	"raftlab/src/cputime"
)

// Guard looks every so often whether a box runs for too long, and interrupts it each time that is so, until stop is
// called. It can do so only after [CollectBetweenTurns].
//
// running returns the box that runs, nil if none does, and a number that is another one for each turn; it must look for
// the box first. tooLong is told how much processor time this process has used since Guard first saw the turn, and since
// Guard was called: a busy machine makes no turn longer. Both are called from another goroutine.
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
