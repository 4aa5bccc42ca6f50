// Package rsmnode is the KV lab's code within a node, for the lab as it is since 2025.
package rsmnode

import (
	"raftlab/src/cluster/node"
	"raftlab/src/kvraft"
	"raftlab/src/kvraft/kvnode"
	"raftlab/src/raft"
)

// Program is the program of a node with a store and a replicated state machine for the contract of package kvraft.
func Program(
	start kvraft.StartFunc, clerk kvraft.ClerkFunc, makeRSM kvraft.MakeRSMFunc, makeRaft raft.MakeFunc,
	methods kvnode.Methods,
) node.Program {
	return kvnode.Versioned(start, clerk, makeRSM, makeRaft, methods)
}
