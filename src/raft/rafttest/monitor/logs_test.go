package monitor_test

import (
	"encoding/binary"
	"testing"

	"raftlab/src/labrpc"
	"raftlab/src/raft"
	"raftlab/src/raft/rafttest/monitor"
)

// An AppendEntries as implementations write it.
type (
	Entry struct {
		Term    int
		Command any
	}
	AppendArgs struct {
		Term, LeaderId, PrevLogIndex, PrevLogTerm int
		Entries                                   []Entry
		LeaderCommit                              int
	}
)

// indexReply names the end of the follower's log.
type indexReply struct {
	Term     int
	Success  bool
	LogIndex int
}

var (
	logged   = monitor.Rules{Log: true}
	saving   = monitor.Rules{Log: true, Persistence: true}
	snapping = monitor.Rules{Log: true, Persistence: true, Snapshots: true}
)

// appends is an AppendEntries that is on its way, with entries of these terms after the one at prev. The command of an
// entry is its index.
func (c *cluster) appends(leader, follower, term, prev, prevTerm int, terms ...int) *call {
	args := &AppendArgs{Term: term, LeaderId: leader, PrevLogIndex: prev, PrevLogTerm: prevTerm}
	for i, t := range terms {
		args.Entries = append(args.Entries, Entry{t, prev + 1 + i})
	}
	return c.send(leader, follower, "AppendEntries", args)
}

// stores is what follows if the follower has room for it.
func (k *call) stores(term int) *call {
	k.arrives()
	k.c.save(k.to())
	return k.handled(&AppendEntriesReply{term, true}).answered()
}

// names is what follows if the follower names the end of its log.
func (k *call) names(end int) *call {
	k.c.save(k.to())
	return k.handled(&indexReply{1, true, end}).answered()
}

func (k *call) to() int { return k.e.End.(labrpc.Route).To }

// save: servers write to their disks what was not there before.
func (c *cluster) save(servers ...int) {
	for _, s := range servers {
		c.saves++
		c.set.Saved(s, binary.AppendUvarint(nil, uint64(c.saves)), nil)
	}
}

// asksWith is a RequestVote of a candidate whose log ends so.
func (c *cluster) asksWith(candidate, voter, term, lastIndex, lastTerm int) *call {
	c.save(candidate)
	return c.send(candidate, voter, "RequestVote", &RequestVoteArgs{term, candidate, lastIndex, lastTerm})
}

// grants: the voter saves and says yes.
func (k *call) grants(term int) *call {
	k.arrives()
	k.c.save(k.to())
	return k.handled(&RequestVoteReply{term, true}).answered()
}

// leader elects a server whose log ends so.
func (c *cluster) leader(server, term, lastIndex, lastTerm int, voters ...int) {
	for _, v := range voters {
		c.asksWith(server, v, term, lastIndex, lastTerm).grants(term)
	}
}

// applies: servers apply the command that is at an index.
func (c *cluster) applies(index int, servers ...int) {
	for _, s := range servers {
		c.set.Applied(s, raft.ApplyMsg{CommandValid: true, Command: index, CommandIndex: index})
	}
}

func TestLogs(t *testing.T) {
	tell(t, []story{
		{name: "a leader brings two followers up", rules: saving, happens: func(c *cluster) {
			c.leader(0, 1, 0, 0, 1, 2)
			c.appends(0, 1, 1, 0, 0, 1, 1).stores(1)
			c.applies(1, 0, 1)
			c.appends(0, 2, 1, 0, 0, 1, 1, 1).stores(1)
			c.appends(0, 1, 1, 2, 1, 1).stores(1)
			c.applies(2, 0, 1)
			c.applies(3, 1)
		}},
		{name: "a later leader has the same entries and others after them", rules: saving, happens: func(c *cluster) {
			c.leader(0, 1, 0, 0, 1, 2)
			c.appends(0, 1, 1, 0, 0, 1, 1).arrives()
			c.appends(0, 2, 1, 0, 0, 1).stores(1)
			c.leader(2, 2, 1, 1, 1)
			c.appends(2, 1, 2, 1, 1, 2, 2).stores(2)
		}},
		{name: "a leader rewrites its log", rules: logged, happens: func(c *cluster) {
			c.leader(0, 3, 0, 0, 1, 2)
			c.appends(0, 1, 3, 0, 0, 2, 2)
			c.appends(0, 2, 3, 0, 0, 2, 3)
		}, want: []string{"Leader Append-Only: S0, as leader of T3, had an entry of T2 at index 2 and has one of T3 " +
			"there"}},
		{name: "an entry with two pasts", rules: logged, happens: func(c *cluster) {
			c.leader(0, 3, 0, 0, 1, 2)
			c.appends(0, 1, 3, 1, 1, 3)
			c.leader(1, 4, 0, 0, 2, 0)
			c.appends(1, 2, 4, 0, 0, 2, 3)
		}, want: []string{"Log Matching: the entry of T3 at index 2 comes after one of T1 in the log of S0, leader " +
			"of T3, and after one of T2 in that of S1, leader of T4"}},
		{name: "terms fall along a log", rules: logged, happens: func(c *cluster) {
			c.leader(0, 3, 0, 0, 1, 2)
			c.appends(0, 1, 3, 0, 0, 2, 1)
		}, want: []string{"Terms of a Log: S0, as leader of T3, sends an entry of T1 at index 2, after one of T2"}},
		{name: "an entry of the future", rules: logged, happens: func(c *cluster) {
			c.leader(0, 3, 0, 0, 1, 2)
			c.appends(0, 1, 3, 0, 0, 4)
		}, want: []string{"Terms of a Log: S0, as leader of T3, sends an entry of T4 at index 1, after one of T0"}},
		{name: "indexes that count from 0", rules: logged, happens: func(c *cluster) {
			c.leader(0, 1, -1, -1, 1, 2)
			c.appends(0, 1, 1, -1, -1, 1, 1).stores(1)
			c.appends(0, 2, 1, -1, -1, 1, 1).stores(1)
			c.appends(0, 2, 1, 1, 1, 1).stores(1)
		}},
		{name: "an entry at index 0 that stands for none", rules: logged, happens: func(c *cluster) {
			c.leader(0, 1, 0, 0, 1, 2)
			c.appends(0, 1, 1, -1, -1, 0, 1, 1).stores(1)
			c.appends(0, 2, 1, 0, 0, 1, 1).stores(1)
		}},
		{name: "a log is nobody's business without rules for it", happens: func(c *cluster) {
			c.leader(0, 3, 0, 0, 1, 2)
			c.appends(0, 1, 3, 0, 0, 2, 1)
			c.applies(7, 0)
		}},
	})
}

func TestCommits(t *testing.T) {
	majority := func(c *cluster) {
		c.leader(0, 1, 0, 0, 1, 2)
		c.appends(0, 1, 1, 0, 0, 1).stores(1)
		c.applies(1, 0, 1)
	}
	tell(t, []story{
		{name: "applied with a majority", rules: saving, happens: majority},
		{name: "applied with nobody", rules: logged, happens: func(c *cluster) {
			majority(c)
			c.appends(0, 1, 1, 1, 1, 1)
			c.applies(2, 0)
		}, want: []string{"Committed by a Majority: S0 applied index 2, which is not committed: no server has said " +
			"to a leader that it has it"}},
		{name: "applied with a half", servers: 5, rules: logged, happens: func(c *cluster) {
			c.leader(0, 1, 0, 0, 1, 2)
			c.appends(0, 1, 1, 0, 0, 1).stores(1)
			c.applies(1, 0)
		}, want: []string{"Committed by a Majority: S0 applied index 1, which is not committed: S0, leader of T1, " +
			"has it on S0, S1 only"}},
		{name: "a follower names the end of its log, which has grown meanwhile", servers: 5, rules: saving,
			happens: func(c *cluster) {
				c.leader(0, 1, 0, 0, 1, 2)
				c.appends(0, 2, 1, 0, 0, 1, 1).arrives().names(2)
				first := c.appends(0, 1, 1, 0, 0, 1).arrives()
				c.appends(0, 1, 1, 1, 1, 1).arrives()
				first.names(2)
				c.applies(1, 0)
				c.applies(2, 0)
			}},
		{name: "a follower names an end beyond what has come to it", servers: 5, rules: saving,
			happens: func(c *cluster) {
				c.leader(0, 1, 0, 0, 1, 2)
				c.appends(0, 2, 1, 0, 0, 1, 1).arrives().names(2)
				c.appends(0, 1, 1, 0, 0, 1).arrives().names(2)
				c.applies(1, 0)
				c.applies(2, 0)
			}, want: []string{"Committed by a Majority: S0 applied index 2, which is not committed: S0, leader " +
				"of T1, has it on S0, S2 only"}},
		{name: "what follows a snapshot came with it", rules: snapping, happens: func(c *cluster) {
			majority(c)
			c.appends(0, 2, 1, 1, 1, 1)
			c.snapshotsAll(0, 1, 1, 1, 1, 1).arrives()
			c.applies(2, 0)
		}, want: []string{"Committed by a Majority: S0 applied index 2, which is not committed: no server has said " +
			"to a leader that it has it"}},
		{name: "what follows a snapshot came with it, and the follower said so", rules: snapping,
			happens: func(c *cluster) {
				majority(c)
				c.appends(0, 2, 1, 1, 1, 1)
				c.snapshotsAll(0, 1, 1, 1, 1, 1).arrives().handled(&struct{ Term int }{1})
				c.applies(2, 0)
			}},
		{name: "a refusal is no copy", rules: logged, happens: func(c *cluster) {
			majority(c)
			c.appends(0, 1, 1, 1, 1, 1).arrives().handled(&AppendEntriesReply{1, false}).answered()
			c.applies(2, 0)
		}, want: []string{"Committed by a Majority: S0 applied index 2, which is not committed: no server has said " +
			"to a leader that it has it"}},
		{name: "a copy whose reply is lost is learnt of later", rules: saving, happens: func(c *cluster) {
			majority(c)
			k := c.appends(0, 1, 1, 1, 1, 1).arrives()
			c.save(1)
			k.handled(&AppendEntriesReply{1, true})
			c.appends(0, 1, 1, 2, 1).stores(1)
			c.applies(2, 0)
		}},
		{name: "an entry of an earlier term on a majority", servers: 5, rules: logged, happens: func(c *cluster) {
			c.leader(0, 1, 0, 0, 1, 2)
			c.appends(0, 1, 1, 0, 0, 1).stores(1)
			c.appends(0, 2, 1, 0, 0, 1).stores(1)
			c.applies(1, 0, 1)
			c.appends(0, 1, 1, 1, 1, 1).stores(1)
			c.leader(1, 2, 2, 1, 0, 2)
			c.appends(1, 2, 2, 1, 1, 1).stores(2)
			c.appends(1, 0, 2, 2, 1).stores(2)
			c.applies(2, 1)
		}, want: []string{"Committed by a Majority: S1 applied index 2, which is not committed: S1, leader of T2, " +
			"has it on S1, S0, S2, but on no majority an entry of T2 (section 5.4.2)"}},
		{name: "and with one of the leader's own term after it", servers: 5, rules: saving, happens: func(c *cluster) {
			c.leader(0, 1, 0, 0, 1, 2)
			c.appends(0, 1, 1, 0, 0, 1).stores(1)
			c.leader(1, 2, 1, 1, 0, 2)
			c.appends(1, 2, 2, 0, 0, 1, 2).stores(2)
			c.appends(1, 0, 2, 1, 1, 2).stores(2)
			c.applies(1, 1)
			c.applies(2, 1)
		}},
		{name: "a leader without what was committed", servers: 5, rules: logged, happens: func(c *cluster) {
			c.leader(0, 1, 0, 0, 1, 2)
			c.appends(0, 1, 1, 0, 0, 1, 1).stores(1)
			c.appends(0, 2, 1, 0, 0, 1, 1).stores(1)
			c.leader(3, 3, 0, 0, 4, 0)
			c.appends(3, 4, 3, 0, 0, 3)
		}, want: []string{
			"Leader Completeness: S3 leads T3, elected with a log that ends at index 0 with an entry of T0, while " +
				"index 2, an entry of T1, was committed in T1",
			"Leader Completeness: S3, as leader of T3, has an entry of T3 at index 1, where one of T1 was committed " +
				"in T1",
		}},
		{name: "indexes that count from 0", rules: saving, happens: func(c *cluster) {
			c.leader(0, 1, -1, -1, 1, 2)
			args := &AppendArgs{Term: 1, LeaderId: 0, PrevLogIndex: -1, PrevLogTerm: -1,
				Entries: []Entry{{1, 1}, {1, 2}}}
			c.send(0, 1, "AppendEntries", args).stores(1)
			c.applies(1, 0)
			c.applies(2, 0)
		}},
		{name: "and are watched", rules: logged, happens: func(c *cluster) {
			c.leader(0, 1, -1, -1, 1, 2)
			c.send(0, 1, "AppendEntries",
				&AppendArgs{Term: 1, PrevLogIndex: -1, PrevLogTerm: -1, Entries: []Entry{{1, 1}}}).stores(1)
			c.applies(1, 0)
			c.applies(2, 0)
		}, want: []string{"Committed by a Majority: S0 applied index 2, which is not committed: no server has said " +
			"to a leader that it has it"}},
		{name: "by a way that is not understood nothing is known", rules: logged, happens: func(c *cluster) {
			majority(c)
			c.send(0, 1, "Replicate", &struct{ Everything []byte }{[]byte("all")}).arrives()
			c.applies(2, 0)
		}},
	})
}

// Absurd numbers cost nothing.
func TestHostileIndexes(t *testing.T) {
	c := newCluster(t, 3, logged)
	c.leader(0, 1, 0, 0, 1, 2)
	c.appends(0, 1, 1, 1<<60, 1, 1).stores(1)
	c.appends(0, 1, 1, 0, 0, 1).stores(1)
	c.appends(0, 1, 1, -1<<60, 1, 1).stores(1)
	c.applies(1<<60, 0)
	if len(c.said) == 0 {
		t.Error("index 2^60 is applied first and nobody minds")
	}
}
