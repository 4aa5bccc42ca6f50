package rafttest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"raftlab/src/raft/rafttest/monitor"
)

// ElectionTimeout is the time within which the lab expects an election to be over, generously.
const ElectionTimeout = time.Second

// OneLeader waits until there is a leader among the connected servers, up to some 5 s, and returns it: the one of the
// highest term if there are several. Two leaders in one term are a failure, as is none.
func (c *Cluster) OneLeader() int {
	const rounds = 10
	began, before := c.Now(), c.judge.monitors.Elections()
	for range rounds {
		c.Sleep(450*time.Millisecond + time.Duration(c.Rand().IntN(100))*time.Millisecond)
		leaders := make(map[int][]int) // by term
		for i := range c.N() {
			if c.Reachable(i) {
				if term, leader := c.State(i); leader {
					leaders[term] = append(leaders[term], i)
				}
			}
		}
		for _, term := range slices.Sorted(maps.Keys(leaders)) {
			if len(leaders[term]) > 1 {
				c.Failf("expected at most one leader in a term, T%d has %d: %s", term, len(leaders[term]),
					names(leaders[term]))
			}
		}
		if len(leaders) > 0 {
			return leaders[slices.Max(slices.Collect(maps.Keys(leaders)))][0]
		}
	}
	c.Failf("expected one leader, got none: nobody led between %s and %s\n%s", moment(began), moment(c.Now()),
		campaigns(before, c.judge.monitors.Elections()))
	panic("unreachable")
}

// campaigns says what came of elections between two moments.
func campaigns(before, after monitor.Elections) string {
	var b strings.Builder
	asked, answered, granted := after.Asked-before.Asked, after.Answered-before.Answered, after.Granted-before.Granted
	switch {
	case !after.Understood:
		b.WriteString("what was said of votes is not understood")
	case asked == 0:
		b.WriteString("nobody asked for votes")
	case answered == 0:
		fmt.Fprintf(&b, "requests for votes: %d were sent, none was answered", asked)
	case granted == 0:
		fmt.Fprintf(&b, "requests for votes: %d were sent, %d were answered, none with a vote", asked, answered)
	default:
		fmt.Fprintf(&b, "requests for votes: %d were sent, %d were answered, %d with a vote", asked, answered, granted)
	}
	if after.Term > before.Term {
		fmt.Fprintf(&b, "; terms went up from T%d to T%d", before.Term, after.Term)
	} else {
		fmt.Fprintf(&b, "; no term rose above T%d", after.Term)
	}
	switch led := after.Leaders - before.Leaders; {
	case led == 1:
		fmt.Fprintf(&b, "; S%d led T%d for a time", after.Last, after.LastTerm)
	case led > 1:
		fmt.Fprintf(&b, "; %d terms had a leader that did not last, the last one S%d in T%d", led, after.Last,
			after.LastTerm)
	}
	return b.String()
}

// NoLeader fails if a connected server claims to lead.
func (c *Cluster) NoLeader() {
	for i := range c.N() {
		if c.Reachable(i) {
			if term, leader := c.State(i); leader {
				c.Failf("expected no leader without a majority, S%d leads T%d", i, term)
			}
		}
	}
}

// SameTerm returns the term that all connected servers are in and fails if they are not in one.
func (c *Cluster) SameTerm() int {
	first, term := -1, 0
	for i := range c.N() {
		if !c.Reachable(i) {
			continue
		}
		t, _ := c.State(i)
		if first < 0 {
			first, term = i, t
		} else if t != term {
			c.Failf("expected all servers in one term, S%d is in T%d and S%d in T%d", first, term, i, t)
		}
	}
	return term
}

// names lists servers as S0, S2.
func names(servers []int) string {
	var b strings.Builder
	for i, s := range servers {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "S%d", s)
	}
	return b.String()
}
