package main

import (
	"time"

	"raftlab/src/box/guest"
)

// The timer of a package variable is set once for all boxes and fires in each.
var (
	_         = time.AfterFunc(50*time.Millisecond, func() { initTimer() })
	initTimer = func() {}
)

// clocks answers each frame with both clocks, the second since the start.
func clocks() {
	started := time.Now()
	for {
		guest.Receive()
		now := time.Now()
		report(now.UnixNano(), " ", now.Sub(started).Nanoseconds())
	}
}

// sleep reports each time it wakes.
func sleep() {
	started := time.Now()
	initTimer = func() { report("init timer ", time.Since(started)) }
	for range 5 {
		time.Sleep(10 * time.Millisecond)
		report(time.Since(started))
	}
	select {}
}

// spin waits for the time in a loop, without ever blocking.
func spin() {
	start := time.Now()
	for time.Since(start) < 20*time.Millisecond {
	}
	report("spun")
	time.Sleep(10 * time.Millisecond)
	report("slept ", time.Since(start) >= 30*time.Millisecond)
}

// tick wakes every millisecond.
func tick() {
	for {
		time.Sleep(time.Millisecond)
	}
}
