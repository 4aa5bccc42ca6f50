package raftnode

import (
	"testing"
	"time"

	"raftlab/src/raft"
)

func TestGiven(t *testing.T) {
	timing := raft.Timing{
		Heartbeat: 75 * time.Millisecond, MinElection: 150 * time.Millisecond, MaxElection: 300 * time.Millisecond,
		Poll: time.Millisecond,
	}
	for _, given := range []Given{{}, {SnapshotEvery: 10, Slow: 7}, {Timing: timing}, {1, 2, timing}} {
		message := given.Append(nil)
		var got Given
		if err := got.parse(message); err != nil || got != given {
			t.Errorf("%+v was read as %+v, %v", given, got, err)
		}
		if err := new(Given).parse(message[:len(message)-1]); err == nil {
			t.Errorf("%+v is read without its last byte", given)
		}
	}
	// A run in which nobody is told of time is, to the byte, what it would be if nobody could.
	if plain, timed := len(Given{}.Append(nil)), len(Given{Timing: timing}.Append(nil)); plain != 2 || timed <= plain {
		t.Errorf("a server is given %d bytes, and with its timing %d", plain, timed)
	}
}
