// Package runtime gets this file in guests that are built with gobuild.

package runtime

import "unsafe"

// boxTime is what the host knows of time when it lets the guest run. It saves asking.
type boxTime struct {
	now  int64 // monotonic clock
	wall int64 // wall clock less monotonic clock
	left int64 // how often this may be used: a guest that only looks at its clocks must see them move

	// slice is how many bytes are allocated in the time for which Go lets a goroutine compute before it is others' turn;
	// 0 if that takes no time.
	slice uint64

	// allocated is for the host when it is asked: how many bytes the guest has allocated so far.
	allocated uint64
}

// boxClock returns the time, which the host keeps in memory that Go does not use.
//
//go:nosplit
func boxClock() *boxTime {
	c := (*boxTime)(unsafe.Pointer(uintptr(32)))
	if c.left <= 0 {
		c.allocated = gcController.totalAlloc.Load()
	}
	return c
}

// look reports whether the guest may take the time from c, and takes notice that it does. Looks of the collector of
// garbage do not count: when it collects depends on what is allocated, say by logging, and should not move the clocks.
//
//go:nosplit
func (c *boxTime) look() bool {
	if gcphase == _GCmark {
		if mp := getg().m; getg() == mp.g0 && mp.curg != nil {
			return true
		}
	}
	if c.left <= 0 {
		return false
	}
	c.left--
	return true
}

// boxTurn is how many bytes had been allocated when boxTurns last gave others their turn.
var boxTurn uint64

// boxTurns lets others run after every slice. Without it a goroutine that computes for seconds keeps a timer from
// firing that is to end just that.
func boxTurns() {
	slice, allocated := boxClock().slice, gcController.totalAlloc.Load()
	if slice == 0 || allocated-boxTurn < slice {
		return
	}
	gp := getg()
	if mp := gp.m; mp.curg != gp || mp.locks != 0 || mp.mallocing != 0 || mp.preemptoff != "" {
		return // in the middle of something of the runtime's own
	}
	boxTurn = allocated
	mcall(gosched_m) // Gosched would count it as a poll
}
