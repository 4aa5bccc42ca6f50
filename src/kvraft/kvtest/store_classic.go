package kvtest

import (
	"fmt"
	"time"

	"raftlab/src/kvraft/editions"
	"raftlab/src/kvraft/history"
	"raftlab/src/lab"
	"raftlab/src/labrpc"
)

// NoLimit is maxraftstate where there is none, and no snapshots.
const NoLimit = -1

// classicStore are the lab's own tests of part 3A.
func classicStore() []lab.Scenario {
	const oneClient = "a client that works alone finds what it has written"
	const many = "clients that each have a key find in it what they have written, once and in order"
	both := func(what string) string { return many + ", " + what }
	return []lab.Scenario{
		of(Store, "Basic", 5, Reliable(), oneClient, generic{clients: 1}),
		speed(Store, NoLimit),
		of(Store, "Concurrent", 5, Reliable(), many, generic{clients: 5}),
		of(Store, "Unreliable", 5, Unreliable(), both("on a network that loses requests and replies"),
			generic{clients: 5}),
		one(Store, "UnreliableOneKey", 3, Unreliable(), NoLimit,
			"what five clients append to one key on a bad network is there once, each client's in order",
			unreliableOneKey),
		one(Store, "OnePartition", 5, Reliable(), NoLimit,
			"what is asked of a minority waits until the partition heals, and is done then", onePartition),
		of(Store, "ManyPartitionsOneClient", 5, Reliable(), oneClient+" while servers are divided at random",
			generic{clients: 1, partitions: true}),
		of(Store, "ManyPartitionsManyClients", 5, Reliable(), both("while servers are divided at random"),
			generic{clients: 5, partitions: true}),
		of(Store, "PersistOneClient", 5, Reliable(), oneClient+", after all servers have crashed, too",
			generic{clients: 1, crash: true}),
		of(Store, "PersistConcurrent", 5, Reliable(), both("after all servers have crashed, too"),
			generic{clients: 5, crash: true}),
		of(Store, "PersistConcurrentUnreliable", 5, Unreliable(), both("likewise on a bad network"),
			generic{clients: 5, crash: true}),
		of(Store, "PersistPartition", 5, Reliable(), both("with crashes and partitions"),
			generic{clients: 5, crash: true, partitions: true}),
		of(Store, "PersistPartitionUnreliable", 5, Unreliable(), both("likewise on a bad network"),
			generic{clients: 5, crash: true, partitions: true}),
		of(Store, "PersistPartitionUnreliableLinearizable", 7, Unreliable(),
			"what clients find in keys that all of them write is linearizable, with crashes and partitions on a bad network",
			generic{clients: 15, crash: true, partitions: true, randomKeys: true}),
	}
}

// of is one of the lab's tests that are alike.
func of(part, name string, servers int, weather labrpc.Weather, checks string, g generic) lab.Scenario {
	if g.maxState == 0 {
		g.maxState = NoLimit
	}
	s := one(part, name, servers, weather, g.maxState, checks, g.play)
	s.Long = true
	return s
}

// one is one of the lab's tests.
func one(part, name string, servers int, weather labrpc.Weather, maxState int, checks string,
	play func(*Cluster)) lab.Scenario {
	return lab.Scenario{
		Name: name, Part: part, Tier: lab.Classic, Nodes: Nodes(servers), Weather: weather, Checks: checks,
		Judge: Playing(history.Classic, maxState, play),
	}
}

// speed is TestSpeed of a part.
func speed(part string, maxState int) lab.Scenario {
	const (
		operations = 1000
		limit      = operations * 100 * time.Millisecond / 3
	)
	name := "Speed"
	if maxState > 0 {
		name = "SpeedSnapshots"
	}
	s := one(part, name, 3, Reliable(), maxState,
		fmt.Sprintf("a client's operations, one after another, take %v each on average at most",
			(limit/operations).Round(10*time.Microsecond)),
		func(c *Cluster) {
			if !editions.AsksSpeed(c.judge.edition) {
				c.Skipf("the lab of its years does not ask how fast operations are")
			}
			k := c.Clerk()
			k.Get("x") // finds the leader
			began, want := c.Now(), ""
			for i := range operations {
				t := token(0, i)
				k.Append("x", t)
				want += t
			}
			took := c.Now() - began
			if value := k.Get("x"); value != want {
				c.inOrder(0, operations, value)
				c.wrongf("wrong value: expected what was appended, of %d bytes, got %d", len(want), len(value))
			}
			c.ThousandTook(took, limit)
			c.Linearizable()
		})
	s.Long = true
	return s
}

func unreliableOneKey(c *Cluster) {
	const clients, tokens = 5, 10
	check := c.Clerk()
	check.Put("k", "")
	var clerks []*Clerk
	for range clients {
		clerks = append(clerks, c.Clerk())
	}
	c.Together(clients, func(i int) {
		for n := range tokens {
			clerks[i].Append("k", token(i, n))
		}
	})
	value, size := check.Get("k"), 0
	for i := range clients {
		c.inOrder(i, tokens, value)
		for n := range tokens {
			size += len(token(i, n))
		}
	}
	if len(value) != size {
		c.wrongf("wrong value: expected the %d bytes that were appended, got %d: %s", size, len(value), short(value))
	}
	c.Linearizable()
}

func onePartition(c *Cluster) {
	all := c.Clerk()
	all.Put("1", "13")
	majority, minority := c.Majority(c.AwaitLeader())
	c.Split(majority, minority)
	p, q, r := c.Clerk(majority...), c.Clerk(minority...), c.Clerk(minority...)
	expect := func(k *Clerk, want string) {
		if got := k.Get("1"); got != want {
			c.wrongf("wrong value: expected %q of key 1, got %s", want, short(got))
		}
	}
	p.Put("1", "14")
	expect(p, "14")

	waiting := c.Start(2, func(i int) {
		if i == 0 {
			q.Put("1", "15")
		} else {
			r.Get("1")
		}
	})
	c.Sleep(time.Second)
	if waiting.Left() < 2 {
		c.Failf("expected a Put and a Get that only a minority of %v hears to wait, one of them has returned", minority)
	}
	expect(p, "14")
	p.Put("1", "16")
	expect(p, "16")

	c.Heal()
	q.Connect(c.All()...)
	r.Connect(c.All()...)
	c.Sleep(ElectionTimeout)
	c.AllReturn(3 * time.Second)
	expect(all, "15")
	c.Linearizable()
}
