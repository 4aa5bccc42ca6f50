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
// with the next, which is another; how hard they work is drawn for each, and so is whether others come with it.
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
	company := max(0, rng.IntN(5)-2)
	leader := rng.IntN(w.c.N())
	for !w.over() {
		for range company {
			w.comesWith(leader, rng.Int(), time.Duration(rng.Int64N(int64(time.Millisecond))))
		}
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

// comesWith has somebody else hand a command to the same server, within a moment of the client's next: two Starts at
// work at the same time, if the first does not return at once.
func (w *workload) comesWith(server, command int, moment time.Duration) {
	w.mu.Lock()
	w.busy++
	w.mu.Unlock()
	w.c.Go(func() {
		defer w.leave()
		w.c.Sleep(moment)
		w.c.Start(server, command)
	})
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

// pairedCommands has two clients come one shortly after the other, and then nobody until both commands are applied:
// what a server has missed of the second, no third makes up for.
func pairedCommands(c *Cluster) {
	const pairs = 60
	rng := c.Fork()
	c.Agree(c.Rand().Int(), c.N())
	for i := range c.N() {
		c.SlowService(i, time.Duration(rng.IntN(2)*rng.IntN(20))*time.Millisecond)
	}
	leader := -1
	for range pairs {
		apart := time.Duration(rng.Int64N(int64(time.Millisecond)))
		if rng.IntN(2) == 0 {
			apart = time.Duration(rng.Int64N(int64(60 * time.Millisecond)))
		}
		if leader < 0 {
			leader = c.OneLeader()
		}
		first, second := c.startLater(leader, rng.Int(), 0), c.startLater(leader, rng.Int(), apart)
		c.Wait()
		if !c.appliedInTime(first) || !c.appliedInTime(second) {
			leader = -1
		}
	}
}

// A started command is one that a server was handed.
type started struct {
	server, index, term, command int
	leads                        bool
}

// startLater hands a command to a server, in a while. What came of it is known after Wait.
func (c *Cluster) startLater(server, command int, in time.Duration) *started {
	s := &started{server: server, command: command}
	c.Go(func() {
		c.Sleep(in)
		s.index, s.term, s.leads = c.Start(server, command)
	})
	return s
}

// appliedInTime waits until all servers have applied a command, at most as long as the lab's tests do, and fails if they
// have not. It reports false if the server does not lead the term in which it took it: nobody knows what becomes of it.
func (c *Cluster) appliedInTime(s *started) bool {
	if !s.leads {
		return false
	}
	for accepted := c.Now(); c.Now()-accepted < applyLimit; c.Sleep(applyPoll) {
		if n, got := c.Committed(s.index); n == c.N() && same(got, s.command) {
			return true
		}
	}
	if term, leads := c.State(s.server); !leads || term != s.term {
		return false
	}
	n, got := c.Committed(s.index)
	c.Failf("expected command %d, which S%d took at index %d in T%d and has led since, to be applied there by all "+
		"within %v, with no command after it; %d servers have applied %v", s.command, s.server, s.index, s.term,
		applyLimit, n, brief{got})
	return false
}
