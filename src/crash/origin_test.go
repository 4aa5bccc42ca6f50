package crash

import (
	"testing"
)

// Whose a function is, by its name in a traceback.
func TestForeign(t *testing.T) {
	tests := []struct {
		function string
		foreign  bool
	}{
		{"panic", false},
		{"main.main", false},
		{"runtime.gopark", false},
		{"runtime/debug.Stack", false},
		{"internal/sync.(*Mutex).lockSlow", false},
		{"internal/of/a/newer/go.f", false},
		{"vendor/golang.org/x/net/idna.ToASCII", false},
		{"crypto/internal/fips140/sha256.blockGeneric", false},
		{"encoding/gob.(*Encoder).Encode", false},
		{"slices.SortFunc[...]", false},
		{"slices.SortFunc[go.shape.[]a/b.entry,go.shape.struct { a/b.Term int }]", false},
		{"raftlab/src/labgob.Marshal", false},
		{"raftlab/src/raft/rafttest/sim/guest.serve[...]", false},
		{"raftlab/src/raft.(*Persister).Save", false},
		{"github.com/sasha-s/go-deadlock.(*Mutex).Lock", false},
		{"6.5840/labrpc.(*ClientEnd).Call", false},
		{"labgob.(*LabEncoder).Encode", false},
		{"raft.Make", true},
		{"raft.(*Raft).ticker.func1", true},
		{"6.5840/raft1.(*Raft).ticker", true},
		{"example.com/a/raft%2ev2.(*Log[...]).last", true},
		{"submission/internal/log.(*Log).last", true},
		{"submission/log.Print", true},
		{"text.render", true}, // there are text/template and others only
		{"logs.Print", true},
		{"log/mine.Print", true},
		{"internals/x.f", true},
		{"raftlab/impls/ticker-timer.Make", true},
		{"raftlab/src/raft/rafttest/sim/testdata/hangs.Make", true},
	}
	for _, test := range tests {
		if got := foreign(test.function); got != test.foreign {
			t.Errorf("%s is foreign: %v, want %v", test.function, got, test.foreign)
		}
	}
}
