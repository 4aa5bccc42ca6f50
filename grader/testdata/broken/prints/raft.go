// Package prints is a Raft that never stops talking. It is none the worse for
// it.
package prints

import (
	"fmt"
	"strings"
	"time"

	tickertimer "raftlab/impls/ticker-timer"
	"raftlab/src/labrpc"
	"raftlab/src/raft"
)

func Make(peers []*labrpc.ClientEnd, me int, persister *raft.Persister, applyCh chan raft.ApplyMsg) raft.Raft {
	go func() {
		for {
			fmt.Println(strings.Repeat("all is well ", 10_000))
			time.Sleep(10 * time.Millisecond)
		}
	}()
	return tickertimer.Make(peers, me, persister, applyCh)
}
