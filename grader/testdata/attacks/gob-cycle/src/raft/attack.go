// Sends a value that contains itself.
package raft

type ring struct{ Next *ring }

func init() {
	onMake = func(rf *Raft) {
		r := new(ring)
		r.Next = r
		rf.peers[(rf.me+1)%len(rf.peers)].Call("Raft.RequestVote", r, r)
	}
}
