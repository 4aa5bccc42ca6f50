package gotest

import (
	"sync/atomic"
	"time"
)

const (
	// DefaultTurn is the default of Options.Turn: how much processor time a box may take for one turn. A turn lasts
	// until all goroutines in the box wait. Turns take microseconds. If one takes seconds, a goroutine loops.
	DefaultTurn = 5 * time.Second

	// A box may take busyTurns times Options.Turn of processor time, plus busyRate times the virtual time that has
	// passed. The lab's own tests were measured to take less than a tenth of that, and a Raft that sends ten thousand
	// heartbeats a second takes half of it. Goroutines that poll without a sleep take more.
	busyTurns, busyRate = 2, 20

	// grace is how much more than Options.Timeout a test may take, in virtual time and in processor time, before the
	// host stops it. In virtual time package testing's own -test.timeout comes first, and prints all stacks.
	grace = 10 * time.Second
)

// A guard decides when a running box is interrupted, and records why. The test has failed then. Processor time varies,
// so runs with the same seed are interrupted at different places in the test's code.
type guard struct {
	Options
	virtual atomic.Int64        // nanoseconds of virtual time that have passed in the box
	reason  atomic.Pointer[End] // why the box is interrupted; nil if it is not
}

// interrupts decides for [box.Guard] whether to interrupt the box: turn is the processor time of the box's current
// turn, all that of its whole run. It records the first reason and keeps it.
func (g *guard) interrupts(turn, all time.Duration) bool {
	var why End
	switch {
	case turn >= g.Turn:
		why = Hangs
	case all >= busyTurns*g.Turn+busyRate*time.Duration(g.virtual.Load()):
		why = Busy
	case all >= g.Timeout+grace:
		why = TooSlow
	default:
		return false
	}
	g.reason.CompareAndSwap(nil, &why)
	return true
}
