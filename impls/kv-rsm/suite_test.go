package kvrsm

import (
	"testing"

	tickertimer "raftlab/impls/ticker-timer"
	"raftlab/src/kvraft/suite"
)

func Test4A(t *testing.T) {
	suite.Versioned(t, "4A", StartKVServer, MakeClerk, MakeRSM, tickertimer.Make)
}
func Test4B(t *testing.T) {
	suite.Versioned(t, "4B", StartKVServer, MakeClerk, MakeRSM, tickertimer.Make)
}
func Test4C(t *testing.T) {
	suite.Versioned(t, "4C", StartKVServer, MakeClerk, MakeRSM, tickertimer.Make)
}
