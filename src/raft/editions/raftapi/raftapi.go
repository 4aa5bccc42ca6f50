// Package raftapi has the names under which the lab of 2025 and later knows the contract of package raft.
package raftapi

import "raftlab/src/raft"

// ApplyMsg is the contract's.
type ApplyMsg = raft.ApplyMsg

// Raft is what Make returns in all these years. Their interfaces have more methods, not the same each year; what Make
// really returns has them.
type Raft interface {
	Start(command any) (index, term int, isLeader bool)
	GetState() (term int, isLeader bool)
	Snapshot(index int, snapshot []byte)
}
