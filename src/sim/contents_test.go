package sim

import (
	"strings"
	"testing"

	"raftlab/src/labgob"
	"raftlab/src/labrpc"
)

// A message is shown whatever its fields are called, and all of it whatever type one of them has.
func TestContents(t *testing.T) {
	type entry struct {
		LogTerm int
		Command any
	}
	tests := []struct {
		name  string
		value any
		want  string
	}{
		{"Figure 2's", struct {
			Term, CandidateId, LastLogIndex, LastLogTerm int
		}{2, 1, 0, 0}, ": Term 2 CandidateId 1 LastLogIndex 0 LastLogTerm 0"},
		{"other spelling", struct {
			Team, LeaderIdx, PrevLogIdx int
			Logs                        []entry
		}{3, 1, -1, []entry{{3, 7}, {3, "x"}}}, ": Team 3 LeaderIdx 1 PrevLogIdx -1 2 Logs"},
		{"other types", struct {
			Term    string
			Success int
			Share   float64
			Index   *uint16
			Entries map[int]entry
			Nested  struct{ A int }
		}{"two", 1, 0.5, new(uint16), map[int]entry{4: {}}, struct{ A int }{1}},
			`: Term "two" Success 1 Share 0.5 Index 0 1 Entries Nested {…}`},
		{"nothing set", struct {
			Term    int
			Granted bool
			Data    []byte
			List    []entry
		}{}, ": Term 0 Granted false 0 Data 0 List"},
		{"long", struct {
			Text string
			Data []byte
		}{strings.Repeat("x", 100), make([]byte, 5000)}, `: Text "` + strings.Repeat("x", 40) +
			`"… (100 bytes) 5000 Data`},
		{"no struct", 7, ""},
	}
	for _, test := range tests {
		data, err := labgob.Marshal(test.value)
		if err != nil {
			t.Fatal(err)
		}
		if got := contents(labrpc.Sent, data, nil); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
		if got := contents(labrpc.Handled, nil, data); got != test.want {
			t.Errorf("%s, a reply: %q, want %q", test.name, got, test.want)
		}
		for n := range data { // whatever is cut off
			contents(labrpc.Sent, data[:n], nil)
		}
	}
}
