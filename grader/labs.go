package main

// The labs that can be graded register themselves.
import (
	_ "raftlab/src/kvraft/kvtest"
	_ "raftlab/src/kvraft/rsmtest"
	_ "raftlab/src/raft/rafttest"
)
