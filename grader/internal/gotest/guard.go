package gotest

import (
	"sync/atomic"
	"time"
)

const (
	// DefaultTurn is how much processor time a box may take for a turn, in which it computes until all its goroutines
	// wait. Turns take microseconds; if one takes seconds, a goroutine loops.
	DefaultTurn = 5 * time.Second

	// A box may take the processor time of busyTurns turns, and busyRate times the virtual time that has passed. Tests
	// of the lab take less than a tenth of it, a Raft with ten thousand heartbeats a second half; what takes more are
	// goroutines that poll without a sleep.
	busyTurns, busyRate = 2, 20

	// grace is how much longer than its timeout a test may take before it is stopped from outside. A test may compute
	// for no longer than that, either.
	grace = 10 * time.Second
)

// A guard decides when a box is interrupted, and why. The test has failed then, but the place in its code where it is
// interrupted differs between runs with the same seed.
type guard struct {
	Options
	virtual atomic.Int64        // time that has passed in the box
	reason  atomic.Pointer[End] // nil as long as it is not interrupted
}

// tooLong decides by the processor time of the box's turn, and of all its turns; see [box.Guard].
func (g *guard) tooLong(turn, all time.Duration) bool {
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
