package main

import (
	"runtime"
	"sync/atomic"
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

// sleepers reports when each of many wakes, those with timers among them.
func sleepers() {
	started := time.Now()
	woken := func(asked time.Duration) { report(asked, " ", time.Since(started)) }
	for i := range 100 {
		d := time.Duration(i*37%50+1) * time.Millisecond
		if i%7 == 0 {
			time.AfterFunc(d, func() { woken(d) })
			continue
		}
		go func() {
			time.Sleep(d)
			woken(d)
		}()
	}
	select {}
}

// yielding waits for the time in a loop that lets others run. Who sleeps meanwhile wakes in it.
func yielding() {
	start := time.Now()
	go func() {
		time.Sleep(5 * time.Millisecond)
		report("woke ", time.Since(start) < 10*time.Millisecond)
	}()
	for time.Since(start) < 20*time.Millisecond {
		runtime.Gosched()
	}
	report("spun")
	select {}
}

// allocate says how long it takes to allocate 8 MiB, without ever waiting. Another goroutine wakes meanwhile.
func allocate() {
	start := time.Now()
	go func() {
		time.Sleep(4 * time.Millisecond)
		report("woke after ", time.Since(start).Round(time.Millisecond))
	}()
	for range 8 * 16 {
		block = make([]byte, 1<<16)
	}
	report("took ", time.Since(start).Round(time.Millisecond))
	select {}
}

var block []byte // is not kept on the stack

// spin waits for the time in a loop, without ever blocking.
func spin() {
	start := time.Now()
	for time.Since(start) < 20*time.Millisecond {
	}
	report("spun")
	time.Sleep(10 * time.Millisecond)
	report("slept ", time.Since(start) >= 30*time.Millisecond)
}

// looks waits in loops that do nothing but look at atomic variables.
func looks() {
	var set atomic.Bool
	time.AfterFunc(10*time.Millisecond, func() { set.Store(true) })
	for !set.Load() {
	}
	report("seen")
	held := int32(1)
	go func() {
		time.Sleep(10 * time.Millisecond)
		atomic.StoreInt32(&held, 0)
	}()
	for !atomic.CompareAndSwapInt32(&held, 0, 1) {
	}
	report("taken")
}

// looksUntilSet is how often an atomic variable is looked at until it is set, a millisecond from now.
func looksUntilSet() (times int) {
	var set atomic.Bool
	time.AfterFunc(time.Millisecond, func() { set.Store(true) })
	for !set.Load() {
		times++
	}
	return times
}

// tick wakes every millisecond.
func tick() {
	for {
		time.Sleep(time.Millisecond)
	}
}

// collects waits for a frame after the collector has been at work.
func collects() {
	for range 64 {
		kept = [][]byte{make([]byte, 1<<20)}
	}
	time.Sleep(time.Millisecond)
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	report("collected ", s.NumGC > 0)
	guest.Receive()
}

// collectsMuch reports by how much the clock goes on while goroutines take turns and garbage is collected that cannot
// wait until all of them wait, where there is so much to look at that the collector may look at the clock often.
func collectsMuch() {
	type link struct {
		next *link
		_    [6]*link
	}
	var chain *link
	for range 200_000 {
		chain = &link{next: chain}
	}
	time.Sleep(time.Millisecond)
	before := time.Now()
	turns := make(chan []byte)
	go func() {
		for range 19_500 {
			turns <- make([]byte, 4096)
		}
		close(turns)
	}()
	for b := range turns {
		kept = [][]byte{b}
	}
	took := time.Since(before)
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	report("collected ", s.NumGC > 1, ", which took ", took)
	runtime.KeepAlive(chain)
	guest.Receive()
}
