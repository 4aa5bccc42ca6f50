// Package runtime gets this file in guests that are built with gobuild.

package runtime

import "unsafe"

// Most of what a Raft's goroutines do is sleep a little and look around. A timer can be stopped, reset and received
// from, which is more than that needs. So goroutines that sleep have a queue of their own.

// A boxSleeper is a goroutine that sleeps.
type boxSleeper struct {
	when int64
	turn uint64 // of goroutines that wake at the same time, the first to sleep is the first to wake
	g    guintptr
}

var boxSleepers struct {
	heap []boxSleeper // the first to wake at 0, and each before its children at 2i+1 and 2i+2
	n    int          // how many there are: the scheduler may not move the end of a slice
	turn uint64
}

// boxTimeSleep is timeSleep outside of bubbles.
func boxTimeSleep(gp *g, ns int64) {
	gp.sleepWhen = nanotime() + ns
	if gp.sleepWhen < 0 {
		gp.sleepWhen = maxWhen
	}
	gopark(boxFallAsleep, nil, waitReasonSleep, traceBlockSleep, 1)
}

// boxFallAsleep puts a goroutine that has parked into the queue.
func boxFallAsleep(gp *g, _ unsafe.Pointer) bool {
	q := &boxSleepers
	q.turn++
	s := boxSleeper{when: gp.sleepWhen, turn: q.turn}
	s.g.set(gp)
	if q.n == len(q.heap) {
		q.heap = append(q.heap, s)
	}
	i := q.n
	q.n++
	for i > 0 {
		parent := (i - 1) / 2
		if !s.before(&q.heap[parent]) {
			break
		}
		q.heap[i] = q.heap[parent]
		i = parent
	}
	q.heap[i] = s
	return true
}

func (s *boxSleeper) before(t *boxSleeper) bool {
	return s.when < t.when || s.when == t.when && s.turn < t.turn
}

// boxFirstSleeper takes the goroutine that wakes first out of the queue. There must be one.
func boxFirstSleeper() *g {
	heap := boxSleepers.heap
	first := heap[0].g.ptr()
	boxSleepers.n--
	n := boxSleepers.n
	last := heap[n]
	i := 0
	for {
		child := 2*i + 1
		if child >= n {
			break
		}
		if child+1 < n && heap[child+1].before(&heap[child]) {
			child++
		}
		if !heap[child].before(&last) {
			break
		}
		heap[i] = heap[child]
		i = child
	}
	heap[i] = last
	return first
}

// boxWakeSleepers makes the goroutines runnable that have slept long enough. now is the time, or 0 if the caller
// does not know it; boxWakeSleepers returns it, or still 0. until is when there is something else to do, or 0 for
// never; boxWakeSleepers also returns until, or when the next sleeper wakes if that is earlier.
func boxWakeSleepers(now, until int64) (int64, int64) {
	if boxSleepers.n == 0 {
		return now, until
	}
	if now == 0 {
		now = nanotime()
	}
	for boxSleepers.n > 0 {
		when := boxSleepers.heap[0].when
		if when > now {
			if until == 0 || when < until {
				until = when
			}
			break
		}
		ready(boxFirstSleeper(), 0, true)
	}
	return now, until
}
