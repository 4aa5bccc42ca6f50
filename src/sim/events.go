package sim

import (
	"container/heap"
	"iter"
	"math/rand/v2"
	"slices"
)

// An agenda is what will happen: events by time. Which of those at one time comes first is drawn from the seed, since
// on a real network nothing decides it.
type agenda struct {
	rng    *rand.Rand // nil if they come in the order in which they were added
	added  uint64
	events eventHeap
}

type event struct {
	at    int64 // ns
	order uint64
	do    func()
}

func (a *agenda) add(at int64, do func()) {
	order := a.added
	if a.added++; a.rng != nil {
		order = a.rng.Uint64()
	}
	heap.Push(&a.events, event{at, order, do})
}

func (a *agenda) next() (event, bool) {
	if len(a.events) == 0 {
		return event{}, false
	}
	return heap.Pop(&a.events).(event), true
}

type eventHeap []event

func (h eventHeap) Len() int { return len(h) }
func (h eventHeap) Less(i, j int) bool {
	return h[i].at < h[j].at || h[i].at == h[j].at && h[i].order < h[j].order
}
func (h eventHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *eventHeap) Push(x any)   { *h = append(*h, x.(event)) }
func (h *eventHeap) Pop() any {
	old := *h
	e := old[len(old)-1]
	old[len(old)-1] = event{}
	*h = old[:len(old)-1]
	return e
}

// A coroutine is one of the scenario's goroutines. It runs when it is resumed, until it parks; nothing else runs
// meanwhile.
type coroutine struct {
	resume func() (struct{}, bool)
	park   func(struct{}) bool
}

// spawn makes f a coroutine and runs it until it parks or returns.
func (w *world) spawn(f func()) *coroutine {
	c := new(coroutine)
	c.resume, _ = iter.Pull(func(yield func(struct{}) bool) {
		c.park = yield
		f()
	})
	w.resume(c)
	return c
}

// resume lets a coroutine run until it parks or returns.
func (w *world) resume(c *coroutine) {
	before := w.current
	w.current = c
	c.resume()
	w.current = before
}

// park makes the current coroutine wait until somebody wakes it, for whatever reason: who waits for something looks
// again whether it is there. It reports false if the scenario is over.
func (w *world) park() bool {
	c := w.current
	w.waiting = append(w.waiting, c)
	c.park(struct{}{})
	return !w.stopped
}

// wake lets a parked coroutine go on, at the present time but after what happens now.
func (w *world) wake(c *coroutine) {
	if w.unpark(c) {
		w.agenda.add(w.now, func() { w.resume(c) })
	}
}

// unpark takes a coroutine off those that wait, and reports whether it was there: of several that would wake it one
// does.
func (w *world) unpark(c *coroutine) bool {
	i := slices.Index(w.waiting, c)
	if i < 0 {
		return false
	}
	w.waiting = slices.Delete(w.waiting, i, i+1)
	return true
}
