// Package hungchannel is a Raft whose GetState waits for a goroutine that has
// left: no lock is involved.
package hungchannel

import (
	tickertimer "raftlab/impls/ticker-timer"
	"raftlab/src/labrpc"
	"raftlab/src/raft"
)

type Raft struct {
	*tickertimer.Raft
	tickets chan int
}

func Make(peers []*labrpc.ClientEnd, me int, persister *raft.Persister, applyCh chan raft.ApplyMsg) raft.Raft {
	rf := &Raft{Raft: tickertimer.Make(peers, me, persister, applyCh).(*tickertimer.Raft), tickets: make(chan int)}
	go func() {
		for i := range 10 {
			rf.tickets <- i
		}
	}()
	return rf
}

func (rf *Raft) GetState() (int, bool) {
	<-rf.tickets
	return rf.Raft.GetState()
}
