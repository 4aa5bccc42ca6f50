// Package ends is a Raft that does nothing but end its process, or try to end others, in the way that its Start is
// told.
package ends

import (
	"log"
	"os"
	"strings"
	"time"

	"raftlab/src/labrpc"
	"raftlab/src/raft"
)

type Raft struct {
	peers []*labrpc.ClientEnd
	log   []string
	hoard []byte
}

var hoard [20 << 20]byte

func Make(peers []*labrpc.ClientEnd, me int, persister *raft.Persister, applyCh chan raft.ApplyMsg) raft.Raft {
	go idle()
	return &Raft{peers: peers}
}

func idle() {
	for {
		time.Sleep(time.Second)
	}
}

func (rf *Raft) Start(command any) (index, term int, isLeader bool) {
	switch command {
	case "exit":
		quit(0)
	case "exit later":
		time.AfterFunc(time.Second, func() { quit(3) })
	case "exit after 150 ms":
		go func() {
			began := time.Now()
			for range 3 {
				time.Sleep(50 * time.Millisecond)
			}
			if took := time.Since(began); took > 150*time.Millisecond && took < 152*time.Millisecond {
				quit(150)
			}
			quit(1)
		}()
	case "hoard in globals":
		for i := range hoard {
			hoard[i] = 1
		}
	case "hoard in a file":
		os.WriteFile("hoard", make([]byte, len(hoard)), 0o666)
	case "hoard in the heap":
		rf.hoard = make([]byte, len(hoard))
	case "exit in another":
		go rf.peers[1].Call("Raft.Quit", 7, new(int))
	case "fatal":
		log.Fatalf("index %d is not there", 7)
	case "flood":
		go rf.flood()
	case "flood of goroutines":
		go rf.floodOfGoroutines()
	case "call again":
		for i := range rf.peers {
			go func() {
				for !rf.peers[i].Call("Raft.Quit", 7, new(int)) {
				}
			}()
		}
	case "eat":
		rf.eat()
	case "eat later":
		for range 500 {
			go idle()
		}
		go rf.eat()
	case "descend":
		descend([100]int{})
	}
	return 1, 1, false
}

func quit(status int) { os.Exit(status) }

func (rf *Raft) Quit(status int, reply *int) { quit(status) }

//go:noinline
func descend(path [100]int) int {
	path[0]++
	return descend(path) + path[0]
}

func (rf *Raft) Greet(n int, reply *int) {}

func (rf *Raft) flood() {
	for {
		rf.peers[1].Call("Raft.Greet", 1, new(int))
	}
}

func (rf *Raft) floodOfGoroutines() {
	for {
		go rf.peers[1].Call("Raft.Greet", 1, new(int))
		time.Sleep(10 * time.Microsecond)
	}
}

func (rf *Raft) eat() {
	for {
		rf.log = append(rf.log, strings.Repeat("entry", 100_000))
	}
}

func (rf *Raft) GetState() (term int, isLeader bool) { return 0, false }
func (rf *Raft) Snapshot(index int, snapshot []byte) {}
func (rf *Raft) Kill()                               {}
