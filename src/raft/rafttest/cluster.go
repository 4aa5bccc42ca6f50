package rafttest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"raftlab/src/dlog"
	"raftlab/src/labrpc"
)

// A Cluster is what a scenario sees: servers to start, crash, cut off and ask,
// time to let pass, and a verdict to give. Its methods are for the scenario's
// own goroutines.
type Cluster struct {
	run   *Run
	world World
	rng   *rand.Rand

	mu        sync.Mutex // guards what follows; never held over a call of the world
	up        []bool
	connected []bool
	cut       map[[2]int]bool // one-way cuts, from and to
}

// N is the number of servers.
func (c *Cluster) N() int { return len(c.up) }

// running reports whether a server is up.
func (c *Cluster) running(server int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.up[server]
}

// reachable reports whether a server is up and not cut off by Disconnect.
func (c *Cluster) reachable(server int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.up[server] && c.connected[server]
}

// set changes one of the fields that mu guards.
func (c *Cluster) set(field []bool, server int, yes bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	field[server] = yes
}

// Rand is the source of the scenario's choices. It is for one goroutine; others
// have Fork.
func (c *Cluster) Rand() *rand.Rand { return c.rng }

// Now is the time since the run began.
func (c *Cluster) Now() time.Duration { return c.world.Now() }

// Sleep lets time pass.
func (c *Cluster) Sleep(d time.Duration) {
	if !c.world.Sleep(d) {
		panic(stopped{})
	}
}

// Go runs f besides the caller.
func (c *Cluster) Go(f func()) {
	c.world.Go(func() { c.guard(f) })
}

// Wait waits for all that Go started.
func (c *Cluster) Wait() { c.world.Wait() }

// stopped unwinds a scenario's goroutine once there is a verdict.
type stopped struct{}

func (c *Cluster) guard(f func()) {
	defer func() {
		if p := recover(); p != nil {
			if _, ok := p.(stopped); !ok {
				panic(p)
			}
		}
	}()
	f()
}

// Failf ends the run as failed: an assertion does not hold. The message says
// what was expected and what was seen; the state of all servers is added.
func (c *Cluster) Failf(format string, args ...any) {
	c.run.fail(Failure{
		Kind:    Assertion,
		Message: fmt.Sprintf(format, args...) + "\n" + c.describe(),
		At:      c.Now(),
	})
	panic(stopped{})
}

// Skipf ends the run without a verdict, because the implementation lacks what
// the scenario needs.
func (c *Cluster) Skipf(format string, args ...any) {
	c.run.skip(fmt.Sprintf(format, args...))
	panic(stopped{})
}

// Warnf adds a warning to the result of the run, which goes on.
func (c *Cluster) Warnf(format string, args ...any) {
	c.run.Warn(fmt.Sprintf(format, args...))
}

// Advisef adds advice to the result of the run, which goes on.
func (c *Cluster) Advisef(format string, args ...any) {
	c.run.advise(fmt.Sprintf(format, args...))
}

// Fork returns a source of choices for another of the scenario's goroutines.
func (c *Cluster) Fork() *rand.Rand { return rand.New(rand.NewPCG(c.rng.Uint64(), c.rng.Uint64())) }

// State asks a server for its term and whether it leads.
func (c *Cluster) State(server int) (term int, leader bool) {
	term, leader, ok := c.world.GetState(server)
	if !ok {
		panic(stopped{})
	}
	return term, leader
}

// Crash takes a server away; what it saved stays on its disk.
func (c *Cluster) Crash(server int) {
	c.log("crash S%d", server)
	c.set(c.up, server, false)
	c.run.monitors.Crashed(server)
	c.world.Crash(server)
	c.run.crashed(server)
}

// Restart starts a server that is down, with what is on its disk.
func (c *Cluster) Restart(server int) {
	if c.Now() > 0 {
		c.log("restart S%d", server)
	}
	_, snapshot := c.world.Disk(server)
	c.run.booted(server, snapshot)
	if !c.world.Boot(server) {
		panic(stopped{})
	}
	c.set(c.up, server, true)
}

// Saved reports whether a server has ever saved anything.
func (c *Cluster) Saved(server int) bool {
	state, _ := c.world.Disk(server)
	return len(state) > 0
}

// SetWeather changes how the network treats the messages to come.
func (c *Cluster) SetWeather(w labrpc.Weather) { c.world.SetWeather(w) }

// Disconnect cuts a server off from all others, in both directions.
func (c *Cluster) Disconnect(server int) { c.connect(server, false) }

// Connect undoes Disconnect. A link is open if both its servers are connected
// and it was not cut.
func (c *Cluster) Connect(server int) { c.connect(server, true) }

func (c *Cluster) connect(server int, yes bool) {
	c.log("%s S%d", map[bool]string{true: "connect", false: "disconnect"}[yes], server)
	c.set(c.connected, server, yes)
	for i := range c.N() {
		if i != server {
			c.link(server, i)
			c.link(i, server)
		}
	}
}

// Cut takes the way from one server to another, or gives it back; messages in
// the other direction pass as before.
func (c *Cluster) Cut(from, to int, cut bool) {
	c.log("%s S%d -> S%d", map[bool]string{true: "cut", false: "mend"}[cut], from, to)
	c.setCut(from, to, cut)
	c.link(from, to)
}

// Partition cuts the ways between servers of different groups. A server that is
// in none is alone.
func (c *Cluster) Partition(groups ...[]int) {
	c.log("partition %v", groups)
	group := make([]int, c.N())
	for i := range group {
		group[i] = -1 - i
	}
	for g, servers := range groups {
		for _, i := range servers {
			group[i] = g
		}
	}
	for i := range c.N() {
		for j := range c.N() {
			if i != j {
				c.setCut(i, j, group[i] != group[j])
				c.link(i, j)
			}
		}
	}
}

// Mend undoes all that Cut and Partition did.
func (c *Cluster) Mend() {
	c.log("mend all cuts")
	for i := range c.N() {
		for j := range c.N() {
			if i != j {
				c.setCut(i, j, false)
				c.link(i, j)
			}
		}
	}
}

func (c *Cluster) setCut(from, to int, cut bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cut[[2]int{from, to}] = cut
}

// link opens or closes a link, as its servers are connected and it is cut. Of the scenario's goroutines one at a
// time changes links.
func (c *Cluster) link(from, to int) {
	c.mu.Lock()
	open := c.connected[from] && c.connected[to] && !c.cut[[2]int{from, to}]
	c.mu.Unlock()
	c.world.SetLink(from, to, open)
}

// RPCs is the number of requests sent so far.
func (c *Cluster) RPCs() int { return c.world.Traffic().RPCs }

// Bytes is the size of all requests sent so far and of the replies that came.
func (c *Cluster) Bytes() int64 { return c.world.Traffic().Bytes }

func (c *Cluster) log(format string, args ...any) {
	c.world.Log(dlog.Test, format, args...)
}

// describe lists what GetState of every server last told.
func (c *Cluster) describe() string {
	c.run.mu.Lock()
	defer c.run.mu.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	var b strings.Builder
	for i, s := range c.run.states {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "S%d: %v", i, s)
		if at := c.run.services.at[i]; at > 0 {
			fmt.Fprintf(&b, ", at index %d", at)
		}
		switch {
		case !c.up[i]:
			b.WriteString(" (crashed)")
		case !c.connected[i]:
			b.WriteString(" (cut off)")
		}
	}
	return b.String()
}

func (s state) String() string {
	switch {
	case !s.known:
		return "unknown"
	case s.leader:
		return fmt.Sprintf("leader of T%d", s.term)
	default:
		return fmt.Sprintf("not leader in T%d", s.term)
	}
}
