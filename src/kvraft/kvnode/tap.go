package kvnode

import (
	"fmt"
	"sync"

	"raftlab/src/labgob"
	"raftlab/src/labrpc"
	"raftlab/src/raft"
	"raftlab/src/raft/rafttest/raftnode"
)

// A tapped Raft tells the judge what passes between it and the store: what it applies, and the snapshots that it is
// given.
type tapped struct {
	raft.Raft
	server *server
	killed chan struct{}
	kill   sync.Once
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
	t.server.host.Tell(Snapshotted{index, snapshot}.Append(nil))
	t.server.host.Watch("Snapshot", func() { t.Raft.Snapshot(index, snapshot) })
}

// forward hands to the store what the Raft applies, until it was killed. What the store waits for it is told first.
func (t *tapped) forward(from <-chan raft.ApplyMsg, to chan<- raft.ApplyMsg) {
	defer close(to)
	for {
		var m raft.ApplyMsg
		select {
		case m = <-from:
		case <-t.killed:
			return
		}
		t.tell(m)
		select {
		case to <- m:
		case <-t.killed:
			return
		}
	}
}

// tell tells the judge what is applied.
func (t *tapped) tell(m raft.ApplyMsg) {
	switch {
	case m.CommandValid:
		command, err := labgob.Marshal(&m.Command)
		if err != nil {
			panic(fmt.Sprintf("raftlab: cannot encode the command %v of type %T that was applied at index %d: %v",
				m.Command, m.Command, m.CommandIndex, err))
		}
		t.server.tellRaft(raftnode.Applied{Index: m.CommandIndex, Command: command}.Append(nil))
	case m.SnapshotValid:
		t.server.tellRaft(raftnode.Installed{
			Index: m.SnapshotIndex, Term: m.SnapshotTerm, Snapshot: m.Snapshot,
		}.Append(nil))
	}
}
