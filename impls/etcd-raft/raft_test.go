package etcdraft

import (
	"testing"

	"raftlab/src/raft/rafttest/live"
)

func Test2A(t *testing.T) { live.Run(t, "2A", Make) }
