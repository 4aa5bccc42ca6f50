// Answers with megabytes, and asks for more before they have come.
package raft

type Large struct{ Data []byte }

// Fetch is a handler.
func (rf *Raft) Fetch(args *RequestVoteArgs, reply *Large) { reply.Data = make([]byte, 4<<20) }

func init() {
	onMake = func(rf *Raft) {
		for i := range rf.peers {
			for range 100 {
				go rf.peers[i].Call("Raft.Fetch", new(RequestVoteArgs), new(Large))
			}
		}
	}
}
