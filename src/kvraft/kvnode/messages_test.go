package kvnode

import (
	"strings"
	"testing"
)

// A message is one that a node says.
type message interface{ Append([]byte) []byte }

// messages are one of each kind.
func messages() []message {
	return []message{
		Raft{State: []byte("state")},
		Snapshotted{Index: -1 << 63, Size: 1<<63 - 1},
		Returned{ID: 1<<64 - 1, Value: "value", Version: 1 << 63, Err: "ErrNoKey"},
		Submitted{ID: 1, Err: "OK", Result: -1},
		Counted{Count: 1 << 62},
		Done{},
		Disorder{Last: 3, Index: 2, Snapshot: true},
	}
}

// An error that a submission made up is kept as far as people read it.
func TestLongErrors(t *testing.T) {
	long := strings.Repeat("x", 1<<20)
	for _, m := range []message{Returned{ID: 1, Err: long}, Submitted{ID: 1, Err: long}} {
		said, err := Parse(m.Append(nil))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		switch m := said.(type) {
		case Returned:
			got = m.Err
		case Submitted:
			got = m.Err
		}
		if got != long[:maxErr] {
			t.Errorf("%T has an error of %d bytes, want %d", m, len(got), maxErr)
		}
	}
}

// FuzzParse has a node say anything. What is accepted reads the same when it is written again.
func FuzzParse(f *testing.F) {
	for _, m := range messages() {
		f.Add(m.Append(nil))
		f.Add(append(m.Append(nil), 0))
	}
	f.Add([]byte{})
	f.Add(append([]byte{byte(opReturned), 1}, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1))
	f.Fuzz(func(t *testing.T, said []byte) {
		got, err := Parse(said)
		if err != nil {
			return
		}
		written := got.(message).Append(nil)
		again, err := Parse(written)
		if err != nil || string(again.(message).Append(nil)) != string(written) {
			t.Errorf("%x is read as %+v, and that as %+v, %v", said, got, again, err)
		}
	})
}
