// Package exits is a Raft that ends the process.
package exits

import (
	"os"
	"time"

	tickertimer "raftlab/impls/ticker-timer"
	"raftlab/src/labrpc"
	"raftlab/src/raft"
)

func Make(peers []*labrpc.ClientEnd, me int, persister *raft.Persister, applyCh chan raft.ApplyMsg) raft.Raft {
	time.AfterFunc(time.Second, func() { os.Exit(0) })
	return tickertimer.Make(peers, me, persister, applyCh)
}
