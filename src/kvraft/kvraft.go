// Package kvraft is the contract between a key-value store on Raft and whoever uses or grades it, as the lab has it
// since 2025: a replicated state machine (RSM) over a Raft, and on it a store whose keys have versions. Package
// [raftlab/src/kvraft/classic] is the contract of the years before. This package holds no store: implementations are
// packages of their own that import it.
//
// An implementation is a package with the three functions
//
//	func MakeRSM(servers []*labrpc.ClientEnd, me int, persister *raft.Persister, maxraftstate int,
//		sm kvraft.StateMachine, makeRaft raft.MakeFunc) kvraft.RSM
//	func StartKVServer(servers []*labrpc.ClientEnd, me int, persister *raft.Persister, maxraftstate int,
//		makeRaft raft.MakeFunc) kvraft.Server
//	func MakeClerk(servers []*labrpc.ClientEnd) kvraft.Clerk
//
// StartKVServer returns a pointer to a type named KVServer, whose methods Get and Put are the handlers that clerks reach
// with servers[i].Call("KVServer.Get", …), of the types below.
//
// What the lab's parts ask for:
//
//   - 4A, the replicated state machine: Submit returns the result of its own operation, executed once on each server in
//     the order of the log, or says that this server does not lead, or no longer.
//   - 4B, the store: Get and Put are linearizable; a Put is executed at most once, and its clerk never says that it was
//     not when it was.
//   - 4C, snapshots: the Raft's saved state stays near maxraftstate, and a server that restarts has what it had.
package kvraft

import (
	"raftlab/src/labrpc"
	"raftlab/src/raft"
)

// A StateMachine is what is replicated. The RSM calls its methods one at a time.
type StateMachine interface {
	// DoOp executes an operation that was submitted on some server and is committed, and returns its result. It must do
	// the same on every server.
	DoOp(op any) (result any)
	// Snapshot returns the state as bytes.
	Snapshot() []byte
	// Restore takes the place of all that was done before: the state is that of a Snapshot, of this or another server.
	Restore(snapshot []byte)
}

// RSM is one server of a replicated state machine. Its methods may be called from any goroutine at any time.
type RSM interface {
	// Submit has an operation executed, of a type that is registered with labgob, and waits for it. It returns OK and
	// what DoOp returned for it on this server, or ErrWrongLeader and nil if this server does not lead, has ceased to,
	// or was killed: then the operation may be executed or not.
	Submit(op any) (Err, any)
	// Raft returns the Raft below. Whoever kills the RSM kills that.
	Raft() raft.Raft
}

// MakeRSMFunc starts a server of a replicated state machine over a Raft that makeRaft makes. The Raft closes its
// applyCh once it was killed and nothing more will come. If the persister has a snapshot, sm is restored from it. When
// the Raft's saved state nears maxraftstate bytes the RSM gives it a snapshot; -1 is no limit, and no snapshots.
// MakeRSM returns quickly.
type MakeRSMFunc func(servers []*labrpc.ClientEnd, me int, persister *raft.Persister, maxraftstate int,
	sm StateMachine, makeRaft raft.MakeFunc) RSM

// Server is one server of the store.
type Server interface {
	// Raft returns the Raft below.
	Raft() raft.Raft
	// Kill tells the server, and its Raft, that it will not be used again.
	Kill()
}

// StartFunc starts a server of the store. Its arguments are those of a MakeRSMFunc.
type StartFunc func(servers []*labrpc.ClientEnd, me int, persister *raft.Persister, maxraftstate int,
	makeRaft raft.MakeFunc) Server

// Clerk is a client's side of the store. Its methods are called one at a time. They try servers until one answers, for
// ever if need be.
type Clerk interface {
	// Get returns a key's value and version and OK, or ErrNoKey.
	Get(key string) (value string, version Version, err Err)
	// Put sets a key's value if its version is the one given, and then raises the version by one. A key that is not
	// there has version 0. It returns OK; ErrVersion if the version is another, and the Put was not executed; ErrNoKey
	// if there is no such key and version is not 0; or ErrMaybe if the clerk cannot know whether it was executed: it
	// was sent again after a reply may have been lost, or after ErrWrongLeader, and a server said ErrVersion.
	Put(key, value string, version Version) Err
}

// ClerkFunc makes a clerk. servers has an end for each server, in no particular order.
type ClerkFunc func(servers []*labrpc.ClientEnd) Clerk
