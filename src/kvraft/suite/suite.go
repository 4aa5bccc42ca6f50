// Package suite is the test of a key-value store on Raft by the KV labs' scenarios, for go test.
//
// An implementation plugs in with a file of few lines, over a Raft of this project or its own:
//
//	func Test3A4A(t *testing.T) { suite.Classic(t, "3A", StartKVServer, MakeClerk, tickertimer.Make) }
//
// and has, besides go test's own flags, -clock bubble|wall and -seed N.
package suite

import (
	"testing"

	"raftlab/src/kvraft"
	"raftlab/src/kvraft/classic"
	"raftlab/src/kvraft/kvnode"
	"raftlab/src/kvraft/kvtest"
	"raftlab/src/kvraft/rsmtest"
	"raftlab/src/lab/labtest"
	"raftlab/src/raft"
)

// Classic runs all scenarios of a part, such as "3A", against a store of the classic contract, a subtest each. See
// [labtest.Run].
func Classic(t *testing.T, part string, start classic.StartFunc, clerk classic.ClerkFunc, makeRaft raft.MakeFunc) {
	labtest.Run(t, kvtest.Lab(), part, kvnode.Program(start, clerk, makeRaft, nil))
}

// Versioned runs all scenarios of a part, such as "4B", against a replicated state machine and its store, a subtest each.
// See [labtest.Run].
func Versioned(t *testing.T, part string, start kvraft.StartFunc, clerk kvraft.ClerkFunc, makeRSM kvraft.MakeRSMFunc,
	makeRaft raft.MakeFunc) {
	labtest.Run(t, rsmtest.Lab(), part, kvnode.Versioned(start, clerk, makeRSM, makeRaft, nil))
}
