// Package stays is a Raft with a goroutine that does not leave after Kill.
package stays

import (
	"time"

	tickertimer "raftlab/impls/ticker-timer"
	"raftlab/src/labrpc"
	"raftlab/src/raft"
)

func Make(peers []*labrpc.ClientEnd, me int, persister *raft.Persister, applyCh chan raft.ApplyMsg) raft.Raft {
	go tick()
	return tickertimer.Make(peers, me, persister, applyCh)
}

func tick() {
	for {
		time.Sleep(10 * time.Millisecond)
	}
}
