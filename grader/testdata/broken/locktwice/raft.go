// Package locktwice is a Raft that takes a lock it holds already.
package locktwice

import (
	tickertimer "raftlab/impls/ticker-timer"
	"raftlab/src/labrpc"
	"raftlab/src/locks"
	"raftlab/src/raft"
)

type Raft struct {
	*tickertimer.Raft
	mu    locks.Mutex
	asked int
}

func Make(peers []*labrpc.ClientEnd, me int, persister *raft.Persister, applyCh chan raft.ApplyMsg) raft.Raft {
	return &Raft{Raft: tickertimer.Make(peers, me, persister, applyCh).(*tickertimer.Raft)}
}

func (rf *Raft) GetState() (int, bool) {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	rf.asked++
	if rf.many() {
		return rf.Raft.GetState()
	}
	return rf.Raft.GetState()
}

// many takes the lock of its caller, from the tenth time on.
func (rf *Raft) many() bool {
	if rf.asked < 10 {
		return false
	}
	rf.mu.Lock()
	defer rf.mu.Unlock()
	return rf.asked > 100
}
