// Package raft is what each attack is laid over: the lab's skeleton, whose
// servers call each other but elect nobody. It earns nothing by itself. The
// attack's init may set the hooks.
package raft

import (
	"sync"
	"time"

	"6.5840/labrpc"
)

var (
	onMake     func(rf *Raft)
	onRequest  func(rf *Raft, args *RequestVoteArgs, reply *RequestVoteReply)
	onGetState = func(rf *Raft) (int, bool) { return 0, false }
	asks       = true // for votes
)

type ApplyMsg struct {
	CommandValid bool
	Command      any
	CommandIndex int
}

type Raft struct {
	mu        sync.Mutex
	peers     []*labrpc.ClientEnd
	persister *Persister
	me        int
	applyCh   chan ApplyMsg
	dead      bool
}

type RequestVoteArgs struct{ Term, CandidateId, LastLogIndex, LastLogTerm int }

type RequestVoteReply struct {
	Term        int
	VoteGranted bool
}

func (rf *Raft) RequestVote(args *RequestVoteArgs, reply *RequestVoteReply) {
	if onRequest != nil {
		onRequest(rf, args, reply)
	}
}

func (rf *Raft) GetState() (int, bool)              { return onGetState(rf) }
func (rf *Raft) Start(command any) (int, int, bool) { return -1, -1, false }

func (rf *Raft) Kill() {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	rf.dead = true
}

func (rf *Raft) killed() bool {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	return rf.dead
}

func (rf *Raft) ask() {
	for !rf.killed() {
		for i := range rf.peers {
			if i != rf.me {
				go rf.peers[i].Call("Raft.RequestVote", &RequestVoteArgs{CandidateId: rf.me}, new(RequestVoteReply))
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func Make(peers []*labrpc.ClientEnd, me int, persister *Persister, applyCh chan ApplyMsg) *Raft {
	rf := &Raft{peers: peers, me: me, persister: persister, applyCh: applyCh}
	if onMake != nil {
		onMake(rf)
	}
	if asks {
		go rf.ask()
	}
	return rf
}
