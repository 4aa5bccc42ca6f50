package rsmtest

import (
	"strconv"

	"raftlab/src/kvraft"
	"raftlab/src/kvraft/kvtest"
	"raftlab/src/lab"
)

// classicSnapshots are the lab's own tests of the store with snapshots.
func classicSnapshots() []lab.Scenario {
	const what = "clients that put and get one key find in its version the Puts that were executed, and Raft states on " +
		"disk stay small, "
	const maxState = kvtest.MaxState
	return []lab.Scenario{
		one(Snapshots, "SnapshotRPC", 3, kvtest.Reliable(), maxState,
			"a server that was cut off gets a snapshot, and serves from it", snapshotRPC),
		one(Snapshots, "SnapshotSize", 3, kvtest.Reliable(), maxState,
			"a snapshot holds the state and not its history", snapshotSize),
		speed(Snapshots, "SpeedSnapshots", maxState),
		of(Snapshots, "SnapshotRecover", 5, "a client that works alone finds what it has put after all servers have "+
			"crashed, and Raft states on disk stay small", load{clients: 1, crash: true, maxState: maxState}),
		of(Snapshots, "SnapshotRecoverManyClients", 5, what+"with twenty clients and crashes",
			load{clients: 20, crash: true, maxState: maxState}),
		of(Snapshots, "SnapshotUnreliable", 5, what+"on a bad network",
			load{clients: 5, unreliable: true, maxState: maxState}),
		of(Snapshots, "SnapshotUnreliableRecover", 5, what+"likewise with crashes",
			load{clients: 5, unreliable: true, crash: true, maxState: maxState}),
		of(Snapshots, "SnapshotUnreliableRecoverConcurrentPartition", 5, what+"likewise with partitions",
			load{clients: 5, unreliable: true, crash: true, partitions: true, maxState: maxState}),
		of(Snapshots, "SnapshotUnreliableRecoverConcurrentPartitionLinearizable", 7, "what clients find in a hundred "+
			"keys that all of them put is linearizable, with snapshots, crashes and partitions on a bad network",
			load{clients: 15, unreliable: true, crash: true, partitions: true, randomKeys: true, maxState: maxState}),
	}
}

func snapshotRPC(s store) {
	all := s.Clerk()
	s.mustPut(all, "a", "A", 0)
	s.mustGet(all, "a", "A", 1)

	// a majority goes on without the third, for long enough to drop what that lacks
	s.Split([]int{0, 1}, []int{2})
	k := s.Clerk(0, 1)
	for i := range 50 {
		s.mustPut(k, strconv.Itoa(i), strconv.Itoa(i), 0)
	}
	s.Sleep(kvtest.ElectionTimeout)
	s.mustPut(k, "b", "B", 0)
	s.CheckSizes(kvtest.MaxState)

	// the third is needed now
	s.Split([]int{0, 2}, []int{1})
	k = s.Clerk(0, 2)
	s.mustPut(k, "c", "C", 0)
	s.mustPut(k, "d", "D", 0)
	for _, key := range []string{"1", "49"} {
		s.mustGet(k, key, key, 1)
	}
	s.mustGet(k, "a", "A", 1)
	s.mustGet(k, "b", "B", 1)

	s.Heal()
	s.mustPut(all, "e", "E", 0)
	s.mustGet(all, "c", "C", 1)
	s.mustGet(all, "e", "E", 1)
	s.mustGet(all, "1", "1", 1)
	s.Linearizable()
}

func snapshotSize(s store) {
	const (
		times = 200
		most  = 500 // bytes
	)
	k := s.Clerk()
	for i := range 2 * times {
		value := strconv.Itoa(i % 2)
		s.mustPut(k, "x", value, kvraft.Version(i))
		s.mustGet(k, "x", value, kvraft.Version(i+1))
	}
	s.CheckSizes(kvtest.MaxState)
	_, snapshot := s.Sizes()
	s.AtMost("bytes of a snapshot", snapshot, most)
	s.Linearizable()
}
