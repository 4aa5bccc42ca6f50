// Package kvnode is the KV labs' code within a node. On a server it starts a store over a Raft; on a clerks' node it
// makes clerks and calls their methods. It reports what they return, and the state of the Raft, to the judge, which
// plays the scenario and watches from outside. A node is alone in a sandbox (a box), or a group of goroutines in a
// process with other nodes.
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

// A Store says how to start and call the store of one edition, a year's form of the lab: the classic store with Put and
// Append, or the versioned one, and the RSM that this is built on. Functions that an edition does not have are nil.
type Store struct {
	// Start starts a server. A store that takes a raft.MakeFunc is given tap of it.
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
	Services []any // their methods are RPC handlers, registered under the names of their types
	GetState func() (term int, leader bool)
	Kill     func()
}

// RSM is the part of a kvraft.RSM that this package calls.
type RSM interface {
	Submit(op any) (kvraft.Err, any)
}

// A Tap wraps a MakeFunc. The Rafts that the result makes close their applyCh after Kill. They report to the judge each
// call of Snapshot, and what they apply out of order.
type Tap func(makeRaft raft.MakeFunc) raft.MakeFunc

// Program returns the program of a node with a store that is written for package classic.
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

// Versioned returns the program of a node with a store that is written for package kvraft.
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

// serverOf returns the Server of a store kv, nil for none, over a Raft that a Tap has made.
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

// ProgramOf returns the program of a node with this store.
func ProgramOf(store Store, methods Methods) node.Program {
	return func(h node.Host) node.Node {
		var given Given
		if err := given.parse(h.Given()); err != nil {
			panic(fmt.Sprintf("raftlab: what the judge gives a node at its start: %v", err))
		}
		if h.Role() == ClerkRole {
			return &clerks{host: h, store: store, servers: given.Servers, clerks: make(map[int]*clerk)}
		}
		return newServer(h, store, given, methods)
	}
}
