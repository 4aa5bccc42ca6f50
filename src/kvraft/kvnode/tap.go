package kvnode

import (
	"sync"

	"raftlab/src/labrpc"
	"raftlab/src/raft"
)

// A tapped stands between a Raft and its store. It reports to the judge the snapshots that the store takes and what the
// Raft applies out of order, and closes applyCh after Kill, as package raft demands.
type tapped struct {
	raft.Raft
	server *server
	killed chan struct{}
	kill   sync.Once
	last   int // the index that was applied last, 0 if none was; only forward uses it
}

// tap is the server's Tap.
func (s *server) tap(makeRaft raft.MakeFunc) raft.MakeFunc {
	return func(
		peers []*labrpc.ClientEnd, me int, persister *raft.Persister, applyCh chan raft.ApplyMsg,
	) raft.Raft {
		applies := make(chan raft.ApplyMsg)
		t := &tapped{server: s, killed: make(chan struct{})}
		go t.forward(applies, applyCh)
		t.Raft = makeRaft(peers, me, persister, applies)
		return t
	}
}

// Kill kills the Raft, and has its applyCh closed.
func (t *tapped) Kill() {
	t.Raft.Kill()
	t.kill.Do(func() { close(t.killed) })
}

func (t *tapped) Snapshot(index int, snapshot []byte) {
	t.server.host.Tell(Snapshotted{index, len(snapshot)}.Append(nil))
	t.server.host.Watch("Snapshot", func() { t.Raft.Snapshot(index, snapshot) })
}

// forward passes what the Raft applies to the store, until the Raft is killed.
func (t *tapped) forward(from <-chan raft.ApplyMsg, to chan<- raft.ApplyMsg) {
	defer close(to)
	for {
		var m raft.ApplyMsg
		select {
		case m = <-from:
		case <-t.killed:
			return
		}
		t.inOrder(m)
		select {
		case to <- m:
			continue
		default:
		}
		t.server.host.Watch(ApplyCh, func() {
			select {
			case to <- m:
			case <-t.killed:
			}
		})
	}
}

// ApplyCh names, as if it were a method that does not return, what a store fails to do when it takes nothing from its
// applyCh any more.
const ApplyCh = "the store's receiving from applyCh"

// inOrder tells the judge if a command is not of the next index, or a snapshot is older than what was applied. The
// first message after a start may have any index. One that is neither has no meaning for a store.
func (t *tapped) inOrder(m raft.ApplyMsg) {
	switch {
	case m.SnapshotValid:
		if m.SnapshotIndex < t.last {
			t.server.host.Tell(Disorder{Last: t.last, Index: m.SnapshotIndex, Snapshot: true}.Append(nil))
		}
		t.last = m.SnapshotIndex
	case m.CommandValid:
		if t.last != 0 && m.CommandIndex != t.last+1 {
			t.server.host.Tell(Disorder{Last: t.last, Index: m.CommandIndex}.Append(nil))
		}
		t.last = m.CommandIndex
	}
}
