// Package raft is a checkout of the lab, of 2018, in which part 2A is done.
package raft

import (
	"math/rand"
	"sync"
	"time"

	"../labrpc"
)

type ApplyMsg struct {
	CommandValid bool
	Command      interface{}
	CommandIndex int
}

type Raft struct {
	mu        sync.Mutex
	peers     []*labrpc.ClientEnd
	persister *Persister
	me        int
	dead      bool

	term, votedFor int
	leader         bool
	heard          time.Time
}

func (rf *Raft) GetState() (int, bool) {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	return rf.term, rf.leader
}

type VoteArgs struct{ Term, CandidateId, LastLogIndex, LastLogTerm int }
type VoteReply struct {
	Term        int
	VoteGranted bool
}
type BeatArgs struct{ Term, LeaderId int }
type BeatReply struct {
	Term    int
	Success bool
}

func (rf *Raft) see(term int) {
	if term > rf.term {
		rf.term, rf.votedFor, rf.leader = term, -1, false
	}
}

func (rf *Raft) RequestVote(args *VoteArgs, reply *VoteReply) {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	rf.see(args.Term)
	reply.Term = rf.term
	if args.Term == rf.term && (rf.votedFor == -1 || rf.votedFor == args.CandidateId) {
		rf.votedFor = args.CandidateId
		rf.heard = time.Now()
		reply.VoteGranted = true
	}
}

func (rf *Raft) AppendEntries(args *BeatArgs, reply *BeatReply) {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	rf.see(args.Term)
	reply.Term = rf.term
	if args.Term == rf.term {
		rf.heard = time.Now()
		reply.Success = true
	}
}

func (rf *Raft) Start(command interface{}) (int, int, bool) { return -1, -1, false }
func (rf *Raft) Kill()                                      { rf.mu.Lock(); rf.dead = true; rf.mu.Unlock() }

func (rf *Raft) run() {
	for {
		timeout := time.Duration(300+rand.Intn(300)) * time.Millisecond
		start := time.Now()
		time.Sleep(timeout)
		rf.mu.Lock()
		if rf.dead {
			rf.mu.Unlock()
			return
		}
		if !rf.leader && rf.heard.Before(start) {
			rf.term++
			rf.votedFor = rf.me
			votes := 1
			args := VoteArgs{Term: rf.term, CandidateId: rf.me}
			for i := range rf.peers {
				if i != rf.me {
					go func(i int) {
						var reply VoteReply
						if !rf.peers[i].Call("Raft.RequestVote", &args, &reply) {
							return
						}
						rf.mu.Lock()
						defer rf.mu.Unlock()
						rf.see(reply.Term)
						if reply.VoteGranted && rf.term == args.Term && !rf.leader {
							votes++
							if votes > len(rf.peers)/2 {
								rf.leader = true
								go rf.beat(args.Term)
							}
						}
					}(i)
				}
			}
		}
		rf.mu.Unlock()
	}
}

func (rf *Raft) beat(term int) {
	for {
		rf.mu.Lock()
		if rf.dead || rf.term != term || !rf.leader {
			rf.mu.Unlock()
			return
		}
		rf.mu.Unlock()
		for i := range rf.peers {
			if i != rf.me {
				go func(i int) {
					var reply BeatReply
					if rf.peers[i].Call("Raft.AppendEntries", &BeatArgs{term, rf.me}, &reply) {
						rf.mu.Lock()
						rf.see(reply.Term)
						rf.mu.Unlock()
					}
				}(i)
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func Make(peers []*labrpc.ClientEnd, me int, persister *Persister, applyCh chan ApplyMsg) *Raft {
	rf := &Raft{peers: peers, me: me, persister: persister, votedFor: -1, heard: time.Now()}
	go rf.run()
	return rf
}
