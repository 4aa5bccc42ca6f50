package kvtest

import (
	"strconv"

	"raftlab/src/lab"
)

// MaxState is maxraftstate in the lab's tests of part 3B.
const MaxState = 1000

// classicSnapshots are the lab's own tests of part 3B.
func classicSnapshots() []lab.Scenario {
	const many = "clients find in their keys what they have written, and Raft states on disk stay small, "
	return []lab.Scenario{
		one(Snapshots, "SnapshotRPC", 3, Reliable(), MaxState,
			"a server that was cut off gets a snapshot, and serves from it", snapshotRPC),
		one(Snapshots, "SnapshotSize", 3, Reliable(), MaxState,
			"a snapshot holds the state and not its history", snapshotSize),
		speed(Snapshots, MaxState),
		of(Snapshots, "SnapshotRecover", 5, Reliable(), many+"after all servers have crashed, too",
			generic{clients: 1, crash: true, maxState: MaxState}),
		of(Snapshots, "SnapshotRecoverManyClients", 5, Reliable(), many+"likewise with twenty clients",
			generic{clients: 20, crash: true, maxState: MaxState}),
		of(Snapshots, "SnapshotUnreliable", 5, Unreliable(), many+"on a bad network",
			generic{clients: 5, maxState: MaxState}),
		of(Snapshots, "SnapshotUnreliableRecover", 5, Unreliable(), many+"likewise with crashes",
			generic{clients: 5, crash: true, maxState: MaxState}),
		of(Snapshots, "SnapshotUnreliableRecoverConcurrentPartition", 5, Unreliable(),
			many+"likewise with partitions",
			generic{clients: 5, crash: true, partitions: true, maxState: MaxState}),
		of(Snapshots, "SnapshotUnreliableRecoverConcurrentPartitionLinearizable", 7, Unreliable(),
			"what clients find in keys that all of them write is linearizable, with snapshots, crashes and partitions "+
				"on a bad network",
			generic{clients: 15, crash: true, partitions: true, randomKeys: true, maxState: MaxState}),
	}
}

func snapshotRPC(c *Cluster) {
	all := c.Clerk()
	put := func(k *Clerk, key, value string) { k.Put(key, value) }
	expect := func(k *Clerk, key, want string) {
		if got := k.Get(key); got != want {
			c.wrongf("wrong value: expected %q of key %s, got %s", want, key, short(got))
		}
	}
	put(all, "a", "A")
	expect(all, "a", "A")

	// a majority goes on without the third, for long enough to drop what that lacks
	c.Split([]int{0, 1}, []int{2})
	k := c.Clerk(0, 1)
	for i := range 50 {
		put(k, strconv.Itoa(i), strconv.Itoa(i))
	}
	c.Sleep(ElectionTimeout)
	put(k, "b", "B")
	c.CheckSizes(MaxState)

	// the third is needed now
	c.Split([]int{0, 2}, []int{1})
	k = c.Clerk(0, 2)
	put(k, "c", "C")
	put(k, "d", "D")
	expect(k, "a", "A")
	expect(k, "b", "B")
	expect(k, "1", "1")
	expect(k, "49", "49")

	c.Heal()
	put(all, "e", "E")
	expect(all, "c", "C")
	expect(all, "e", "E")
	expect(all, "1", "1")
	c.Linearizable()
}

func snapshotSize(c *Cluster) {
	const (
		times = 200
		most  = 500 // bytes
	)
	k := c.Clerk()
	for range times {
		for _, value := range []string{"0", "1"} {
			k.Put("x", value)
			if got := k.Get("x"); got != value {
				c.wrongf("wrong value: expected %q of key x, got %s", value, short(got))
			}
		}
	}
	c.CheckSizes(MaxState)
	_, snapshot := c.Sizes()
	c.AtMost("bytes of a snapshot", snapshot, most)
	c.Linearizable()
}
