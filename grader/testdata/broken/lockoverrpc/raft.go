// Package lockoverrpc is a Raft that holds its lock while it waits for a server
// that may be dead.
package lockoverrpc

import (
	"sync/atomic"
	"time"

	tickertimer "raftlab/impls/ticker-timer"
	"raftlab/src/labrpc"
	"raftlab/src/locks"
	"raftlab/src/raft"
)

type Raft struct {
	*tickertimer.Raft
	mu    locks.Mutex
	peers []*labrpc.ClientEnd
	dead  atomic.Bool
}

func Make(peers []*labrpc.ClientEnd, me int, persister *raft.Persister, applyCh chan raft.ApplyMsg) raft.Raft {
	rf := &Raft{Raft: tickertimer.Make(peers, me, persister, applyCh).(*tickertimer.Raft), peers: peers}
	go rf.greet((me + 1) % len(peers))
	return rf
}

// Ping does nothing; it is there to be called.
func (rf *Raft) Ping(args int, reply *int) {}

func (rf *Raft) greet(server int) {
	for !rf.dead.Load() {
		time.Sleep(100 * time.Millisecond)
		rf.mu.Lock()
		var reply int
		rf.peers[server].Call("Raft.Ping", 1, &reply)
		rf.mu.Unlock()
	}
}

func (rf *Raft) GetState() (int, bool) {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	return rf.Raft.GetState()
}

func (rf *Raft) Kill() {
	rf.dead.Store(true)
	rf.Raft.Kill()
}
