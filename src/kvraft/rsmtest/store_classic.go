package rsmtest

import (
	"fmt"
	"time"

	"raftlab/src/kvraft"
	"raftlab/src/kvraft/kvtest"
	"raftlab/src/lab"
	"raftlab/src/labrpc"
)

// classicStore are the lab's own tests of the store.
func classicStore() []lab.Scenario {
	const what = "clients that put and get one key find in its version the Puts that were executed"
	return []lab.Scenario{
		of(Store, "Basic", 5, "a client that works alone finds what it has put", load{clients: 1}),
		speed(Store, "Speed", kvtest.NoLimit),
		of(Store, "Concurrent", 5, what, load{clients: 5}),
		of(Store, "Unreliable", 5, what+", on a network that loses requests and replies",
			load{clients: 5, unreliable: true}),
		one(Store, "OnePartition", 5, kvtest.Reliable(), kvtest.NoLimit,
			"what is asked of a minority waits until the partition heals, and is done then", onePartition),
		of(Store, "ManyPartitionsOneClient", 5, "a client that works alone finds what it has put while servers are "+
			"divided at random", load{clients: 1, partitions: true}),
		of(Store, "ManyPartitionsManyClients", 5, what+", while servers are divided at random",
			load{clients: 5, partitions: true}),
		of(Store, "PersistOneClient", 5, "a client that works alone finds what it has put, after all servers have "+
			"crashed, too", load{clients: 1, crash: true}),
		of(Store, "PersistConcurrent", 5, what+", after all servers have crashed, too", load{clients: 5, crash: true}),
		of(Store, "PersistConcurrentUnreliable", 5, what+", likewise on a bad network",
			load{clients: 5, unreliable: true, crash: true}),
		of(Store, "PersistPartition", 5, what+", with crashes and partitions",
			load{clients: 5, crash: true, partitions: true}),
		of(Store, "PersistPartitionUnreliable", 5, what+", likewise on a bad network",
			load{clients: 5, unreliable: true, crash: true, partitions: true}),
		of(Store, "PersistPartitionUnreliableLinearizable", 7, "what clients find in a hundred keys that all of them "+
			"put is linearizable, with crashes and partitions on a bad network",
			load{clients: 15, unreliable: true, crash: true, partitions: true, randomKeys: true}),
	}
}

// of is one of the lab's tests that are alike.
func of(part, name string, servers int, checks string, l load) lab.Scenario {
	weather := kvtest.Reliable()
	if l.unreliable {
		weather = kvtest.Unreliable()
	}
	if l.maxState == 0 {
		l.maxState = kvtest.NoLimit
	}
	s := one(part, name, servers, weather, l.maxState, checks, l.play)
	s.Long = true
	return s
}

// one is one of the lab's tests.
func one(part, name string, servers int, weather labrpc.Weather, maxState int, checks string,
	play func(store)) lab.Scenario {
	return lab.Scenario{
		Name: name, Part: part, Tier: lab.Classic, Nodes: kvtest.Nodes(servers), Weather: weather, Checks: checks,
		Judge: storing(maxState, play),
	}
}

// speed is TestSpeed of a part.
func speed(part, name string, maxState int) lab.Scenario {
	const (
		operations = 1000
		limit      = operations * 100 * time.Millisecond / 3
	)
	scenario := one(part, name, 3, kvtest.Reliable(), maxState,
		fmt.Sprintf("a client's Puts, one after another, take %v each on average at most",
			(limit/operations).Round(10*time.Microsecond)),
		func(s store) {
			k := s.Clerk()
			k.GetVersion("x") // finds the leader
			began := s.Now()
			for i := range operations {
				s.mustPut(k, "x", fmt.Sprint(i), kvraft.Version(i))
			}
			took := s.Now() - began
			s.mustGet(k, "x", fmt.Sprint(operations-1), operations)
			s.ThousandTook(took, limit)
			s.Linearizable()
		})
	scenario.Long = true
	return scenario
}

func onePartition(s store) {
	all := s.Clerk()
	s.mustPut(all, "1", "13", 0)
	majority, minority := s.Majority(s.AwaitLeader())
	s.Split(majority, minority)
	p, q, r := s.Clerk(majority...), s.Clerk(minority...), s.Clerk(minority...)
	s.mustPut(p, "1", "14", 1)
	s.mustGet(p, "1", "14", 2)

	waiting := s.Start(2, func(i int) {
		if i == 0 {
			s.mustPut(q, "1", "15", 3)
		} else {
			r.GetVersion("1")
		}
	})
	s.Sleep(time.Second)
	if waiting.Left() < 2 {
		s.Failf("expected a Put and a Get that only a minority of %v hears to wait, one of them has returned", minority)
	}
	s.mustGet(p, "1", "14", 2)
	s.mustPut(p, "1", "16", 2)
	s.mustGet(p, "1", "16", 3)

	s.Heal()
	q.Connect(s.All()...)
	r.Connect(s.All()...)
	s.Sleep(kvtest.ElectionTimeout)
	s.AllReturn(3 * time.Second)
	waiting.Wait()
	s.mustGet(all, "1", "15", 4)
	s.Linearizable()
}
