// Package datarace is a Raft that counts without a lock.
package datarace

import (
	tickertimer "raftlab/impls/ticker-timer"
	"raftlab/src/labrpc"
	"raftlab/src/raft"
)

type Raft struct {
	*tickertimer.Raft
	counted int
}

// Make starts two goroutines that nothing orders: the race detector sees that whichever comes first. What sleeps in
// between may be ordered by the timers of a bubble.
func Make(peers []*labrpc.ClientEnd, me int, persister *raft.Persister, applyCh chan raft.ApplyMsg) raft.Raft {
	rf := &Raft{Raft: tickertimer.Make(peers, me, persister, applyCh).(*tickertimer.Raft)}
	go rf.count()
	go rf.count()
	return rf
}

func (rf *Raft) count() { rf.counted++ }
