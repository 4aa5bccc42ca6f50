package kvtest

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Clients work in bursts, so that what they do overlaps as it does on a real machine, where they never pause, and a run
// has nearly as many operations as in the lab's own samples: 40 to 80 a second, all clients together. Without rest a
// simulated run would have many times as many, since servers take no time to compute; and logs that are saved whole
// with every entry would grow as long.
const (
	burstEvery = 250 * time.Millisecond
	burst      = 10 // operations of all clients together
	longBurst  = 20 // likewise where snapshots keep logs short
)

// A Workload is clients at work beside the scenario, each with a clerk of its own.
type Workload struct {
	Clients []*Client
	c       *Cluster
	working *Group
	mu      sync.Mutex // guards what follows
	stopped bool
}

// A Client calls its clerk's methods one after another.
type Client struct {
	*Clerk
	*Workload
	Number int // from 0, among those of its Workload
	Rand   *rand.Rand
	writes int // how many tokens it has written
}

// token returns the value that a client writes next. Nobody else writes it.
func (cl *Client) token() string {
	defer func() { cl.writes++ }()
	return token(cl.Number, cl.writes)
}

// token returns the nth value that a client writes, in the form that the lab has.
func token(client, n int) string { return fmt.Sprintf("x %d %d y", client, n) }

// Work starts n clients, whose clerks are spread over the nodes of clerks. Each calls first once, unless that is nil,
// and then work again and again until it is told to stop.
func (c *Cluster) Work(n int, first, work func(*Client)) *Workload {
	w := &Workload{c: c}
	for i := range n {
		node := c.Servers() + i%(c.N()-c.Servers())
		w.Clients = append(w.Clients, &Client{Clerk: c.ClerkAt(node), Workload: w, Number: i, Rand: c.Fork()})
	}
	each := max(1, burst/n)
	if c.judge.maxState > 0 {
		each = max(1, longBurst/n)
	}
	w.working = c.Start(n, func(i int) {
		cl := w.Clients[i]
		if first != nil {
			first(cl)
		}
		for !w.over() {
			began := c.Now()
			for i := 0; i < each && !w.over(); i++ {
				work(cl)
			}
			c.Sleep(max(0, burstEvery-(c.Now()-began)))
		}
	})
	return w
}

// Stop tells the clients to stop. It does not wait for them.
func (w *Workload) Stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stopped = true
}

func (w *Workload) over() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.stopped
}

// Finish tells the clients to stop and waits until their last operations have returned, at most for limit.
func (w *Workload) Finish(limit time.Duration) {
	w.Stop()
	w.c.AllReturn(limit)
	w.working.Wait()
}

// inOrder checks, as the lab does, that a value has each of the first n tokens of a client once, in order.
func (c *Cluster) inOrder(client, n int, value string) {
	last := -1
	for i := range n {
		t := token(client, i)
		at := strings.Index(value, t)
		switch {
		case at < 0:
			c.wrongf("missing element: expected %q, which client %d has appended, in the value of %d bytes, it is not "+
				"there: %s", t, client, len(value), short(value))
		case strings.LastIndex(value, t) != at:
			c.wrongf("duplicate element: expected %q, which client %d has appended once, once in the value, it is "+
				"there twice: %s", t, client, short(value))
		case at <= last:
			c.wrongf("wrong order: expected %q of client %d behind what the client appended before, got: %s", t,
				client, short(value))
		}
		last = at
	}
}

// short formats a value for a message; a long one is cut.
func short(value string) string {
	const most = 300
	if len(value) <= most {
		return strconv.Quote(value)
	}
	return strconv.Quote(value[:most/2]) + " … " + strconv.Quote(value[len(value)-most/2:])
}
