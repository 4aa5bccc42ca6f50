package kvtest

import (
	"fmt"
	"strconv"
	"sync"
	"time"
)

// Rounds says how long clients work in each round of a test of the lab, and which faults a round has.
type Rounds struct {
	Round      time.Duration // how long clients work; a second more with Partitions
	Crash      bool          // all servers crash at the end of a round
	Partitions bool          // servers are divided at random, again and again
	MaxState   int           // maxraftstate
}

const (
	rounds = 3
	// ElectionTimeout is how long the lab waits for servers to elect a leader. It is not Raft's election timeout.
	ElectionTimeout = time.Second
)

// Play has three rounds. In each it starts clients and, with Partitions, divides the servers while the clients work. It
// then tells the clients to stop, heals the network and, with Crash, crashes and restarts the servers while operations
// are in flight. When all operations have returned it calls check.
func (r Rounds) Play(c *Cluster, work func() *Workload, check func(*Workload)) {
	for range rounds {
		w := work()
		stop := func() {}
		if r.Partitions {
			c.Sleep(time.Second)
			stop = c.partition()
		}
		c.Sleep(r.Round)
		w.Stop()
		if stop(); r.Partitions {
			c.Heal()
			c.Sleep(ElectionTimeout)
		}
		if r.Crash {
			c.CrashAll()
			c.Sleep(ElectionTimeout)
			c.RestartAll()
		}
		w.Finish(patience)
		check(w)
		c.CheckSizes(r.MaxState)
	}
}

// A generic is the lab's GenericTest, which most of its tests are: clients that work in rounds, with faults in each.
type generic struct {
	clients    int
	crash      bool
	partitions bool
	randomKeys bool // each operation uses a random key; otherwise each client has a key of its own
	maxState   int  // maxraftstate
}

func (g generic) play(c *Cluster) {
	check := c.Clerk()
	faults := Rounds{Round: 5 * time.Second, Crash: g.crash, Partitions: g.partitions, MaxState: g.maxState}
	faults.Play(c, func() *Workload { return g.work(c) }, func(w *Workload) {
		for i, cl := range w.Clients {
			if value := check.Get(strconv.Itoa(i)); !g.randomKeys {
				c.inOrder(i, cl.writes, value)
			}
		}
	})
	c.Linearizable()
}

// work starts the clients of a round.
func (g generic) work(c *Cluster) *Workload {
	own := make([]string, g.clients) // by client: the expected value of its key
	round := c.batches               // makes the values of shared keys unique over all rounds
	c.batches++
	shared := func(cl *Client) string {
		cl.writes++
		return fmt.Sprintf("x %d.%d %d y", cl.Number, round, cl.writes)
	}
	first := func(cl *Client) {
		if !g.randomKeys {
			cl.Put(strconv.Itoa(cl.Number), "")
		}
	}
	return c.Work(g.clients, first, func(cl *Client) {
		key := cl.Number
		if g.randomKeys {
			key = cl.Rand.IntN(g.clients)
		}
		switch dice := cl.Rand.IntN(1000); {
		case dice < 500 && g.randomKeys:
			cl.Append(strconv.Itoa(key), shared(cl))
		case dice < 500:
			t := cl.token()
			cl.Append(strconv.Itoa(key), t)
			own[cl.Number] += t
		case g.randomKeys && cl.Rand.IntN(1000) < 100:
			cl.Put(strconv.Itoa(key), shared(cl))
		default:
			value := cl.Get(strconv.Itoa(key))
			if !g.randomKeys && value != own[cl.Number] {
				c.wrongf("wrong value: expected %s of key %d, which only client %d writes, got %s",
					short(own[cl.Number]), key, cl.Number, short(value))
			}
		}
	})
}

// partition divides the servers in two at random, again and again, until it is told to stop.
func (c *Cluster) partition() (stop func()) {
	var mu sync.Mutex
	stopped, exited := false, false
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
		defer set(&exited)
		for !read(&stopped) {
			var sides [2][]int
			for i := range c.Servers() {
				side := rng.IntN(2)
				sides[side] = append(sides[side], i)
			}
			c.Split(sides[0], sides[1])
			c.Sleep(ElectionTimeout + time.Duration(rng.IntN(200))*time.Millisecond)
		}
	})
	return func() {
		for set(&stopped); !read(&exited); {
			c.Sleep(10 * time.Millisecond)
		}
	}
}

// CheckSizes checks the sizes of what is on the servers' disks: a Raft state of at most eight times maxraftstate, and
// no snapshots where there is none.
func (c *Cluster) CheckSizes(maxState int) {
	const times = 8
	if maxState > 0 {
		c.CheckState(times * maxState)
	} else if _, snapshot := c.Sizes(); snapshot > 0 {
		c.Failf("expected no snapshots, since maxraftstate is %d, got one of %d bytes", maxState, snapshot)
	}
}

// CheckState checks that no Raft's state on disk has more bytes than limit. Stores that look now and then how large it
// is have time to do so, and followers that apply a few entries with each heartbeat have time for all.
func (c *Cluster) CheckState(limit int) {
	state, _ := c.Sizes()
	for end := c.Now() + calmLimit; state > limit && c.Now() < end; state, _ = c.Sizes() {
		c.Sleep(20 * time.Millisecond)
	}
	c.AtMost("bytes of a Raft's state on disk", state, limit)
}
