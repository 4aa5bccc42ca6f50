package rafttest

import (
	"slices"
	"time"
)

// voteSurvivesRestart has votes asked for again in the same term by another candidate.
func voteSurvivesRestart(c *Cluster) {
	c.OneLeader()
	if !slices.ContainsFunc([]int{0, 1, 2}, c.Saved) {
		c.Skipf("needs persistence (2C), and no server has saved anything")
	}
	for round := range 8 {
		c.rivals(c.eventualLeader(nil), round%2 == 0)
	}
	c.OneLeader()
}

// rivalCandidates is the same among five, with logs.
func rivalCandidates(c *Cluster) {
	for round := range 6 {
		c.Agree(c.Rand().Int(), c.N())
		c.rivals(c.eventualLeader(nil), round%2 == 0)
	}
	c.Agree(c.Rand().Int(), c.N())
}

// rivals has two candidates of one term ask one voter, before and after its restart. With half of the others the voter
// elects a leader, whom it may be itself. Then it restarts, and the other half, who know nothing of that term, begin it
// once more. The monitors know who voted for whom and which terms were shown: they see a vote that was forgotten, and a
// term.
//
// A rival must stand for election before the voter does, which would take it into a later term. So it stands still
// meanwhile, which it does not know, until its own timeout has long elapsed. Where that cannot be done, or by turns, it
// starts anew a moment before the voter does.
func (c *Cluster) rivals(voter int, still bool) {
	still = still && c.HasFaults()
	term, _ := c.State(voter)
	others := slices.DeleteFunc(c.Rand().Perm(c.N()), func(i int) bool { return i == voter })
	near, away := others[:len(others)/2], others[len(others)/2:]
	if slices.ContainsFunc(away, func(i int) bool { t, _ := c.State(i); return t != term }) {
		return
	}
	stop, resume := c.Crash, c.Restart
	if still {
		stop, resume = c.Pause, c.Resume
	}

	c.Partition(append([]int{voter}, near...))
	c.each(away, stop)
	c.Crash(voter)
	c.Restart(voter)
	if !c.passes(voter, term, 5*ElectionTimeout) {
		c.each(away, resume)
		c.Heal()
		return
	}
	c.Sleep(10 * time.Millisecond) // for the reply
	c.Crash(voter)
	c.Partition(append([]int{voter}, away...))
	if still {
		c.Sleep(2 * ElectionTimeout)
		c.Restart(voter)
		c.each(away, resume)
	} else {
		c.each(away, resume)
		c.Sleep(100 * time.Millisecond)
		c.Restart(voter)
	}
	c.passes(away[0], term, 2*ElectionTimeout)
	c.Sleep(50 * time.Millisecond)
	c.Heal()
}

// passes waits until a server is in a later term.
func (c *Cluster) passes(server, term int, limit time.Duration) bool {
	for end := c.Now() + limit; c.Now() < end; c.Sleep(5 * time.Millisecond) {
		if t, _ := c.State(server); t > term {
			return true
		}
	}
	return false
}
