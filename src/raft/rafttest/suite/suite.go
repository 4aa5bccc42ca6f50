// Package suite is the test of a Raft by the Raft lab's scenarios, for go test.
//
// An implementation plugs in with a file of three lines:
//
//	func Test2A3A(t *testing.T) { suite.Run(t, "2A", Make) }
//
// and has, besides go test's own flags, -clock bubble|wall and -seed N.
package suite

import (
	"testing"

	"raftlab/src/lab/labtest"
	"raftlab/src/raft"
	"raftlab/src/raft/rafttest"
	"raftlab/src/raft/rafttest/raftnode"
)

// Run runs all scenarios of a part, such as "2A", against an implementation, a subtest each. See [labtest.Run]. A test
// that calls it should have both of the part's names in its own, as Test2A3A has, so that go test -run finds it by
// either.
func Run(t *testing.T, part string, makeRaft raft.MakeFunc) {
	labtest.Run(t, rafttest.Lab(), part, raftnode.Program(makeRaft, nil))
}
