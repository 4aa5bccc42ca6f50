package rafttest

import (
	"math/rand/v2"
	"sync"
	"time"

	"raftlab/src/labrpc"
)

// A client submits commands to whoever takes them and remembers which it saw applied, until it is told to stop.
type client struct {
	number int
	rng    *rand.Rand
	stop   *flag
	seen   []int
}

// A flag is raised once, for all of a scenario's goroutines to see.
type flag struct {
	mu sync.Mutex
	up bool
}

func (f *flag) raise() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.up = true
}

func (f *flag) raised() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.up
}

// pace is how long a client takes for a command at least. On a real machine the lab's clients get some 25 ms each, as
// servers take time to compute. Here they take none, and each 10 ms would bring a command: a log more than twice as
// long, that servers save whole with every entry.
const pace = 25 * time.Millisecond

func (cl *client) run(c *Cluster) {
	for !cl.stop.raised() {
		began := c.Now()
		command := cl.rng.Int()
		index := -1
		for i := range c.N() {
			if at, _, leader := c.Start(i, command); leader {
				index = at
			}
		}
		if index < 0 {
			c.Sleep(time.Duration(79+17*cl.number) * time.Millisecond)
			continue
		}
		// The leader may commit it or not; do not wait for ever.
		for _, pause := range []int{10, 20, 50, 100, 200} {
			if n, got := c.Committed(index); n > 0 {
				if same(got, command) {
					cl.seen = append(cl.seen, command)
				}
				break
			}
			c.Sleep(time.Duration(pause) * time.Millisecond)
		}
		if left := pace - (c.Now() - began); left > 0 {
			c.Sleep(left)
		}
	}
}

func churn(c *Cluster) {
	var clients []*client
	stop := new(flag)
	for n := range 3 {
		cl := &client{number: n, rng: c.Fork(), stop: stop}
		clients = append(clients, cl)
		c.Go(func() { cl.run(c) })
	}

	chance := func(percent int) bool { return c.Rand().IntN(100) < percent }
	for range 20 {
		if chance(20) {
			c.Disconnect(c.Rand().IntN(c.N()))
		}
		if chance(50) {
			i := c.Rand().IntN(c.N())
			if !c.Running(i) {
				c.Restart(i)
			}
			c.Connect(i)
		}
		if chance(20) {
			if i := c.Rand().IntN(c.N()); c.Running(i) {
				c.Crash(i)
			}
		}
		// Long enough that servers can mostly keep up, and too short for an election timeout.
		c.Sleep(ElectionTimeout * 7 / 10)
	}

	c.Sleep(ElectionTimeout)
	c.SetWeather(labrpc.Reliable())
	for i := range c.N() {
		if !c.Running(i) {
			c.Restart(i)
		}
		c.Connect(i)
	}
	stop.raise()
	c.Wait()
	c.Sleep(ElectionTimeout)

	last := c.Agree(c.Rand().Int(), c.N())
	applied := make(map[int]bool)
	for index := 1; index <= last; index++ {
		got, _ := c.AwaitCommitted(index, c.N(), -1)
		command, ok := got.(int)
		if !ok {
			c.Failf("expected an int at index %d, as all commands were, got %v of type %T", index, brief{got}, got)
		}
		applied[command] = true
	}
	for _, cl := range clients {
		for _, command := range cl.seen {
			if !applied[command] {
				c.Failf("expected command %d, which a client saw applied, in the log at the end, up to index %d; it "+
					"is not there", command, last)
			}
		}
	}
}
