package kvtest

import (
	"sync"
	"time"
)

// A Group is goroutines of a scenario that work beside it.
type Group struct {
	c    *Cluster
	mu   sync.Mutex
	left int
}

// Start runs f(0) to f(n-1) beside the scenario.
func (c *Cluster) Start(n int, f func(i int)) *Group {
	g := &Group{c: c, left: n}
	for i := range n {
		c.Go(func() {
			f(i)
			g.mu.Lock()
			defer g.mu.Unlock()
			g.left--
		})
	}
	return g
}

// Together runs f(0) to f(n-1) at the same time and waits for all.
func (c *Cluster) Together(n int, f func(i int)) { c.Start(n, f).Wait() }

// Left is how many have not returned.
func (g *Group) Left() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.left
}

// Wait waits for all to return.
func (g *Group) Wait() {
	for g.Left() > 0 {
		g.c.Sleep(time.Millisecond)
	}
}
