package gotest

import (
	"hash/fnv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"raftlab/grader/internal/testrun"
)

// What a failed test said is the same with Go 1.26 and with 1.27, which puts marks around it.
func TestMarksOfErrors(t *testing.T) {
	for _, out := range []string{
		"hello\n    a_test.go:5: expected one leader,\n        got none\n",
		"hello\n\x0f    a_test.go:5: expected one leader,\n        got none\x0e\n",
	} {
		r := recorder{hash: fnv.New64a()}
		r.write([]byte(out))
		got := r.lines()
		want := []testrun.Line{{Text: "hello"}, {Text: "    a_test.go:5: expected one leader,"},
			{Text: "        got none"}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
}
