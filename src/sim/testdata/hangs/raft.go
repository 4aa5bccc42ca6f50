// Package hangs is a Raft that does nothing but hang: once its Start was given the name of a method, that method
// does not return any more, or returns late, once, if the name is followed by a time.
package hangs

import (
	"strings"
	"time"

	"raftlab/src/labrpc"
	"raftlab/src/raft"
)

type Raft struct {
	hangs     string        // the method
	late      time.Duration // how late it returns; 0 is never
	persister *raft.Persister
	applyCh   chan raft.ApplyMsg
}

func Make(peers []*labrpc.ClientEnd, me int, persister *raft.Persister, applyCh chan raft.ApplyMsg) raft.Raft {
	rf := &Raft{persister: persister, applyCh: applyCh, hangs: string(persister.ReadRaftState())}
	go idle()
	rf.maybe("Make")
	return rf
}

// idle is there to be seen in stacks.
func idle() { select {} }

func (rf *Raft) maybe(method string) {
	if rf.hangs != method {
		return
	}
	if rf.late == 0 {
		select {}
	}
	rf.hangs = ""
	time.Sleep(rf.late)
}

// Start hangs if it was told so before. Told to apply it applies its command.
func (rf *Raft) Start(command any) (index, term int, isLeader bool) {
	rf.maybe("Start")
	words := strings.Fields(command.(string))
	switch rf.hangs = words[0]; {
	case rf.hangs == "Make":
		rf.persister.Save([]byte("Make"), nil)
	case rf.hangs == "apply":
		rf.hangs = "Snapshot"
		rf.applyCh <- raft.ApplyMsg{CommandValid: true, Command: command, CommandIndex: 1}
	case len(words) > 1:
		rf.late, _ = time.ParseDuration(words[1])
	}
	return 1, 1, false
}

func (rf *Raft) GetState() (term int, isLeader bool) {
	rf.maybe("GetState")
	return 0, false
}

func (rf *Raft) Snapshot(index int, snapshot []byte) { rf.maybe("Snapshot") }

func (rf *Raft) Kill() { rf.maybe("Kill") }
