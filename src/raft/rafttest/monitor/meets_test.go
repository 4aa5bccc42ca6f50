package monitor_test

import (
	"bytes"
	"fmt"
	"testing"

	"raftlab/src/labgob"
)

// state is what a Raft saves: a struct, or one value after the other.
func state(t *testing.T, asStruct bool, term, start, entries int) []byte {
	var b bytes.Buffer
	e := labgob.NewEncoder(&b)
	values := []any{term, -1, make([]Entry, entries), start}
	if asStruct {
		values = []any{struct{ Term, VotedFor, Start, Size int }{term, -1, start, entries + 1}}
	}
	for _, v := range values {
		if err := e.Encode(v); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

func TestSnapshotSavedFirst(t *testing.T) {
	snapshot := func(index int) []byte { return fmt.Append(nil, "up to ", index) }
	const (
		none = iota
		older
		earlier // only the first
	)
	for _, asStruct := range []bool{false, true} {
		for _, wrong := range []int{none, older, earlier} {
			c := newCluster(t, 3, snapping)
			c.set.Saved(0, state(t, asStruct, 1, 0, 3), nil)
			var last []byte
			for i, index := range []int{9, 19, 29, 39} {
				c.set.Snapshotted(index, snapshot(index))
				if wrong == older || wrong == earlier && i == 0 {
					c.set.Saved(0, state(t, asStruct, 1, index, 1), last)
				}
				last = snapshot(index)
				c.set.Saved(0, state(t, asStruct, 1, index, 1), last)
				c.set.Saved(0, state(t, asStruct, 2+i, index, 5), last)
				c.set.Saved(1, state(t, asStruct, 1, 0, 5), last)
			}
			want := 1
			if wrong == none {
				want = 0
			}
			if len(c.said) != want || want > 0 && c.said[0] != "Snapshot Saved First: S0 saves a log that begins after "+
				"index 9, without a snapshot up to there: after a crash it has neither" {
				t.Errorf("struct %v, wrong %v: %q", asStruct, wrong, c.said)
			}
		}
	}
}

// What is no index of a snapshot each time is not taken for one.
func TestNoStart(t *testing.T) {
	c := newCluster(t, 3, snapping)
	for i, index := range []int{9, 19, 29, 39} {
		c.set.Snapshotted(index, []byte{byte(index)})
		c.set.Saved(0, state(t, false, 1, index+i%2, 3), nil)
		c.set.Saved(0, []byte("something else"), nil)
	}
	if c.said != nil {
		t.Error(c.said)
	}
}
