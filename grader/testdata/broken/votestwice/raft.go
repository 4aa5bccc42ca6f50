// Package votestwice is a Raft that gives everybody its vote.
package votestwice

import (
	tickertimer "raftlab/impls/ticker-timer"
	"raftlab/src/labrpc"
	"raftlab/src/raft"
)

type Raft struct{ *tickertimer.Raft }

func Make(peers []*labrpc.ClientEnd, me int, persister *raft.Persister, applyCh chan raft.ApplyMsg) raft.Raft {
	return &Raft{tickertimer.Make(peers, me, persister, applyCh).(*tickertimer.Raft)}
}

type RequestVoteArgs struct{ Term, CandidateId int }

type RequestVoteReply struct {
	Term        int
	VoteGranted bool
}

func (rf *Raft) RequestVote(args *RequestVoteArgs, reply *RequestVoteReply) {
	reply.VoteGranted = true
}
