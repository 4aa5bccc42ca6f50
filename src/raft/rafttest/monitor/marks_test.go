package monitor_test

import (
	"slices"
	"testing"

	"raftlab/src/raft"
	"raftlab/src/raft/rafttest/monitor"
)

// Each mark is made by what its name says. What happens before brings other marks, too.
func TestMarks(t *testing.T) {
	installs := func(c *cluster, upTo int) {
		type InstallSnapshotArgs struct{ Term, LeaderId, LastIncludedIndex, LastIncludedTerm int }
		type InstallSnapshotReply struct{ Term int }
		c.send(0, 1, "InstallSnapshot", &InstallSnapshotArgs{1, 0, upTo, 1}).arrives().
			handled(&InstallSnapshotReply{1}).answered()
	}
	apply := func(c *cluster, server, index int) {
		c.set.Applied(server, raft.ApplyMsg{CommandValid: true, CommandIndex: index, Command: index})
	}
	refuses := func(k *call, term int) *call { return k.arrives().handled(&AppendEntriesReply{term, false}) }
	tests := map[string]func(c *cluster){
		"two servers stand in one term":                     func(c *cluster) { c.asks(0, 1, 1); c.asks(2, 1, 1) },
		"a candidate stands again, not having been elected": func(c *cluster) { c.asks(0, 1, 1); c.asks(0, 1, 2) },
		"two servers lead, in different terms": func(c *cluster) {
			c.elects(0, 1, 1)
			c.elects(2, 2, 1)
		},
		"a candidate follows the leader of its term": func(c *cluster) {
			c.asks(2, 1, 1)
			c.elects(0, 1, 1)
			c.heartbeat(0, 2, 1).arrives().handled(&AppendEntriesReply{1, true}).answered()
		},
		"a vote is refused as the candidate's log is behind": func(c *cluster) {
			c.leader(0, 1, 0, 0, 1)
			c.appends(0, 1, 1, 0, 0, 1).stores(1)
			c.asksWith(2, 1, 2, 0, 0).replies(2, false)
		},
		"a server hears of a term that is five later than its own": func(c *cluster) {
			c.elects(0, 1, 1)
			c.asks(2, 1, 6).arrives()
		},
		"a request of an earlier term comes": func(c *cluster) {
			late := c.asks(0, 1, 1)
			c.votes(1, 2, 2)
			late.arrives()
		},
		"a vote of an earlier term comes": func(c *cluster) {
			late := c.asks(0, 1, 1).replies(1, true)
			c.asks(0, 2, 2)
			late.answered()
		},
		"a refusal of an earlier term comes": func(c *cluster) {
			late := c.asks(0, 1, 1).replies(1, false)
			c.asks(0, 2, 2)
			late.answered()
		},
		"a success of an earlier leadership comes to who leads again": func(c *cluster) {
			c.elects(0, 1, 1)
			late := c.heartbeat(0, 1, 1).arrives().handled(&AppendEntriesReply{1, true})
			c.elects(0, 3, 2)
			late.answered()
		},
		"a leader hears of a later term": func(c *cluster) {
			c.elects(0, 1, 1)
			refuses(c.heartbeat(0, 2, 1), 2).answered()
		},
		"a follower's answers come in another order": func(c *cluster) {
			c.leader(0, 1, 0, 0, 1)
			first := c.appends(0, 1, 1, 0, 0, 1).arrives()
			c.appends(0, 1, 1, 0, 0, 1, 1).stores(1)
			first.stores(1)
		},
		"entries come that the follower has stored already": func(c *cluster) {
			c.leader(0, 1, 0, 0, 1)
			c.appends(0, 1, 1, 0, 0, 1).stores(1)
			c.appends(0, 1, 1, 0, 0, 1).stores(1)
		},
		"entries come of which the follower has stored more already": func(c *cluster) {
			c.leader(0, 1, 0, 0, 1)
			c.appends(0, 1, 1, 0, 0, 1, 1).stores(1)
			c.appends(0, 1, 1, 0, 0, 1).stores(1)
		},
		"entries are replaced by others": func(c *cluster) {
			c.leader(0, 1, 0, 0, 1)
			c.appends(0, 1, 1, 0, 0, 1).stores(1)
			c.leader(2, 2, 0, 0, 1)
			c.appends(2, 1, 2, 0, 0, 2).stores(2)
		},
		"a leader sends entries of an earlier term that are not committed": func(c *cluster) {
			c.leader(0, 1, 0, 0, 1)
			c.appends(0, 1, 1, 0, 0, 1)
			c.leader(0, 2, 1, 1, 2)
			c.appends(0, 2, 2, 0, 0, 1)
		},
		"entries are refused as those before are missing": func(c *cluster) {
			c.leader(0, 1, 0, 0, 1)
			refuses(c.appends(0, 1, 1, 5, 1, 1), 1)
		},
		"a snapshot comes from the leader": func(c *cluster) {
			c.elects(0, 1, 1)
			installs(c, 3)
		},
		"a snapshot comes that is older than what was applied": func(c *cluster) {
			c.leader(0, 1, 0, 0, 1)
			c.appends(0, 1, 1, 0, 0, 1, 1, 1).stores(1)
			for index := 1; index <= 3; index++ {
				apply(c, 1, index)
			}
			installs(c, 2)
		},
		"a candidate crashes": func(c *cluster) { c.asks(0, 1, 1); c.restart(0) },
		"a leader crashes":    func(c *cluster) { c.elects(0, 1, 1); c.restart(0) },
		"all servers are down": func(c *cluster) {
			for i := range 3 {
				c.set.Crashed(i)
			}
		},
		"a server that has voted starts again in the same term": func(c *cluster) {
			c.votes(1, 0, 1)
			c.restart(1)
		},
	}
	marks := monitor.Marks(snapping)
	for name, happens := range tests {
		if !slices.Contains(marks, name) {
			t.Errorf("the mark %q is not listed", name)
		}
		if b := covered(t, happens); !slices.Contains(b.marks, name) {
			t.Errorf("no mark %q: %q", name, b.marks)
		} else if b.states < 2 {
			t.Errorf("%s: %d abstract states", name, b.states)
		}
		if b := covered(t, func(c *cluster) { c.elects(0, 1, 1) }); slices.Contains(b.marks, name) {
			t.Errorf("mark %q of an election without a fault", name)
		}
	}
	for _, name := range marks {
		if tests[name] == nil {
			t.Errorf("nothing here makes the mark %q", name)
		}
	}
}

// covered plays what happens and returns the marks and abstract states.
func covered(t *testing.T, happens func(*cluster)) *notebook {
	b := &notebook{covered: true}
	c := &cluster{t: t, lives: make([]int, 3), sent: make(map[[2]int]uint64)}
	c.set = monitor.New(3, snapping, func(v monitor.Violation) {})
	c.set.Annotate(b)
	for i := range 3 {
		c.boot(i)
	}
	happens(c)
	return b
}
