// Two calls for each that it answers: more and more of them.
package raft

func init() {
	onRequest = func(rf *Raft, _ *RequestVoteArgs, _ *RequestVoteReply) {
		for range 2 {
			go rf.peers[(rf.me+1)%len(rf.peers)].Call("Raft.RequestVote", &RequestVoteArgs{}, new(RequestVoteReply))
		}
	}
}
