package kvcluster

import (
	"sync"

	"raftlab/src/labrpc"
	"raftlab/src/raft"
)

// A closer is a Raft that closes its applyCh when it is killed.
type closer struct {
	raft.Raft
	killed func()
}

// Kill implements raft.Raft.
func (c *closer) Kill() {
	c.Raft.Kill()
	c.killed()
}

// closing makes a closer of the Raft that makeRaft makes.
func closing(makeRaft raft.MakeFunc) raft.MakeFunc {
	return func(peers []*labrpc.ClientEnd, me int, persister *raft.Persister, applyCh chan raft.ApplyMsg) raft.Raft {
		applied := make(chan raft.ApplyMsg)
		killed := make(chan struct{})
		go forward(applied, applyCh, killed)
		return &closer{makeRaft(peers, me, persister, applied), sync.OnceFunc(func() { close(killed) })}
	}
}

// forward sends on what is applied until the Raft is killed.
func forward(applied <-chan raft.ApplyMsg, applyCh chan<- raft.ApplyMsg, killed <-chan struct{}) {
	defer close(applyCh)
	for {
		select {
		case m := <-applied:
			select {
			case applyCh <- m:
			case <-killed:
				return
			}
		case <-killed:
			return
		}
	}
}
