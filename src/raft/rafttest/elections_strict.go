package rafttest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"raftlab/src/cluster"
	"raftlab/src/lab"
	"raftlab/src/labrpc"
)

// strictElections are what the paper demands of elections and the lab does not test.
func strictElections() []lab.Scenario {
	list := []lab.Scenario{
		{
			Name: "StableLeader", Part: Elections, Tier: lab.Strict, Nodes: cluster.Servers(5),
			Weather: labrpc.Reliable(),
			Checks:  "on a healthy network a leader is not deposed in 60 seconds (section 5.2)",
			Source: `section 5.2: "A server remains in follower state as long as it receives valid RPCs from a ` +
				`leader or candidate."`,
			Judge: Playing(stableLeader),
		},
		{
			Name: "LossyElections", Part: Elections, Tier: lab.Strict, Nodes: cluster.Servers(5),
			Weather: labrpc.Unreliable(),
			Checks:  "leaders are elected, one after another, while a fifth of the calls fail",
			Source: `section 5.1: "Servers retry RPCs if they do not receive a response in a timely manner"; ` +
				`5.5: "Raft handles these failures by retrying indefinitely"`,
			Judge: Playing(repeatedElections),
		},
		{
			Name: "ReorderedElections", Part: Elections, Tier: lab.Strict, Nodes: cluster.Servers(5),
			Weather: labrpc.Unreliable().LongReordering(),
			Checks: "likewise while two thirds of the replies are late by up to 2.2 s, so that stale ones arrive in " +
				"later terms",
			Source: `section 5.1: "If a server receives a request with a stale term number, it rejects the request."`,
			Judge:  Playing(repeatedElections),
		},
		{
			Name: "OneWayCuts", Part: Elections, Tier: lab.Strict, Nodes: cluster.Servers(5),
			Weather: labrpc.Reliable(),
			Checks: "a leader that hears nobody, or that nobody hears, is replaced or keeps its term, and a majority " +
				"always has a leader again",
			Source: `section 2: "They are fully functional (available) as long as any majority of the servers are ` +
				`operational and can communicate with each other and with clients."`,
			Judge: Playing(oneWayCuts),
		},
	}
	for _, n := range []int{5, 7, 9} {
		list = append(list, lab.Scenario{
			Name: fmt.Sprintf("AllStartAtOnce%d", n), Part: Elections, Tier: lab.Strict, Nodes: cluster.Servers(n),
			Weather: labrpc.Reliable(),
			Checks: fmt.Sprintf("%d servers that start, and start again after a power failure, in the same instant "+
				"elect a leader in time", n),
			Source: `section 5.2: "Raft uses randomized election timeouts to ensure that split votes are rare and ` +
				`that they are resolved quickly."`,
			Judge: Playing(allStartAtOnce),
		})
	}
	return append(list,
		lab.Scenario{
			Name: "VoteSurvivesRestart", Part: Elections, Tier: lab.Strict, Needs: []string{Persistence},
			Nodes: cluster.Servers(3), Weather: labrpc.Reliable(),
			Checks: "a server that voted, crashed and restarted refuses its vote to a second candidate of that term, " +
				"and does not forget the term (Figure 2, persistent state)",
			Source: `Figure 2, persistent state, "Updated on stable storage before responding to RPCs": "votedFor: ` +
				`candidateId that received vote in current term"`,
			Judge: Playing(voteSurvivesRestart),
		},
		lab.Scenario{
			Name: "DeposedLeaderStepsDown", Part: Elections, Tier: lab.Strict, Nodes: cluster.Servers(5),
			Weather: labrpc.Reliable(),
			Checks:  "a leader that was cut off follows as soon as it hears of a higher term (section 5.1)",
			Source: `Figure 2, all servers: "If RPC request or response contains term T > currentTerm: set ` +
				`currentTerm = T, convert to follower"`,
			Judge: Playing(deposedLeaderStepsDown),
		},
		lab.Scenario{
			Name: "StateDuringHungCalls", Part: Elections, Tier: lab.Strict, Nodes: cluster.Servers(5),
			Weather: labrpc.Reliable(),
			Checks:  "GetState answers at once while calls to dead servers hang for seconds",
			Source: `section 5.1: "they issue RPCs in parallel for best performance"; the lab asks GetState while ` +
				`calls hang, and waits for it`,
			Judge: Playing(stateDuringHungCalls),
		},
		lab.Scenario{
			Name: "ElectionBudget", Part: Elections, Tier: lab.Strict, Nodes: cluster.Servers(3),
			Weather: labrpc.Reliable(),
			Checks:  "electing the first leader takes 1 to 30 RPCs, and an idle second at most 60 with three servers",
			Source:  `the limits are those of the lab's Count; section 5.2: "split votes are rare"`,
			Judge:   Playing(electionBudget),
		},
		lab.Scenario{
			Name: "SharedFollower", Part: Elections, Tier: lab.Strict, Nodes: cluster.Servers(3),
			Weather: labrpc.Reliable(),
			Checks: "of two servers that each reach a majority through the third, but not each other, one follows as " +
				"soon as it hears of the other's term",
			Source: `section 5.1: "If a candidate or leader discovers that its term is out of date, it immediately ` +
				`reverts to follower state."`,
			Judge: Playing(sharedFollower),
		},
		lab.Scenario{
			Name: "MajorityInTerm", Part: Elections, Tier: lab.Strict, Nodes: cluster.Servers(5),
			Weather: labrpc.Weather{RequestDelay: labrpc.Delay{Min: 5 * time.Millisecond, Max: 5 * time.Millisecond},
				Timeout: labrpc.Reliable().Timeout},
			Checks: "when a server begins to lead, a majority is in its term: those that voted for it",
			Source: `section 5.2: "A candidate wins an election if it receives votes from a majority of the servers ` +
				`in the full cluster for the same term."`,
			Judge: Playing(majorityInTerm),
		},
		lab.Scenario{
			Name: "KillStopsGoroutines", Part: Elections, Tier: lab.Advice, Nodes: cluster.Servers(5),
			Weather: labrpc.Reliable(),
			Checks:  "soon after Kill no goroutine of a server is left, not even of one that was electing or cut off",
			Judge:   Playing(killStopsGoroutines),
		},
		lab.Scenario{
			Name: "KilledServersAreSilent", Part: Elections, Tier: lab.Advice, Nodes: cluster.Servers(5), Faults: true,
			Weather: labrpc.Reliable(),
			Checks:  "a server for which Kill was called, and which can still be reached, neither leads nor votes",
			Judge:   Playing(killedServersAreSilent),
		},
	)
}

func stableLeader(c *Cluster) {
	c.OneLeader()
	// Servers that campaigned against the first leader may still unsettle it.
	c.Sleep(2 * ElectionTimeout)
	leader := c.OneLeader()
	term, _ := c.State(leader)
	since := c.Now()
	for c.Now()-since < 60*time.Second {
		c.Sleep(250 * time.Millisecond)
		for i := range c.N() {
			if t, leads := c.State(i); t != term || leads != (i == leader) {
				c.Failf("expected S%d to lead T%d for 60 s on a healthy network, after %v S%d is %v",
					leader, term, spent(c.Now()-since), i, state{t, leads, true})
			}
		}
	}
}

// repeatedElections takes the leader away again and again.
func repeatedElections(c *Cluster) {
	leader := c.eventualLeader(nil)
	for range 4 {
		c.Disconnect(leader)
		next := c.eventualLeader([]int{leader})
		c.Connect(leader)
		leader = next
	}
}

// eventualLeader waits for a leader that all servers but those left out know as theirs, being in its term. In bad
// weather a leader may be elected and deposed; of several attempts one must do. Twenty seconds are some thirty
// elections.
func (c *Cluster) eventualLeader(without []int) int {
	const limit = 20 * time.Second
	began, before := c.Now(), c.judge.monitors.Elections()
	for c.Now()-began < limit {
		c.Sleep(50*time.Millisecond + time.Duration(c.Rand().IntN(50))*time.Millisecond)
		leader, top := -1, 0
		var follow int
		for i := range c.N() {
			if slices.Contains(without, i) || !c.Running(i) {
				continue
			}
			term, leads := c.State(i)
			if term > top {
				leader, top, follow = -1, term, 0
			}
			if term == top {
				follow++
				if leads {
					leader = i
				}
			}
		}
		if leader >= 0 && follow > c.N()/2 {
			return leader
		}
	}
	c.Failf("expected a leader that a majority follows, got none between %s and %s\n%s", moment(began), moment(c.Now()),
		campaigns(before, c.judge.monitors.Elections()))
	panic("unreachable")
}

func oneWayCuts(c *Cluster) {
	leader := c.OneLeader()

	// The leader hears nobody. Its heartbeats still arrive, so it may stay, but whoever leads must have a majority's
	// votes; the monitors see to that.
	for i := range c.N() {
		if i != leader {
			c.Cut(i, leader, true)
		}
	}
	c.Sleep(3 * ElectionTimeout)
	for i := range c.N() {
		if i != leader {
			c.Cut(i, leader, false)
		}
	}
	leader = c.eventualLeader(nil)

	// Nobody hears the leader: the others must elect another, and the old one, which hears of the new term, must
	// follow.
	term, _ := c.State(leader)
	for i := range c.N() {
		if i != leader {
			c.Cut(leader, i, true)
		}
	}
	c.eventualLeader([]int{leader})
	c.Sleep(2 * ElectionTimeout)
	if t, leads := c.State(leader); leads && t == term {
		c.Failf("expected S%d, which nobody hears but which hears the others, to step down from T%d within %v of a "+
			"new leader",
			leader, term, 2*ElectionTimeout)
	}
	for i := range c.N() {
		if i != leader {
			c.Cut(leader, i, false)
		}
	}

	// A ring: each server can send to its two successors only, so that everyone is heard by somebody but no pair hears
	// each other.
	for i := range c.N() {
		for d := 3; d < c.N(); d++ {
			c.Cut(i, (i+d)%c.N(), true)
		}
	}
	c.Sleep(3 * ElectionTimeout)
	for i := range c.N() {
		for d := 3; d < c.N(); d++ {
			c.Cut(i, (i+d)%c.N(), false)
		}
	}
	c.eventualLeader(nil)
}

func allStartAtOnce(c *Cluster) {
	c.OneLeader()
	for range 3 {
		for i := range c.N() {
			c.Crash(i)
		}
		for i := range c.N() {
			c.Restart(i)
		}
		c.OneLeader()
	}
}

func deposedLeaderStepsDown(c *Cluster) {
	for range 3 {
		old := c.OneLeader()
		c.Disconnect(old)
		leader := c.OneLeader()
		term, _ := c.State(leader)
		c.Connect(old)
		// One heartbeat either way is enough; half a second is five.
		c.Sleep(ElectionTimeout / 2)
		if t, leads := c.State(old); t < term || leads && t <= term {
			c.Failf("expected S%d to follow in T%d or later, half a second after it could hear the leader S%d; it is "+
				"%v",
				old, term, leader, state{t, leads, true})
		}
	}
}

func stateDuringHungCalls(c *Cluster) {
	leader := c.OneLeader()
	// The leader's heartbeats to two dead servers hang, then a candidate's calls for votes when the leader goes too.
	c.Crash((leader + 1) % c.N())
	c.Crash((leader + 2) % c.N())
	c.answers(5 * time.Second)
	leader = c.OneLeader()
	c.Crash(leader)
	c.answers(5 * time.Second)
	c.NoLeader()
}

// answers asks every server for its state, often, and wants each answer in the instant: nothing that GetState needs may
// be held while waiting for anything.
func (c *Cluster) answers(span time.Duration) {
	const limit = 50 * time.Millisecond
	for end := c.Now() + span; c.Now() < end; c.Sleep(20 * time.Millisecond) {
		for i := range c.N() {
			if !c.Running(i) {
				continue
			}
			asked := c.Now()
			c.State(i)
			if took := c.Now() - asked; took > limit {
				c.Failf("expected GetState of S%d to answer within %v, it took %v", i, limit, spent(took))
			}
		}
	}
}

func electionBudget(c *Cluster) {
	received := func() (n int) {
		for i := range c.N() {
			n += c.Requests(i)
		}
		return n
	}
	c.OneLeader()
	if n := received(); n < 1 || n > 30 {
		c.Failf("expected 1 to 30 RPCs until the first leader was seen, got %d", n)
	}
	c.Sleep(2 * ElectionTimeout)
	for range 5 {
		before := received()
		c.Sleep(time.Second)
		if n := received() - before; n > 60 {
			c.Failf("expected at most 60 RPCs in an idle second, got %d", n)
		}
	}
}

func killStopsGoroutines(c *Cluster) {
	if c.judge.rules.NoKill {
		c.Skipf("nobody kills a Raft of this edition")
	}
	leader := c.OneLeader()
	c.Disconnect((leader + 1) % c.N())
	c.Disconnect((leader + 2) % c.N())
	c.Crash((leader + 3) % c.N())
	// Some are now in the midst of elections, with calls that hang.
	c.Sleep(ElectionTimeout + time.Duration(c.Rand().IntN(1000))*time.Millisecond)
	var places []string
	for _, g := range c.Retire() {
		places = append(places, g.Place)
		c.Logf("still there after Kill: %s", g.Stack)
	}
	slices.Sort(places)
	if places = slices.Compact(places); len(places) > 0 {
		c.Advisef("goroutines of servers are still there after Kill, in %s", strings.Join(places, " and in "))
	}
}

// killedServersAreSilent leaves a killed leader where others hear it, and then only as many others that they need its
// vote.
func killedServersAreSilent(c *Cluster) {
	if c.judge.rules.NoKill {
		c.Skipf("nobody kills a Raft of this edition")
	}
	killed := c.OneLeader()
	c.Kill(killed)
	next, ok := c.anyLeader(5 * time.Second)
	if !ok {
		c.Advisef("a leader goes on sending heartbeats after Kill: as long as it can be reached nobody else is elected")
		return
	}
	c.Crash(next)
	for i := range c.N() {
		if c.Running(i) {
			c.Crash(i)
			break
		}
	}
	if _, ok := c.anyLeader(5 * time.Second); ok {
		c.Advisef("a server goes on voting after Kill: as long as it can be reached it is counted in majorities")
	}
}

// anyLeader waits for a server that can be reached and leads, and returns it.
func (c *Cluster) anyLeader(limit time.Duration) (leader int, ok bool) {
	for end := c.Now() + limit; c.Now() < end; c.Sleep(100 * time.Millisecond) {
		for i := range c.N() {
			if c.Reachable(i) {
				if _, leads := c.State(i); leads {
					return i, true
				}
			}
		}
	}
	return 0, false
}
