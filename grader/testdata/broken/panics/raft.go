// Package panics is a Raft with a goroutine that panics.
package panics

import (
	"time"

	tickertimer "raftlab/impls/ticker-timer"
	"raftlab/src/labrpc"
	"raftlab/src/raft"
)

func Make(peers []*labrpc.ClientEnd, me int, persister *raft.Persister, applyCh chan raft.ApplyMsg) raft.Raft {
	go lastEntry(nil)
	return tickertimer.Make(peers, me, persister, applyCh)
}

func lastEntry(log []int) int {
	time.Sleep(time.Second)
	return log[len(log)-1]
}
