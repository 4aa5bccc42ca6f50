package main

import (
	"strings"
	"testing"

	"raftlab/src/cluster"
	"raftlab/src/sim"
)

// Who fails only where the log is read, or only where it is not, fails for what was found.
func TestDiffers(t *testing.T) {
	pass := sim.Result{Trace: 1}
	twice := sim.Result{Trace: 2, Result: cluster.Result{Failure: &cluster.Failure{Kind: cluster.Safety,
		Message: "One Vote per Term: S1"}}}
	for _, test := range []struct {
		first, second sim.Result
		kind          cluster.Kind
		want          []string
	}{
		{twice, pass, cluster.Safety, []string{"One Vote per Term: S1\nThe repetition of this run went another way",
			"0000000000000002 and 0000000000000001"}},
		{pass, twice, cluster.Nondeterminism,
			[]string{"the same run has the traces", "the second of them failed:\nsafety at 0s: One Vote per Term"}},
		{pass, sim.Result{Trace: 3}, cluster.Nondeterminism,
			[]string{"the same run has the traces 0000000000000001 and 0000000000000003"}},
	} {
		f := differs(test.first, test.second)
		if f.Kind != test.kind {
			t.Errorf("%s, want %s: %s", f.Kind, test.kind, f.Message)
		}
		for _, want := range test.want {
			if !strings.Contains(f.Message, want) {
				t.Errorf("%q lacks %q", f.Message, want)
			}
		}
	}
}
