// Package spins is a Raft with a goroutine that never waits for anything.
package spins

import (
	"sync/atomic"
	"time"

	tickertimer "raftlab/impls/ticker-timer"
	"raftlab/src/labrpc"
	"raftlab/src/raft"
)

var turns atomic.Int64

func Make(peers []*labrpc.ClientEnd, me int, persister *raft.Persister, applyCh chan raft.ApplyMsg) raft.Raft {
	time.AfterFunc(time.Second, func() {
		for {
			turns.Add(1)
		}
	})
	return tickertimer.Make(peers, me, persister, applyCh)
}
