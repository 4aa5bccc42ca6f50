// Package plainmutex is a Raft that returns without giving its lock back. The
// lock is a sync.Mutex, which tells nobody.
package plainmutex

import (
	"sync"

	tickertimer "raftlab/impls/ticker-timer"
	"raftlab/src/labrpc"
	"raftlab/src/raft"
)

type Raft struct {
	*tickertimer.Raft
	mu    sync.Mutex
	asked int
}

func Make(peers []*labrpc.ClientEnd, me int, persister *raft.Persister, applyCh chan raft.ApplyMsg) raft.Raft {
	return &Raft{Raft: tickertimer.Make(peers, me, persister, applyCh).(*tickertimer.Raft)}
}

func (rf *Raft) GetState() (int, bool) {
	rf.mu.Lock()
	if rf.asked++; rf.asked > 10 {
		return rf.Raft.GetState()
	}
	rf.mu.Unlock()
	return rf.Raft.GetState()
}
