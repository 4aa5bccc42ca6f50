package editions

import (
	"raftlab/src/labrpc"
	"raftlab/src/raft"
)

// An Adapter is how a Raft fits that was written for another edition of the lab than the contract of package raft: its
// apply messages, of type M, are its own, and what Make returns may lack methods.
type Adapter[M any] struct {
	// Make starts a server. It returns it twice: as the contract has it, and as what it is, whose handlers are called.
	Make func(peers []*labrpc.ClientEnd, me int, persister *raft.Persister, applyCh chan M) (raft.Raft, any)

	// Message is what a message says.
	Message func(M) raft.ApplyMsg

	// Install, if not nil, asks the Raft whether the service may still switch to a snapshot that was sent to applyCh:
	// CondInstallSnapshot of 2021 and 2022.
	Install func(rf any, m raft.ApplyMsg) bool
}

// Contract is the edition of those that are written for the contract.
func Contract(makeRaft raft.MakeFunc) Adapter[raft.ApplyMsg] {
	return Adapter[raft.ApplyMsg]{
		Make: func(
			peers []*labrpc.ClientEnd, me int, persister *raft.Persister, applyCh chan raft.ApplyMsg,
		) (raft.Raft, any) {
			rf := makeRaft(peers, me, persister, applyCh)
			return rf, rf
		},
		Message: func(m raft.ApplyMsg) raft.ApplyMsg { return m },
	}
}
