package kvnode

import (
	"sync"

	"raftlab/src/labrpc"
	"raftlab/src/raft"
)

// A tapped Raft stands between a Raft and its store: it tells the judge of the snapshots that the store takes, and closes
// applyCh when it was killed, as the contract has it.
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
		select {
		case to <- m:
		case <-t.killed:
			return
		}
	}
}
