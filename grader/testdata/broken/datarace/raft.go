// Package datarace is a Raft that counts without a lock.
package datarace

import (
	"time"

	tickertimer "raftlab/impls/ticker-timer"
	"raftlab/src/labrpc"
	"raftlab/src/raft"
)

type Raft struct {
	*tickertimer.Raft
	asked int
}

func Make(peers []*labrpc.ClientEnd, me int, persister *raft.Persister, applyCh chan raft.ApplyMsg) raft.Raft {
	rf := &Raft{Raft: tickertimer.Make(peers, me, persister, applyCh).(*tickertimer.Raft)}
	go rf.reset()
	return rf
}

func (rf *Raft) reset() {
	time.Sleep(time.Second)
	rf.asked = 0
}

func (rf *Raft) GetState() (int, bool) {
	rf.asked++
	return rf.Raft.GetState()
}
