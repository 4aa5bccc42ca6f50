package kvtest

import (
	"strconv"
	"sync"
	"time"
)

// A generic is what most of the lab's tests are: clients at work in rounds, and faults in each of them.
type generic struct {
	clients    int
	crash      bool // all servers crash at the end of a round
	partitions bool // servers are divided at random, again and again
	randomKeys bool // each operation is of another key; otherwise a client has a key to itself
	maxState   int  // maxraftstate
}

const (
	rounds = 3
	// round is how long clients work.
	round = 5 * time.Second
	// electionTimeout is what the lab gives servers to elect a leader.
	electionTimeout = time.Second
)

func (g generic) play(c *Cluster) {
	check := c.Clerk()
	for range rounds {
		w := g.work(c)
		stop := func() {}
		if g.partitions {
			c.Sleep(time.Second)
			stop = c.partition()
		}
		c.Sleep(round)
		w.stop()
		if stop(); g.partitions {
			c.Heal()
			c.Sleep(electionTimeout)
		}
		if g.crash {
			c.CrashAll()
			c.Sleep(electionTimeout)
			c.RestartAll()
		}
		w.finish(patience)
		for i, cl := range w.clients {
			if value := check.Get(strconv.Itoa(i)); !g.randomKeys {
				c.inOrder(i, cl.writes, value)
			}
		}
		c.sizes(g.maxState)
	}
	c.Linearizable()
}

// work starts the clients of a round.
func (g generic) work(c *Cluster) *workload {
	own := make([]string, g.clients) // by client: what its key must have
	first := func(cl *client) {
		if !g.randomKeys {
			cl.Put(strconv.Itoa(cl.number), "")
		}
	}
	return c.work(g.clients, first, func(cl *client) {
		key := cl.number
		if g.randomKeys {
			key = cl.rng.IntN(g.clients)
		}
		switch dice := cl.rng.IntN(1000); {
		case dice < 500:
			t := cl.token()
			cl.Append(strconv.Itoa(key), t)
			own[cl.number] += t
		case g.randomKeys && cl.rng.IntN(1000) < 100:
			cl.Put(strconv.Itoa(key), cl.token())
		default:
			value := cl.Get(strconv.Itoa(key))
			if !g.randomKeys && value != own[cl.number] {
				c.Failf("wrong value: expected %s of key %d, which only client %d writes, got %s",
					short(own[cl.number]), key, cl.number, short(value))
			}
		}
	})
}

// partition divides the servers in two at random, again and again, until it is told to stop.
func (c *Cluster) partition() (stop func()) {
	var mu sync.Mutex
	stopped, left := false, false
	read := func(flag *bool) bool {
		mu.Lock()
		defer mu.Unlock()
		return *flag
	}
	set := func(flag *bool) {
		mu.Lock()
		defer mu.Unlock()
		*flag = true
	}
	rng := c.Fork()
	c.Go(func() {
		defer set(&left)
		for !read(&stopped) {
			var sides [2][]int
			for i := range c.Servers() {
				side := rng.IntN(2)
				sides[side] = append(sides[side], i)
			}
			c.Split(sides[0], sides[1])
			c.Sleep(electionTimeout + time.Duration(rng.IntN(200))*time.Millisecond)
		}
	})
	return func() {
		for set(&stopped); !read(&left); {
			c.Sleep(10 * time.Millisecond)
		}
	}
}

// sizes checks the sizes of what is on the servers' disks: a Raft state of at most eight times maxraftstate, and no
// snapshots where there is none.
func (c *Cluster) sizes(maxState int) {
	state, snapshot := c.Sizes()
	switch {
	case maxState > 0:
		c.AtMost("bytes of a Raft's state on disk", state, 8*maxState)
	case snapshot > 0:
		c.Failf("expected no snapshots, since maxraftstate is %d, got one of %d bytes", maxState, snapshot)
	}
}
