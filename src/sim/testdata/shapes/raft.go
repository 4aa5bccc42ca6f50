// Package shapes is a Raft that agrees on nothing. What it holds has many forms, and changes as its Start is told.
package shapes

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sasha-s/go-deadlock"

	"raftlab/src/labrpc"
	"raftlab/src/raft"
)

type role int

// String must not be called by who looks at a role.
func (r role) String() string { panic("who are you?") }

type entry struct {
	Term    int
	Command any
}

type progress struct{ next, match int }

type follower struct {
	progress
	alive map[string]bool
	timer *time.Timer
}

type Raft struct {
	mu        sync.Mutex
	detects   deadlock.RWMutex
	peers     []*labrpc.ClientEnd
	persister *raft.Persister
	applyCh   chan raft.ApplyMsg
	role      role
	log       []entry
	last      *entry
	self      *Raft
	followers map[int]*follower
	news      chan string
	heard     time.Time
	timeout   time.Duration
	commits   atomic.Int64
	notify    func(string)
	heavy     []map[int]int
	big       any
	flood     [][]string
}

func Make(peers []*labrpc.ClientEnd, me int, persister *raft.Persister, applyCh chan raft.ApplyMsg) raft.Raft {
	rf := &Raft{
		peers: peers, persister: persister, applyCh: applyCh, role: 1, followers: make(map[int]*follower),
		news: make(chan string, 4), timeout: 150 * time.Millisecond,
	}
	rf.self = rf
	rf.notify = func(s string) { rf.news <- s }
	go rf.sleeps()
	go rf.locked()
	go rf.locked()
	return rf
}

func (rf *Raft) sleeps() {
	rf.mu.Lock()
	rf.nap()
}

func (rf *Raft) nap() { time.Sleep(time.Hour) }

func (rf *Raft) locked() {
	time.Sleep(time.Millisecond)
	rf.mu.Lock()
}

func (rf *Raft) Start(command any) (index, term int, isLeader bool) {
	rf.log = append(rf.log, entry{1, command})
	switch command {
	case "follower":
		rf.detects.RLock()
		rf.heard = time.Now()
		rf.last = &rf.log[0]
		rf.followers[2] = &follower{progress{1, 0}, map[string]bool{"x": true, "a": false}, time.NewTimer(time.Hour)}
		rf.notify("follower")
	case "forget":
		clear(rf.followers)
		rf.last, rf.role = nil, 2
		rf.commits.Add(1)
		go func() { rf.peers[0].Call("Raft.Nothing", 1, new(int)) }()
	case "big":
		rf.big = [40 << 20]byte{}
	case "floods":
		rf.flood = make([][]string, 15)
		for i := range rf.flood {
			rf.flood[i] = make([]string, 256)
			for j := range rf.flood[i] {
				rf.flood[i][j] = fmt.Sprint(len(rf.log)) + strings.Repeat("\x01", 190)
			}
		}
	case "loops":
		rf.leave(func() {
			for {
			}
		})
	case "exits":
		rf.leave(func() { os.Exit(3) })
	case "speaks":
		rf.leave(func() {
			fmt.Println("I was looked at")
			rf.persister.Save([]byte("looked at"), nil)
			go func() { rf.peers[0].Call("Raft.Nothing", 1, new(int)) }()
		})
	}
	return 1, 1, false
}

// leave has f called when garbage is collected, and sees to it that it will be by who looks at all that is held.
func (rf *Raft) leave(f func()) {
	all := make(map[int]int)
	for i := range 10_000 {
		all[i] = i
	}
	for range 15 {
		rf.heavy = append(rf.heavy, all)
	}
	runtime.GC()
	runtime.SetFinalizer(new([16]int), func(*[16]int) { f() })
}

func (rf *Raft) GetState() (term int, isLeader bool) { return len(rf.log), false }
func (rf *Raft) Snapshot(index int, snapshot []byte) { panic(fmt.Sprint("a snapshot of ", index)) }
func (rf *Raft) Kill()                               {}
func (rf *Raft) Nothing(args *int, reply *int)       { select {} }
