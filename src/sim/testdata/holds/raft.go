// Package holds is a Raft whose GetState waits for a lock that another goroutine holds, in the way that its Start is
// told.
package holds

import (
	"sync"
	"time"

	"github.com/sasha-s/go-deadlock"

	"raftlab/src/labrpc"
	"raftlab/src/raft"
)

type Raft struct {
	mu, log  sync.Mutex
	rw       sync.RWMutex
	detects  deadlock.Mutex
	tickets  chan int
	group    sync.WaitGroup
	getState func()
}

func Make(peers []*labrpc.ClientEnd, me int, persister *raft.Persister, applyCh chan raft.ApplyMsg) raft.Raft {
	return &Raft{tickets: make(chan int), getState: func() {}}
}

func (rf *Raft) Start(command any) (index, term int, isLeader bool) {
	switch command {
	case "order":
		go rf.logThenState()
		rf.getState = rf.stateThenLog
	case "read":
		go rf.read()
		rf.getState = rf.write
	case "write":
		go func() { rf.write(); rf.nap() }()
		rf.getState = rf.read
	case "pending":
		go rf.read()
		time.Sleep(time.Millisecond)
		go rf.write()
		rf.getState = rf.read
	case "readers that have left":
		go rf.read()
		for range 10 {
			time.Sleep(time.Millisecond)
			rf.glance()
		}
		rf.getState = rf.write
	case "helper":
		rf.getState = func() { rf.lock(); rf.lock() }
	case "try":
		go rf.try()
		rf.getState = rf.lock
	case "detects":
		go rf.detect()
		rf.getState = func() { rf.detects.Lock() }
	case "left":
		go rf.lock()
		rf.getState = rf.lock
	case "group":
		rf.group.Add(1)
		rf.getState = rf.group.Wait
	case "none":
		rf.getState = func() { <-rf.tickets }
	}
	time.Sleep(10 * time.Millisecond)
	return 1, 1, false
}

func (rf *Raft) logThenState() {
	rf.log.Lock()
	time.Sleep(time.Second)
	rf.mu.Lock()
}

func (rf *Raft) stateThenLog() {
	rf.mu.Lock()
	time.Sleep(time.Second)
	rf.log.Lock()
}

func (rf *Raft) read() {
	rf.rw.RLock()
	rf.nap()
}

func (rf *Raft) glance() {
	rf.rw.RLock()
	defer rf.rw.RUnlock()
	time.Sleep(time.Millisecond)
}

func (rf *Raft) write() { rf.rw.Lock() }

func (rf *Raft) try() {
	if rf.mu.TryLock() {
		<-rf.tickets
	}
}

func (rf *Raft) detect() {
	rf.detects.Lock()
	rf.nap()
}

func (rf *Raft) lock() { rf.mu.Lock() }

func (rf *Raft) nap() { time.Sleep(time.Hour) }

func (rf *Raft) GetState() (term int, isLeader bool) {
	rf.getState()
	return 0, false
}

func (rf *Raft) Snapshot(index int, snapshot []byte) {}
func (rf *Raft) Kill()                               {}
