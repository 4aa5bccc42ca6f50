// Package classic is the contract between a key-value store on Raft and whoever uses or grades it, as the lab had it
// until 2024: Get, Put and Append, each executed once. It holds no store; implementations stand in directories of their
// own and import it.
//
// An implementation is a package with the two functions
//
//	func StartKVServer(servers []*labrpc.ClientEnd, me int, persister *raft.Persister, maxraftstate int,
//		makeRaft raft.MakeFunc) classic.Server
//	func MakeClerk(servers []*labrpc.ClientEnd) classic.Clerk
//
// StartKVServer returns a pointer to a type named KVServer, whose exported methods of the form
//
//	func (kv *KVServer) Get(args *GetArgs, reply *GetReply)
//
// are the handlers that clerks reach with servers[i].Call("KVServer.Get", …). They, and their arguments, may have any
// names.
//
// What the lab's parts ask for:
//
//   - 3A, the store: what clerks do is linearizable, Gets among it, and each Put and Append is executed exactly once,
//     however often its clerk sends it.
//   - 3B, snapshots: the Raft's saved state stays near maxraftstate, and a server that restarts has what it had, so
//     that it also knows what it has executed.
package classic

import (
	"raftlab/src/labrpc"
	"raftlab/src/raft"
)

// Server is one server of the store.
type Server interface {
	// Raft returns the Raft below.
	Raft() raft.Raft
	// Kill tells the server, and its Raft, that it will not be used again.
	Kill()
}

// StartFunc starts a server of the store over a Raft that makeRaft makes. The Raft closes its applyCh once it was
// killed and nothing more will come. servers[i] calls server i. When the Raft's saved state nears maxraftstate bytes
// the server gives it a snapshot; -1 is no limit, and no snapshots. StartKVServer returns quickly.
type StartFunc func(servers []*labrpc.ClientEnd, me int, persister *raft.Persister, maxraftstate int,
	makeRaft raft.MakeFunc) Server

// Clerk is a client's side of the store. Its methods are called one at a time. They try servers until one answers, for
// ever if need be.
type Clerk interface {
	// Get returns a key's value, "" if there is no such key.
	Get(key string) string
	// Put sets a key's value.
	Put(key, value string)
	// Append appends to a key's value. Of a key that is not there that is "".
	Append(key, value string)
}

// ClerkFunc makes a clerk. The ends are of all servers, in no particular order.
type ClerkFunc func(servers []*labrpc.ClientEnd) Clerk
