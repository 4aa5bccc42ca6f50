// Package checkthenact is a Raft that sends heartbeats besides those of the Raft
// it is made of: it looks whether it leads, and then in which term. Between the
// two it lets go of the lock, and may have stepped down.
package checkthenact

import (
	"time"

	tickertimer "raftlab/impls/ticker-timer"
	"raftlab/src/labrpc"
	"raftlab/src/raft"
)

type Raft struct {
	*tickertimer.Raft
	peers []*labrpc.ClientEnd
	me    int
}

func Make(peers []*labrpc.ClientEnd, me int, persister *raft.Persister, applyCh chan raft.ApplyMsg) raft.Raft {
	rf := &Raft{
		Raft:  tickertimer.Make(peers, me, persister, applyCh).(*tickertimer.Raft),
		peers: peers,
		me:    me,
	}
	go rf.heartbeats()
	return rf
}

type AppendEntriesArgs struct{ Term, LeaderId int }

type AppendEntriesReply struct{ Term int }

func (rf *Raft) heartbeats() {
	for {
		time.Sleep(10 * time.Millisecond)
		if rf.leads() {
			args := AppendEntriesArgs{Term: rf.term(), LeaderId: rf.me}
			for i := range rf.peers {
				if i != rf.me {
					go rf.peers[i].Call("Raft.AppendEntries", &args, &AppendEntriesReply{})
				}
			}
		}
	}
}

func (rf *Raft) leads() bool {
	_, yes := rf.GetState()
	return yes
}

func (rf *Raft) term() int {
	term, _ := rf.GetState()
	return term
}
