// Sends a message of 100 MB.
package raft

func init() {
	onMake = func(rf *Raft) {
		big := make([]byte, 100<<20)
		rf.peers[(rf.me+1)%len(rf.peers)].Call("Raft.RequestVote", &big, new(RequestVoteReply))
	}
}
