package live

import (
	"sync/atomic"
	"testing"
	"time"

	"raftlab/src/cluster"
	"raftlab/src/lab"
	"raftlab/src/labrpc"
	"raftlab/src/raft"
	"raftlab/src/raft/rafttest"
	"raftlab/src/raft/rafttest/raftnode"
)

// A hung is a Raft whose GetState takes a moment, and does not return once it was killed.
type hung struct{ killed atomic.Bool }

func (h *hung) Start(any) (index, term int, isLeader bool) { return -1, 0, false }
func (h *hung) Snapshot(int, []byte)                       {}
func (h *hung) Kill()                                      { h.killed.Store(true) }
func (h *hung) GetState() (term int, isLeader bool) {
	if time.Sleep(time.Millisecond); h.killed.Load() {
		time.Sleep(20 * time.Second)
	}
	return 0, false
}

// What a killed server was asked before need not be answered any more.
func TestKilledNeedNotAnswer(t *testing.T) {
	makeRaft := func([]*labrpc.ClientEnd, int, *raft.Persister, chan raft.ApplyMsg) raft.Raft { return new(hung) }
	s := lab.Scenario{Name: "Story", Part: rafttest.Elections, Nodes: cluster.Servers(3), Weather: labrpc.Reliable(),
		Judge: rafttest.Playing(func(c *rafttest.Cluster) {
			for range 200 { // some of them while GetState is under way
				c.Sleep(10300 * time.Microsecond)
				c.Crash(1)
				c.Restart(1)
			}
			c.Sleep(10 * time.Second)
		})}
	if res := Play(t, raftnode.Program(makeRaft, nil), rafttest.Lab().Run(&s, 1, ""), time.Minute); res.Failure != nil {
		t.Error(res.Failure)
	}
}
