package kvnode

import (
	"sync"

	"raftlab/src/labrpc"
	"raftlab/src/raft"
)

// A tapped Raft stands between a Raft and its store: it tells the judge of the snapshots that the store takes and of what
// the Raft applies out of order, and closes applyCh when it was killed, as the contract has it.
type tapped struct {
	raft.Raft
	server *server
	killed chan struct{}
	kill   sync.Once
	last   int // the index that was applied last, 0 if none was; forward's
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

// forward hands to the store what the Raft applies, until it was killed.
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

// ApplyCh is what a store is said not to return from that takes nothing from its applyCh any more.
const ApplyCh = "the store's receiving from applyCh"

// inOrder tells the judge if a message is not the next one, or a snapshot none that is newer. The first of a life may be
// any.
func (t *tapped) inOrder(m raft.ApplyMsg) {
	index, bad := m.CommandIndex, t.last != 0 && m.CommandIndex != t.last+1
	if m.SnapshotValid {
		index, bad = m.SnapshotIndex, m.SnapshotIndex <= t.last
	}
	if bad {
		t.server.host.Tell(Disorder{Last: t.last, Index: index, Snapshot: m.SnapshotValid}.Append(nil))
	}
	t.last = index
}
