package rafttest

import (
	"math/rand/v2"
	"sync"
	"time"
)

// A workload is clients at work beside the scenario.
type workload struct {
	c       *Cluster
	mu      sync.Mutex // guards what follows
	stopped bool
	busy    int
	seen    []applied
}

// An applied command is one that a client saw applied.
type applied struct {
	index   int
	command int
}

// startClients starts n clients. Each hands a command to whoever leads, waits a while for it to be applied, and goes on
// with the next, which is another; how hard they work is drawn for each.
func (c *Cluster) startClients(n int) *workload {
	w := &workload{c: c, busy: n}
	for range n {
		rng := c.Fork()
		c.Go(func() {
			defer w.leave()
			w.client(rng)
		})
	}
	return w
}

func (w *workload) client(rng *rand.Rand) {
	burst := 1 + rng.IntN(4)
	rest := time.Duration(5+rng.IntN(200)) * time.Millisecond
	leader := rng.IntN(w.c.N())
	for !w.over() {
		last, command := -1, 0
		for range burst {
			x := rng.Int()
			if index, _, leads := w.c.Start(leader, x); leads {
				last, command = index, x
			}
		}
		if last < 0 {
			leader = rng.IntN(w.c.N())
			w.c.Sleep(10 * time.Millisecond)
			continue
		}
		for wait := 5 * time.Millisecond; wait < 500*time.Millisecond && !w.over(); wait *= 2 {
			if n, got := w.c.Committed(last); n > 0 {
				if same(got, command) {
					w.saw(applied{last, command})
				}
				break
			}
			w.c.Sleep(wait)
		}
		w.c.Sleep(time.Duration(rng.Int64N(int64(rest) + 1)))
	}
}

func (w *workload) over() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.stopped
}

func (w *workload) saw(a applied) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen = append(w.seen, a)
}

func (w *workload) leave() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.busy--
}

// stop has the clients stop, waits for them, and returns what they saw.
func (w *workload) stop() []applied {
	w.mu.Lock()
	w.stopped = true
	w.mu.Unlock()
	for {
		w.mu.Lock()
		busy := w.busy
		w.mu.Unlock()
		if busy == 0 {
			return w.seen
		}
		w.c.Sleep(5 * time.Millisecond)
	}
}

// stillThere fails if what clients saw applied is not what the log has there.
func (c *Cluster) stillThere(seen []applied) {
	for _, a := range seen {
		if n, got := c.Committed(a.index); n < c.N() || !same(got, a.command) {
			c.Failf("expected command %d, which a client saw applied at index %d, to be applied there by all in the "+
				"end; %d servers have, and it is %v",
				a.command, a.index, n, brief{got})
		}
	}
}
