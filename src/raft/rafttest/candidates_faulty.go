package rafttest

import (
	"slices"
	"time"

	"raftlab/src/cluster"
	"raftlab/src/lab"
	"raftlab/src/labrpc"
)

// Clocks of servers that stand for election sooner than the others, or not for a long time.
const (
	hasty    = 4.0
	sluggish = 0.005
)

// unequalCandidates are elections in which candidates come together that seldom meet: of one term, of terms far apart,
// and one that nobody may elect.
func unequalCandidates() []lab.Scenario {
	list := []lab.Scenario{
		{
			Name: "LosersFollow", Part: Elections, Nodes: cluster.Servers(5), Weather: labrpc.Reliable(),
			Checks: "two candidates that lost follow the winner of their own term, who goes on leading, and the one " +
				"does not vote for the other, who asks it late",
			Source: `section 5.2: "If the leader’s term (included in its RPC) is at least as large as the ` +
				`candidate’s current term, then the candidate recognizes the leader as legitimate and returns to ` +
				`follower state."`,
			Judge: Playing(losersFollow),
		},
		{
			Name: "TermsFarApart", Part: Elections, Nodes: cluster.Servers(3), Weather: labrpc.Reliable(),
			Checks: "a candidate, and then a leader, whose term is dozens behind that of a server it speaks to, is " +
				"told so by the reply and catches up at once",
			Source: `section 5.1: "if one server’s current term is smaller than the other’s, then it updates its ` +
				`current term to the larger value"`,
			Judge: Playing(termsFarApart),
		},
		{
			Name: "StaleCandidate", Part: Log, Nodes: cluster.Servers(3), Weather: labrpc.Reliable(),
			Checks: "a candidate whose log is behind, and that stands more often than the others, does not keep the " +
				"one from being elected that can be",
			Source: `Figure 2, followers: "If election timeout elapses without receiving AppendEntries RPC from ` +
				`current leader or granting vote to candidate: convert to candidate"`,
			Judge: Playing(staleCandidate),
		},
	}
	for i := range list {
		list[i].Tier, list[i].Faults = lab.Strict, true
	}
	return list
}

// losersFollow has three servers sleep through their election timeouts. The first to wake up asks for votes by requests
// that are late. Of the other two, which stand in the same term, only one can reach the rest, and wins.
func losersFollow(c *Cluster) {
	for range 4 {
		leader := c.eventualLeader(nil)
		term, _ := c.State(leader)
		order := slices.DeleteFunc(c.Rand().Perm(c.N()), func(i int) bool { return i == leader })
		late, loser, winner, voter := order[0], order[1], order[2], order[3]
		candidates := order[:3]
		if slices.ContainsFunc(order, func(i int) bool { t, _ := c.State(i); return t != term }) {
			continue
		}
		for _, i := range candidates {
			c.Cut(leader, i, true)
			c.Pause(i)
		}
		c.Sleep(2 * ElectionTimeout)
		for _, i := range []int{leader, voter, winner} {
			c.Cut(loser, i, true)
		}
		w := labrpc.Reliable()
		w.HoldRequest, w.HoldRequestBy = 1, labrpc.Delay{Min: 100 * time.Millisecond, Max: 200 * time.Millisecond}
		c.SetWeather(w)
		c.Resume(late)
		stands := c.passes(late, term, 50*time.Millisecond)
		c.Sleep(time.Millisecond) // to ask
		c.SetWeather(labrpc.Reliable())
		for _, i := range candidates {
			c.Cut(leader, i, false)
		}
		c.Resume(loser)
		c.Resume(winner)
		c.Sleep(20 * time.Millisecond)
		c.Heal()
		if t, leads := c.State(winner); !stands || !leads || t != term+1 {
			continue // another was faster, or asks first whether it would be elected
		}
		c.Sleep(2 * ElectionTimeout)
		if t, leads := c.State(winner); !leads || t != term+1 {
			c.Failf("expected S%d to go on leading T%d, with S%d and S%d, who stood in that term too, as its "+
				"followers; it is %v", winner, term+1, late, loser, state{t, leads, true})
		}
	}
	c.eventualLeader(nil)
}

// termsFarApart has a server rise to a high term, alone and with a hasty clock, and then do nothing by itself: it
// speaks only when it is spoken to.
func termsFarApart(c *Cluster) {
	const limit = 8 * time.Second // a dozen elections

	// Nobody can be elected without its vote.
	leader := c.eventualLeader(nil)
	term, _ := c.State(leader)
	far, other := (leader+1)%c.N(), (leader+2)%c.N()
	c.farAhead(far, term+ahead)
	c.Disconnect(leader)
	c.Connect(far)
	for began := c.Now(); ; c.Sleep(20 * time.Millisecond) {
		if t, leads := c.State(other); leads && t > term+ahead {
			break
		} else if c.Now()-began > limit {
			high, _ := c.State(far)
			c.Failf("expected S%d to be elected by itself and S%d, which is in T%d and told it so when it was asked "+
				"for its vote; after %v it is %v", other, far, high, limit, state{t, leads, true})
		}
	}
	c.NoFaults(far)
	c.Connect(leader)
	c.Sleep(2 * ElectionTimeout)

	// Those that have a leader can do without it, and bring it back by their next election.
	leader = c.eventualLeader(nil)
	term, _ = c.State(leader)
	far = (leader + 1) % c.N()
	c.farAhead(far, term+ahead)
	c.bringsBack(far, leader, term+ahead)
}

// ahead is how many terms a server is ahead of the others that has been far away.
const ahead = 30

// farAhead has a server, alone and with a hasty clock, rise beyond a term, and then do nothing by itself.
func (c *Cluster) farAhead(server, term int) {
	c.Disconnect(server)
	c.Skew(server, 10*hasty, 0)
	if !c.passes(server, term, 10*ElectionTimeout) {
		c.Skipf("S%d, which hears nobody, does not begin new terms", server)
	}
	c.Skew(server, sluggish, 0)
}

// bringsBack has a leader speak to a server that is beyond a term, and fails if the leader does not follow.
func (c *Cluster) bringsBack(far, leader, term int) {
	const limit = 8 * time.Second
	was, _ := c.State(leader)
	c.Connect(far)
	for began := c.Now(); ; c.Sleep(20 * time.Millisecond) {
		if t, _ := c.State(leader); t > term {
			break
		} else if c.Now()-began > limit {
			high, _ := c.State(far)
			c.Failf("expected S%d, the leader of T%d, to hear of T%d from S%d, which refuses what it sends; "+
				"after %v it is in T%d", leader, was, high, far, limit, t)
		}
	}
	c.NoFaults(far)
	c.eventualLeader(nil)
}

// staleCandidate leaves up a server that has all entries and one that lacks the last and stands for election all the
// time. The latter is elected by nobody, and must not make the former wait by asking it.
func staleCandidate(c *Cluster) {
	for range 3 {
		c.Agree(c.Rand().Int(), c.N())
		leader := c.OneLeader()
		stale, third := (leader+1)%c.N(), (leader+2)%c.N()
		c.Disconnect(stale)
		c.Agree(c.Rand().Int(), c.N()-1)
		c.Disconnect(third)
		c.Skew(stale, hasty, 0)
		c.Sleep(ElectionTimeout)
		c.Connect(stale)
		c.Agree(c.Rand().Int(), c.N()-1)
		c.NoFaults(stale)
		c.Connect(third)
	}
	c.Agree(c.Rand().Int(), c.N())
}
