// Calls all others without waiting for an answer, without end.
package raft

func init() {
	onMake = func(rf *Raft) {
		go func() {
			for {
				for i := range rf.peers {
					go rf.peers[i].Call("Raft.RequestVote", &RequestVoteArgs{}, new(RequestVoteReply))
				}
			}
		}()
	}
}
