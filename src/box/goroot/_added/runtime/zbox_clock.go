// Package runtime gets this file in guests that are built with gobuild.

package runtime

import "unsafe"

// boxTime is what the host knows of time when it lets the guest run. It saves asking.
type boxTime struct {
	now  int64 // monotonic clock
	wall int64 // wall clock less monotonic clock
	left int64 // how often this may be used: a guest that only looks at its clocks must see them move

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
