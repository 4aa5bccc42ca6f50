package kvclassic

import (
	"testing"

	tickertimer "raftlab/impls/ticker-timer"
	"raftlab/src/kvraft/suite"
)

func Test3A4A(t *testing.T) { suite.Classic(t, "3A", StartKVServer, MakeClerk, tickertimer.Make) }
func Test3B4B(t *testing.T) { suite.Classic(t, "3B", StartKVServer, MakeClerk, tickertimer.Make) }
