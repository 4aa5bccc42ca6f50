package monitor_test

import (
	"testing"

	"raftlab/src/raft"
)

func TestApplies(t *testing.T) {
	apply := func(c *cluster, server, index int, command any) {
		c.set.Applied(server, raft.ApplyMsg{CommandValid: true, Command: command, CommandIndex: index})
	}
	install := func(c *cluster, server, index int, data string) {
		c.set.Applied(server, raft.ApplyMsg{SnapshotValid: true, Snapshot: []byte(data), SnapshotIndex: index,
			SnapshotTerm: 1})
	}
	upTo := func(c *cluster, server, index int) {
		for i := range index {
			apply(c, server, i+1, i+1)
		}
	}
	tell(t, []story{
		{name: "in order", rules: logged, happens: func(c *cluster) {
			upTo(c, 0, 3)
			upTo(c, 1, 2)
			upTo(c, 2, 3)
			apply(c, 1, 3, 3)
		}},
		{name: "twice", rules: logged, happens: func(c *cluster) {
			upTo(c, 0, 3)
			apply(c, 0, 3, 3)
		}, want: []string{"Apply Order: S0 applied index 3; expected 4"}},
		{name: "with a gap", rules: logged, happens: func(c *cluster) {
			upTo(c, 0, 3)
			apply(c, 0, 5, 5)
		}, want: []string{"Apply Order: S0 applied index 5; expected 4"}},
		{name: "from 0 on", rules: logged, happens: func(c *cluster) { apply(c, 0, 0, nil) },
			want: []string{"Apply Order: S0 applied index 0; expected 1"}},
		{name: "again after a restart", rules: saving, happens: func(c *cluster) {
			upTo(c, 0, 3)
			c.restart(0)
			upTo(c, 0, 4)
		}},
		{name: "not again after a restart", rules: saving, happens: func(c *cluster) {
			upTo(c, 0, 3)
			c.restart(0)
			apply(c, 0, 4, 4)
		}, want: []string{"Apply Order: S0 applied index 4; expected 1"}},
		{name: "different commands", rules: logged, happens: func(c *cluster) {
			upTo(c, 0, 2)
			apply(c, 1, 1, 1)
			apply(c, 1, 2, "two")
		}, want: []string{"State Machine Safety: at index 2, S0 applied 2 but S1 applied two"}},
		{name: "commands that cannot be compared", rules: logged, happens: func(c *cluster) {
			apply(c, 0, 1, []int{1})
			apply(c, 1, 1, []int{1})
			apply(c, 2, 1, []int{2})
		}, want: []string{"State Machine Safety: at index 1, S0 applied [1] but S2 applied [2]"}},
		{name: "the dead apply nothing", rules: logged, happens: func(c *cluster) {
			c.set.Crashed(0)
			apply(c, 0, 7, 7)
		}},
		{name: "a snapshot and what follows", rules: snapping, happens: func(c *cluster) {
			upTo(c, 0, 9)
			c.set.Snapshotted(9, []byte("nine"))
			upTo(c, 1, 4)
			install(c, 1, 9, "nine")
			apply(c, 1, 10, 10)
		}},
		{name: "a snapshot from the disk", rules: snapping, happens: func(c *cluster) {
			upTo(c, 0, 9)
			c.set.Snapshotted(9, []byte("nine"))
			c.restart(0)
			c.set.Restored(0, 9, []byte("nine"))
			install(c, 0, 9, "nine")
			apply(c, 0, 10, 10)
		}},
		{name: "the log again after a snapshot from the disk", rules: snapping, happens: func(c *cluster) {
			upTo(c, 0, 9)
			c.set.Snapshotted(9, []byte("nine"))
			c.restart(0)
			c.set.Restored(0, 9, []byte("nine"))
			apply(c, 0, 1, 1)
		}, want: []string{"Apply Order: S0 applied index 1; expected 10"}},
		{name: "another snapshot on the disk", rules: snapping, happens: func(c *cluster) {
			c.set.Snapshotted(9, []byte("nine"))
			c.restart(0)
			c.set.Restored(0, 9, []byte("none"))
		}, want: []string{"Snapshots: S0 has on disk a snapshot of index 9 that differs from the one taken at that index " +
			"(4 bytes; the other has 4)"}},
		{name: "a snapshot on the disk that nobody took", rules: snapping, happens: func(c *cluster) {
			c.restart(0)
			c.set.Restored(0, 9, []byte("nine"))
		}, want: []string{"Snapshots: S0 has on disk a snapshot of index 9, where no service took one"}},
		{name: "back by a snapshot", rules: snapping, happens: func(c *cluster) {
			upTo(c, 0, 12)
			c.set.Snapshotted(9, []byte("nine"))
			install(c, 0, 9, "nine")
		}, want: []string{"Snapshots: S0 applied a snapshot of index 9, but its service is already at index 12"}},
		{name: "a snapshot that nobody took", rules: snapping, happens: func(c *cluster) { install(c, 0, 9, "nine") },
			want: []string{"Snapshots: S0 applied a snapshot of index 9, where no service took one"}},
		{name: "another one", rules: snapping, happens: func(c *cluster) {
			c.set.Snapshotted(9, []byte("nine"))
			install(c, 0, 9, "nein")
		}, want: []string{"Snapshots: S0 applied a snapshot of index 9 that differs from the one taken at that index " +
			"(4 bytes; the other has 4)"}},
		{name: "neither this nor that", rules: snapping, happens: func(c *cluster) {
			c.set.Applied(0, raft.ApplyMsg{CommandIndex: 7})
		}},
	})
}
