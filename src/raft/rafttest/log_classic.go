package rafttest

import (
	"slices"
	"strings"
	"time"

	"raftlab/src/cluster"
	"raftlab/src/lab"
	"raftlab/src/labrpc"
)

// classicLog are the lab's own tests of part 2B, with its steps, limits and cluster sizes.
func classicLog() []lab.Scenario {
	return []lab.Scenario{
		{
			Name: "BasicAgree", Part: Log, Tier: lab.Classic, Nodes: cluster.Servers(3), Weather: labrpc.Reliable(),
			Checks: "three commands are applied by all, the first at index 1, and none before it was started",
			Judge:  Playing(basicAgree),
		},
		{
			Name: "RPCBytes", Part: Log, Tier: lab.Classic, Nodes: cluster.Servers(3), Weather: labrpc.Reliable(),
			Checks: "each command is sent to each peer just once: ten of 5,000 bytes cost at most 200,000 bytes",
			Judge:  Playing(rpcBytes),
		},
		{
			Name: "FollowerFailure", Part: Log, Tier: lab.Classic, Nodes: cluster.Servers(3),
			Weather: labrpc.Reliable(),
			Checks:  "agreement goes on without one follower, and not without both",
			Judge:   Playing(followerFailure),
		},
		{
			Name: "LeaderFailure", Part: Log, Tier: lab.Classic, Nodes: cluster.Servers(3), Weather: labrpc.Reliable(),
			Checks: "agreement goes on after the leader was lost, and not after a second one",
			Judge:  Playing(leaderFailure),
		},
		{
			Name: "FailAgree", Part: Log, Tier: lab.Classic, Nodes: cluster.Servers(3), Weather: labrpc.Reliable(),
			Checks: "a follower that was cut off catches up when it is back",
			Judge:  Playing(failAgree),
		},
		{
			Name: "FailNoAgree", Part: Log, Tier: lab.Classic, Nodes: cluster.Servers(5), Weather: labrpc.Reliable(),
			Checks: "nothing is applied while three of five followers are away, and it is when they return",
			Judge:  Playing(failNoAgree),
		},
		{
			Name: "ConcurrentStarts", Part: Log, Tier: lab.Classic, Nodes: cluster.Servers(3),
			Weather: labrpc.Reliable(),
			Checks:  "commands started at the same time are all applied",
			Judge:   Playing(concurrentStarts),
		},
		{
			Name: "Rejoin", Part: Log, Tier: lab.Classic, Nodes: cluster.Servers(3), Weather: labrpc.Reliable(),
			Checks: "a leader that was cut off with entries that nobody has gives them up when it is back",
			Judge:  Playing(rejoin),
		},
		{
			Name: "Backup", Part: Log, Tier: lab.Classic, Nodes: cluster.Servers(5), Weather: labrpc.Reliable(),
			Checks: "a leader brings logs in line quickly that differ in fifty entries",
			Judge:  Playing(backup),
		},
		{
			Name: "Count", Part: Log, Tier: lab.Classic, Nodes: cluster.Servers(3), Weather: labrpc.Reliable(),
			Checks: "an election, ten entries and an idle second take few RPCs",
			Judge:  Playing(count),
		},
	}
}

func basicAgree(c *Cluster) {
	for index := 1; index <= 3; index++ {
		c.NotCommitted(index, "before Start")
		if got := c.AgreeAtOnce(index*100, c.N()); got != index {
			c.Failf("expected command %d at index %d, got index %d", index*100, index, got)
		}
	}
}

func rpcBytes(c *Cluster) {
	c.AgreeAtOnce(99, c.N())
	before := c.Bytes()
	sent := 0
	for index := 2; index < 12; index++ {
		command := c.text(5000)
		if got := c.AgreeAtOnce(command, c.N()); got != index {
			c.Failf("expected the next command at index %d, got index %d", index, got)
		}
		sent += len(command)
	}
	c.AtMost("bytes of RPCs for ten commands of 5,000 bytes", int(c.Bytes()-before), c.N()*sent+50_000)
}

// text returns a random text.
func (c *Cluster) text(size int) string {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789"
	var b strings.Builder
	for range size {
		b.WriteByte(letters[c.Rand().IntN(len(letters))])
	}
	return b.String()
}

func followerFailure(c *Cluster) {
	c.AgreeAtOnce(101, c.N())

	leader := c.OneLeader()
	c.Disconnect((leader + 1) % c.N())
	c.AgreeAtOnce(102, c.N()-1)
	c.Sleep(ElectionTimeout)
	c.AgreeAtOnce(103, c.N()-1)

	leader = c.OneLeader()
	c.Disconnect((leader + 1) % c.N())
	c.Disconnect((leader + 2) % c.N())
	index := c.mustStart(leader, 104)
	if index != 4 {
		c.Failf("expected S%d to put the fourth command at index 4, it says %d", leader, index)
	}
	c.Sleep(2 * ElectionTimeout)
	c.NotCommitted(index, "without a majority")
}

// mustStart starts a command on a server that leads, as was just seen.
func (c *Cluster) mustStart(leader int, command any) (index int) {
	index, term, ok := c.Start(leader, command)
	if !ok {
		c.Failf("expected S%d, which led just now, to accept command %v, it refused in T%d", leader, brief{command},
			term)
	}
	return index
}

func leaderFailure(c *Cluster) {
	c.AgreeAtOnce(101, c.N())

	c.Disconnect(c.OneLeader())
	c.AgreeAtOnce(102, c.N()-1)
	c.Sleep(ElectionTimeout)
	c.AgreeAtOnce(103, c.N()-1)

	c.Disconnect(c.OneLeader())
	for i := range c.N() {
		c.Start(i, 104)
	}
	c.Sleep(2 * ElectionTimeout)
	c.NotCommitted(4, "without a majority")
}

func failAgree(c *Cluster) {
	c.AgreeAtOnce(101, c.N())

	away := (c.OneLeader() + 1) % c.N()
	c.Disconnect(away)
	c.AgreeAtOnce(102, c.N()-1)
	c.AgreeAtOnce(103, c.N()-1)
	c.Sleep(ElectionTimeout)
	c.AgreeAtOnce(104, c.N()-1)
	c.AgreeAtOnce(105, c.N()-1)

	// It is back, perhaps in a later term: the first try may fail.
	c.Connect(away)
	c.Agree(106, c.N())
	c.Sleep(ElectionTimeout)
	c.Agree(107, c.N())
}

func failNoAgree(c *Cluster) {
	c.AgreeAtOnce(10, c.N())

	leader := c.OneLeader()
	away := []int{(leader + 1) % c.N(), (leader + 2) % c.N(), (leader + 3) % c.N()}
	for _, i := range away {
		c.Disconnect(i)
	}
	index := c.mustStart(leader, 20)
	if index != 2 {
		c.Failf("expected S%d to put the second command at index 2, it says %d", leader, index)
	}
	c.Sleep(2 * ElectionTimeout)
	c.NotCommitted(index, "without a majority")

	for _, i := range away {
		c.Connect(i)
	}
	// The three may have elected one of themselves, which knows no index 2.
	leader = c.OneLeader()
	if index := c.mustStart(leader, 30); index < 2 || index > 3 {
		c.Failf("expected S%d to put the command at index 2 or 3, it says %d", leader, index)
	}
	c.Agree(1000, c.N())
}

// attempts runs try up to five times, since the term may change under it, which nothing forbids, until it reports that
// it did not.
func (c *Cluster) attempts(try func() bool) {
	const most = 5
	for n := range most {
		if n > 0 {
			c.Sleep(3 * time.Second)
		}
		if try() {
			return
		}
	}
	c.Failf("expected a term to last for a few commands, it changed in each of %d tries", most)
}

// inTerm reports whether all servers are in a term.
func (c *Cluster) inTerm(term int) bool {
	for i := range c.N() {
		if t, _ := c.State(i); t != term {
			return false
		}
	}
	return true
}

func concurrentStarts(c *Cluster) {
	const starts = 5
	c.attempts(func() bool {
		leader := c.OneLeader()
		_, term, ok := c.Start(leader, 1)
		if !ok {
			return false
		}
		indexes := make([]int, starts) // 0 where the term was another
		for i := range starts {
			c.Go(func() {
				if index, t, ok := c.Start(leader, 100+i); ok && t == term {
					indexes[i] = index
				}
			})
		}
		c.Wait()
		if !c.inTerm(term) {
			return false
		}
		var commands []any
		for _, index := range indexes {
			if index == 0 {
				continue
			}
			command, ok := c.AwaitCommitted(index, c.N(), term)
			if !ok {
				return false
			}
			commands = append(commands, command)
		}
		for i := range starts {
			if !slices.ContainsFunc(commands, func(x any) bool { return same(x, 100+i) }) {
				c.Failf("expected command %d, started with four others in T%d, to be applied; applied at the indexes "+
					"%v were %v", 100+i, term, indexes, commands)
			}
		}
		return true
	})
}

func rejoin(c *Cluster) {
	c.Agree(101, c.N())

	leader1 := c.OneLeader()
	c.Disconnect(leader1)
	for command := 102; command <= 104; command++ {
		c.Start(leader1, command)
	}
	c.Agree(103, c.N()-1)

	leader2 := c.OneLeader()
	c.Disconnect(leader2)
	c.Connect(leader1)
	c.Agree(104, c.N()-1)

	c.Connect(leader2)
	c.Agree(105, c.N())
}

func backup(c *Cluster) {
	const many = 50
	c.Agree(c.Rand().Int(), c.N())

	// A leader and a follower get entries that are never committed.
	leader1 := c.OneLeader()
	near := []int{leader1, (leader1 + 1) % c.N()}
	far := []int{(leader1 + 2) % c.N(), (leader1 + 3) % c.N(), (leader1 + 4) % c.N()}
	c.each(far, c.Disconnect)
	for range many {
		c.Start(leader1, c.Rand().Int())
	}
	c.Sleep(ElectionTimeout / 2)
	c.each(near, c.Disconnect)

	// The other three commit others.
	c.each(far, c.Connect)
	for range many {
		c.Agree(c.Rand().Int(), 3)
	}

	// Two of these get more that are never committed.
	leader2 := c.OneLeader()
	other := far[0]
	if leader2 == other {
		other = (leader2 + 1) % c.N()
	}
	c.Disconnect(other)
	for range many {
		c.Start(leader2, c.Rand().Int())
	}
	c.Sleep(ElectionTimeout / 2)

	// The first two and the one that has neither.
	for i := range c.N() {
		c.Disconnect(i)
	}
	c.each(append(near, other), c.Connect)
	for range many {
		c.Agree(c.Rand().Int(), 3)
	}

	for i := range c.N() {
		c.Connect(i)
	}
	c.Agree(c.Rand().Int(), c.N())
}

// each does something to several servers.
func (c *Cluster) each(servers []int, do func(server int)) {
	for _, i := range servers {
		do(i)
	}
}

func count(c *Cluster) {
	received := func() (n int) {
		for i := range c.N() {
			n += c.Requests(i)
		}
		return n
	}
	c.OneLeader()
	if n := received(); n < 1 {
		c.Failf("expected at least one RPC before there is a leader, got none")
	} else {
		c.AtMost("RPCs until the first leader was seen", n, 30)
	}

	const entries = 10
	after := 0
	c.attempts(func() bool {
		leader := c.OneLeader()
		before := received()
		first, term, ok := c.Start(leader, 1)
		if !ok {
			return false
		}
		// One more than is waited for: nothing says that the last is quick.
		commands := make([]int, entries+1)
		for i := range commands {
			commands[i] = int(c.Rand().Int32())
			index, t, ok := c.Start(leader, commands[i])
			if !ok || t != term {
				return false
			}
			if index != first+1+i {
				c.Failf("expected S%d to put its commands of T%d one after another, at index %d after %d; it says %d",
					leader, term, first+1+i, first+i, index)
			}
		}
		for i := range entries {
			command, ok := c.AwaitCommitted(first+1+i, c.N(), term)
			if !ok {
				return false
			}
			if !same(command, commands[i]) {
				c.Failf("expected command %d at index %d, where S%d put it in T%d; applied was %v", commands[i],
					first+1+i, leader, term, brief{command})
			}
		}
		after = received()
		if !c.inTerm(term) {
			return false
		}
		c.AtMost("RPCs for ten commands", after-before, (entries+1+3)*3)
		return true
	})

	c.Sleep(ElectionTimeout)
	c.AtMost("RPCs in an idle second", received()-after, 3*20)
}
