package gotest

import (
	"sync/atomic"
	"time"

	"raftlab/src/box"
	"raftlab/src/cputime"
)

const (
	// DefaultTurn is how much processor time a box may take without waiting for anything.
	// Turns take microseconds; where one takes seconds, a goroutine loops.
	DefaultTurn = 5 * time.Second

	// A box may take the processor time of so many turns, and so many times the virtual time that has
	// passed. Tests of the lab take less than a tenth of it, a Raft with ten thousand heartbeats a
	// second half; what takes more are goroutines that poll without a sleep.
	busyTurns, busyRate = 2, 20

	// grace is how much longer than its timeout a test may take before it is stopped from outside.
	// A test may compute for no longer than that, either.
	grace = 10 * time.Second
)

// A guard interrupts a box that loops or takes too long, by the processor time that it has used: a busy machine makes
// no test slower. When it strikes the test has failed, but not at the same place each time.
type guard struct {
	box     *box.Box
	turn    time.Duration // the longest, in processor time
	timeout time.Duration // of the whole test, likewise
	turns   atomic.Int64  // that the box has taken
	virtual atomic.Int64
	reason  atomic.Pointer[End]
}

// watch watches until stop is called.
func (g *guard) watch() (stop func()) {
	over := make(chan struct{})
	go func() {
		tick := time.NewTicker(g.turn / 10)
		defer tick.Stop()
		atFirst := cputime.Used()
		turn, atTurn := int64(-1), atFirst
		for {
			select {
			case <-tick.C:
				cpu := cputime.Used()
				if n := g.turns.Load(); n != turn {
					turn, atTurn = n, cpu
				}
				switch {
				case cpu-atTurn >= g.turn:
					g.interrupt(Hangs)
				case cpu-atFirst >= busyTurns*g.turn+busyRate*time.Duration(g.virtual.Load()):
					g.interrupt(Busy)
				case cpu-atFirst >= g.timeout+grace:
					g.interrupt(TooSlow)
				}
			case <-over:
				return
			}
		}
	}()
	return func() { close(over) }
}

func (g *guard) interrupt(why End) {
	g.reason.CompareAndSwap(nil, &why)
	g.box.Interrupt()
}

// why returns the reason for the interrupt.
func (g *guard) why() End {
	if why := g.reason.Load(); why != nil {
		return *why
	}
	return Hangs
}
