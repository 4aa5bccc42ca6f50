package rafttest

import (
	"fmt"
	"time"
)

// Applied returns the index up to which a server has applied the log, in this life.
func (c *Cluster) Applied(server int) int {
	c.judge.mu.Lock()
	defer c.judge.mu.Unlock()
	return c.judge.services.at[server]
}

// Committed returns how many servers have applied an entry at an index, in this life or an earlier one, and its
// command.
func (c *Cluster) Committed(index int) (servers int, command any) {
	c.judge.mu.Lock()
	defer c.judge.mu.Unlock()
	return c.judge.services.committed(index)
}

// Agree submits a command to whoever leads, again and again if need be, until at least that number of servers has
// applied it, and returns its index. Within ten seconds this must be so.
func (c *Cluster) Agree(command any, servers int) int {
	return c.agree(command, servers, true, agreeLimit)
}

// AgreeAtOnce is Agree for a cluster in which the first try must do: once a leader has accepted the command, it has two
// seconds to be applied.
func (c *Cluster) AgreeAtOnce(command any, servers int) int {
	return c.agree(command, servers, false, agreeLimit)
}

const (
	agreeLimit   = 10 * time.Second // for all tries
	applyLimit   = 2 * time.Second  // for one try
	applyPoll    = 20 * time.Millisecond
	noLeaderPoll = 50 * time.Millisecond // between tries while nobody leads
)

func (c *Cluster) agree(command any, servers int, retry bool, limit time.Duration) int {
	began, before := c.Now(), c.judge.monitors.Elections()
	next := 0 // whom to ask first rotates
	tried := ""
	for c.Now()-began < limit {
		index := -1
		for range c.N() {
			next = (next + 1) % c.N()
			if !c.Reachable(next) {
				continue
			}
			i, term, leader := c.Start(next, command)
			if leader {
				index = i
				tried = fmt.Sprintf("S%d accepted it at index %d in T%d at %s", next, i, term, moment(c.Now()))
				break
			}
		}
		if index < 0 {
			c.Sleep(noLeaderPoll)
			continue
		}
		for accepted := c.Now(); c.Now()-accepted < applyLimit; c.Sleep(applyPoll) {
			n, got := c.Committed(index)
			if n > 0 && n >= servers && same(got, kept(command)) {
				return index
			}
		}
		n, got := c.Committed(index)
		switch {
		case n == 0:
			tried += ", and no server applied anything there"
		case !same(got, kept(command)):
			tried += fmt.Sprintf(", and %d servers applied %v there", n, brief{got})
		default:
			tried += fmt.Sprintf(", and %d servers applied it", n)
		}
		if !retry {
			break
		}
	}
	if tried == "" {
		tried = "no connected server said that it leads\n" + campaigns(before, c.judge.monitors.Elections())
	}
	c.Failf("expected command %v to be applied by %d servers between %s and %s: %s",
		brief{command}, servers, moment(began), moment(c.Now()), tried)
	panic("unreachable")
}

// AwaitCommitted waits until at least that number of servers has applied the entry at an index, and returns its
// command. If term is not negative and a server moves on to a later one, it gives up and reports false. Within 31
// seconds one of both must be so.
func (c *Cluster) AwaitCommitted(index, servers, term int) (command any, ok bool) {
	const polls = 30
	pause := 10 * time.Millisecond
	began := c.Now()
	for range polls {
		n, got := c.Committed(index)
		if n >= servers {
			return got, true
		}
		c.Sleep(pause)
		if pause < time.Second {
			pause *= 2
		}
		if term < 0 {
			continue
		}
		for i := range c.N() {
			if c.Running(i) {
				if t, _ := c.State(i); t > term {
					return nil, false
				}
			}
		}
	}
	n, got := c.Committed(index)
	if n < servers {
		c.Failf("expected %d servers to have applied index %d within %v, %d have (%v)", servers, index,
			spent(c.Now()-began), n, brief{got})
	}
	return got, true
}

// AllApplied waits until all servers have applied the log up to an index, in this life. Within limit this must be so.
func (c *Cluster) AllApplied(index int, limit time.Duration) {
	began := c.Now()
	for i := range c.N() {
		for c.Applied(i) < index {
			if c.Now()-began > limit {
				c.Failf("expected S%d to have applied everything up to index %d within %v, it is at index %d", i, index,
					limit, c.Applied(i))
			}
			c.Sleep(applyPoll)
		}
	}
}

// NotCommitted fails if a server has applied anything at an index.
func (c *Cluster) NotCommitted(index int, why string) {
	if n, command := c.Committed(index); n > 0 {
		c.Failf("expected nothing to be applied at index %d %s, %d servers applied %v", index, why, n, brief{command})
	}
}
