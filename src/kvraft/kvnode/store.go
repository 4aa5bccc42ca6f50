// Package kvnode is the KV labs' code within a node: on a server it starts a store over a Raft, on a clerks' node it
// makes clerks and calls their methods; and it tells the judge what these return, and what state the Raft is in. It runs
// in boxes and in processes with other nodes alike.
package kvnode

import (
	"fmt"

	"raftlab/src/cluster/node"
	"raftlab/src/kvraft"
	"raftlab/src/kvraft/classic"
	"raftlab/src/labrpc"
	"raftlab/src/raft"
	"raftlab/src/raft/rafttest/raftnode"
)

// Methods finds those methods of a type that may be its handlers. See [labrpc.MakeServiceOf]. Nil finds all.
type Methods = raftnode.Methods

// The roles of nodes.
const (
	ServerRole  = "server"  // of a store
	CounterRole = "counter" // of a counter, which is this package's state machine over the submission's RSM
	ClerkRole   = "clerk"   // has clerks, as many as are asked for
)

// A Store is how one edition's store is started and called. What an edition does not have is nil.
type Store struct {
	// Start starts a server. Where the Raft below is made by a raft.MakeFunc, tap of that is to be called instead.
	Start func(servers []*labrpc.ClientEnd, me int, persister *raft.Persister, maxraftstate int, tap Tap) Server

	// Clerk makes a clerk of the classic store, Versioned one of the versioned.
	Clerk     func(servers []*labrpc.ClientEnd) classic.Clerk
	Versioned func(servers []*labrpc.ClientEnd) kvraft.Clerk

	// Ordered says that clerks are told the servers in order, as the lab does since 2025: they may know them by number.
	Ordered bool

	// RSM starts a server of a replicated state machine.
	RSM func(servers []*labrpc.ClientEnd, me int, persister *raft.Persister, maxraftstate int, sm kvraft.StateMachine,
		tap Tap) (RSM, Server)
}

// A Server is what Start has started.
type Server struct {
	Services []any // whose methods are handlers, below the names of their types
	GetState func() (term int, leader bool)
	Kill     func()
}

// RSM is a kvraft.RSM as far as it is called.
type RSM interface {
	Submit(op any) (kvraft.Err, any)
}

// A Tap returns a MakeFunc that makes the same Rafts, closes their applyCh when they were killed, and tells the judge of
// the snapshots that they are given.
type Tap func(makeRaft raft.MakeFunc) raft.MakeFunc

// Program is the program of a node with a store that is written for the classic contract.
func Program(
	start classic.StartFunc, clerk classic.ClerkFunc, makeRaft raft.MakeFunc, methods Methods,
) node.Program {
	return ProgramOf(Store{
		Start: func(servers []*labrpc.ClientEnd, me int, persister *raft.Persister, maxraftstate int, tap Tap) Server {
			kv := start(servers, me, persister, maxraftstate, tap(makeRaft))
			return serverOf(kv, kv.Raft(), kv.Kill)
		},
		Clerk: clerk,
	}, methods)
}

// Versioned is Program for the contract of package kvraft.
func Versioned(
	start kvraft.StartFunc, clerk kvraft.ClerkFunc, makeRSM kvraft.MakeRSMFunc, makeRaft raft.MakeFunc, methods Methods,
) node.Program {
	return ProgramOf(Store{
		Start: func(servers []*labrpc.ClientEnd, me int, persister *raft.Persister, maxraftstate int, tap Tap) Server {
			kv := start(servers, me, persister, maxraftstate, tap(makeRaft))
			return serverOf(kv, kv.Raft(), kv.Kill)
		},
		Versioned: clerk,
		RSM: func(
			servers []*labrpc.ClientEnd, me int, persister *raft.Persister, maxraftstate int, sm kvraft.StateMachine,
			tap Tap,
		) (RSM, Server) {
			rsm := makeRSM(servers, me, persister, maxraftstate, sm, tap(makeRaft))
			server := serverOf(nil, rsm.Raft(), rsm.Raft().Kill)
			return rsm, server
		},
	}, methods)
}

// serverOf is the Server of a store, nil for none, over a Raft that a Tap has made.
func serverOf(kv any, rf raft.Raft, kill func()) Server {
	s := Server{GetState: rf.GetState, Kill: kill}
	if kv != nil {
		s.Services = append(s.Services, kv)
	}
	if t, ok := rf.(*tapped); ok {
		rf = t.Raft
	}
	s.Services = append(s.Services, rf)
	return s
}

// ProgramOf is Program for an edition.
func ProgramOf(store Store, methods Methods) node.Program {
	return func(h node.Host) node.Node {
		var given Given
		if err := given.parse(h.Given()); err != nil {
			panic(fmt.Sprintf("raftlab: a node is given a %v", err))
		}
		if h.Role() == ClerkRole {
			return &clerks{host: h, store: store, servers: given.Servers, clerks: make(map[int]*clerk)}
		}
		return newServer(h, store, given, methods)
	}
}
