// Package eatsmemory is a Raft that keeps everything.
package eatsmemory

import (
	"time"

	tickertimer "raftlab/impls/ticker-timer"
	"raftlab/src/labrpc"
	"raftlab/src/raft"
)

var kept [][]byte

func Make(peers []*labrpc.ClientEnd, me int, persister *raft.Persister, applyCh chan raft.ApplyMsg) raft.Raft {
	go func() {
		for {
			time.Sleep(time.Millisecond)
			kept = append(kept, make([]byte, 4<<20))
		}
	}()
	return tickertimer.Make(peers, me, persister, applyCh)
}
