// Package lockorder is a Raft that takes two locks in two orders.
package lockorder

import (
	tickertimer "raftlab/impls/ticker-timer"
	"raftlab/src/labrpc"
	"raftlab/src/locks"
	"raftlab/src/raft"
)

type Raft struct {
	*tickertimer.Raft
	state, log locks.Mutex
	asked      int
}

func Make(peers []*labrpc.ClientEnd, me int, persister *raft.Persister, applyCh chan raft.ApplyMsg) raft.Raft {
	return &Raft{Raft: tickertimer.Make(peers, me, persister, applyCh).(*tickertimer.Raft)}
}

func (rf *Raft) GetState() (int, bool) {
	if rf.asked++; rf.asked%2 == 0 {
		rf.stateThenLog()
	} else {
		rf.logThenState()
	}
	return rf.Raft.GetState()
}

func (rf *Raft) stateThenLog() {
	rf.state.Lock()
	defer rf.state.Unlock()
	rf.log.Lock()
	defer rf.log.Unlock()
}

func (rf *Raft) logThenState() {
	rf.log.Lock()
	defer rf.log.Unlock()
	rf.state.Lock()
	defer rf.state.Unlock()
}
