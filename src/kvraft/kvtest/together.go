package kvtest

import (
	"sync"
	"time"
)

// A counter counts goroutines of the scenario that have not returned.
type counter struct {
	mu sync.Mutex
	n  int
}

// Start runs f(0) to f(n-1) beside the scenario.
func (c *Cluster) Start(n int, f func(i int)) *counter {
	count := &counter{n: n}
	for i := range n {
		c.Go(func() {
			f(i)
			count.mu.Lock()
			defer count.mu.Unlock()
			count.n--
		})
	}
	return count
}

// Together runs f(0) to f(n-1) at the same time and waits for all.
func (c *Cluster) Together(n int, f func(i int)) { c.Start(n, f).wait(c) }

// left is how many have not returned.
func (n *counter) left() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.n
}

// wait waits for all to return.
func (n *counter) wait(c *Cluster) {
	for n.left() > 0 {
		c.Sleep(time.Millisecond)
	}
}
