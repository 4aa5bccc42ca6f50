package kvcluster

import (
	"github.com/sasha-s/go-deadlock"

	"raftlab/src/locks"
)

// Without its tag go-deadlock watches locks with timers, which bubbles do not share: in tests that have some it is off.
func init() { deadlock.Opts.Disable = !locks.Durable }
