package monitor_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"raftlab/src/raft"
)

func TestStored(t *testing.T) {
	// S1 stores two entries of term 1, and that the indexes of both RPCs count alike is seen.
	stored := func(c *cluster) {
		c.leader(0, 1, 0, 0, 1, 2)
		c.appends(0, 1, 1, 0, 0, 1, 1).stores(1)
	}
	tell(t, []story{
		{name: "a vote for a log that is as long", rules: saving, happens: func(c *cluster) {
			stored(c)
			c.asksWith(2, 1, 2, 2, 1).grants(2)
		}},
		{name: "a vote for a log that is shorter", rules: saving, happens: func(c *cluster) {
			stored(c)
			c.asksWith(2, 1, 2, 1, 1).grants(2)
		}, want: []string{"Up-to-Date Votes: S1 stored an entry of T1 at index 2 and voted in T2 for S2, whose log " +
			"ends at index 1 with one of T1 (section 5.4.1)"}},
		{name: "a vote for a log that is longer and of an earlier term", rules: saving, happens: func(c *cluster) {
			c.leader(0, 2, 0, 0, 1, 2)
			c.appends(0, 1, 2, 0, 0, 2).stores(2)
			c.asksWith(2, 1, 3, 7, 1).grants(3)
		}, want: []string{"Up-to-Date Votes: S1 stored an entry of T2 at index 1 and voted in T3 for S2, whose log " +
			"ends at index 7 with one of T1 (section 5.4.1)"}},
		{name: "a shorter log where indexes count otherwise", rules: saving, happens: func(c *cluster) {
			c.leader(0, 1, -1, 0, 1, 2) // a log's end, by one too few
			c.appends(0, 1, 1, 0, 0, 1, 1).stores(1)
			c.asksWith(2, 1, 2, 1, 1).grants(2)
		}},
		{name: "a vote that was given in the term of the entry, and again", rules: saving, happens: func(c *cluster) {
			late := c.asksWith(0, 1, 1, 0, 0)
			stored(c)
			late.grants(1)
		}},
		{name: "a vote that was on its way when the entry came", rules: saving, happens: func(c *cluster) {
			c.leader(0, 1, 0, 0, 1, 2)
			k := c.asksWith(2, 1, 2, 0, 0).arrives()
			c.save(1)
			a := c.appends(0, 1, 1, 0, 0, 1).arrives()
			c.save(1)
			a.handled(&AppendEntriesReply{1, true})
			k.handled(&RequestVoteReply{2, true})
		}},
		{name: "a later leader may have overwritten it", servers: 5, rules: saving, happens: func(c *cluster) {
			stored(c)
			c.leader(2, 2, 0, 0, 3, 4)
			c.appends(2, 1, 2, 0, 0).arrives()
			c.asksWith(3, 1, 3, 0, 0).grants(3)
		}},
		{name: "a snapshot may have taken its place", rules: snapping, happens: func(c *cluster) {
			stored(c)
			c.send(0, 1, "InstallSnapshot", &struct{ Term, LastIncludedIndex int }{1, 9}).arrives()
			c.asksWith(2, 1, 2, 0, 0).grants(2)
		}},
		{name: "a snapshot of less takes nothing", rules: snapping, happens: func(c *cluster) {
			stored(c)
			c.snapshots(0, 1, 1, 1, 1).arrives()
			c.asksWith(1, 2, 2, 1, 1)
		}, want: []string{"Stored Entries Stay: S1 stored an entry of T1 at index 2 in T1, and as a candidate in T2 " +
			"its log ends at index 1 with one of T1"}},
		{name: "one of a later leader may take it", rules: snapping, happens: func(c *cluster) {
			stored(c)
			c.leader(2, 2, 2, 1, 0)
			c.snapshots(2, 1, 2, 1, 1).arrives()
			c.asksWith(1, 2, 3, 1, 1)
		}},
		{name: "a candidate has lost what it stored", rules: saving, happens: func(c *cluster) {
			stored(c)
			c.asksWith(1, 2, 2, 1, 1)
		}, want: []string{"Stored Entries Stay: S1 stored an entry of T1 at index 2 in T1, and as a candidate in T2 " +
			"its log ends at index 1 with one of T1"}},
		{name: "over a restart", rules: saving, happens: func(c *cluster) {
			stored(c)
			c.restart(1)
			c.asksWith(1, 2, 2, 0, 0)
		}, want: []string{"Stored Entries Stay: S1 stored an entry of T1 at index 2 in T1, and as a candidate in T2 " +
			"its log ends at index 0 with one of T0"}},
		{name: "over a restart without a disk", rules: logged, happens: func(c *cluster) {
			stored(c)
			c.restart(1)
			c.asksWith(1, 2, 2, 0, 0)
		}},
		{name: "a follower has lost it over a restart", rules: saving, happens: func(c *cluster) {
			stored(c)
			c.restart(1)
			c.appends(0, 1, 1, 2, 1, 1).arrives().handled(&AppendEntriesReply{1, false})
		}, want: []string{"Stored Entries Stay: S1 stored an entry of T1 at index 2, restarted, and in the same T1 " +
			"refuses to have one of T1 at index 2"}},
		{name: "it refuses what it never had", rules: saving, happens: func(c *cluster) {
			stored(c)
			c.restart(1)
			c.appends(0, 1, 1, 3, 1, 1).arrives().handled(&AppendEntriesReply{1, false})
		}},
		{name: "it refuses a leader of the past", rules: saving, happens: func(c *cluster) {
			stored(c)
			c.restart(1)
			c.asksWith(2, 1, 2, 2, 1).grants(2)
			c.appends(0, 1, 1, 2, 1, 1).arrives().handled(&AppendEntriesReply{2, false})
		}},
	})
}

// A service is given a snapshot that ends with an entry of T2. What its server sends a moment later may have been made
// before.
func TestInstalled(t *testing.T) {
	for lastTerm, later := range map[int]time.Duration{1: time.Second, 2: time.Second, 0: time.Millisecond} {
		c := newCluster(t, 3, snapping)
		c.leader(0, 2, 0, 0, 2)
		c.appends(0, 2, 2, 0, 0, 2).stores(2)
		c.applies(1, 0)
		c.snapshots(0, 1, 2, 1, 2).arrives()
		c.set.Applied(1, raft.ApplyMsg{SnapshotValid: true, SnapshotIndex: 1, SnapshotTerm: 2})
		c.passes(later)
		c.asksWith(1, 2, 3, 9, lastTerm)
		if lost := slices.ContainsFunc(c.said, func(s string) bool {
			return strings.HasPrefix(s, "Stored Entries Stay: S1 stored an entry of T2 at index 1")
		}); lost != (lastTerm == 1) {
			t.Errorf("a log that ends with T%d, after %v: %q", lastTerm, later, c.said)
		}
	}
}
