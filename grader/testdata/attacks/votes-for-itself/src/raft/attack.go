// Gets its majority from itself: a server calls its own handler, many times.
package raft

import "sync/atomic"

var votes atomic.Int64

func init() {
	onMake = func(rf *Raft) {
		if rf.me != 0 {
			return
		}
		for range 10 {
			go func() {
				var reply RequestVoteReply
				if rf.peers[rf.me].Call("Raft.RequestVote", &RequestVoteArgs{Term: 1, CandidateId: rf.me}, &reply) && reply.VoteGranted {
					votes.Add(1)
				}
			}()
		}
	}
	onRequest = func(rf *Raft, args *RequestVoteArgs, reply *RequestVoteReply) {
		reply.Term, reply.VoteGranted = 1, args.CandidateId == rf.me
	}
	onGetState = func(rf *Raft) (int, bool) { return 1, votes.Load() > 1 }
}
