package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"raftlab/src/cluster"
	"raftlab/src/lab"
	"raftlab/src/lab/jobs"
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

// A run has taken too long only if it does so twice: a machine that stands still is not the submission's fault.
func TestTooLongTwice(t *testing.T) {
	long := sim.Result{Trace: 1, Result: cluster.Result{Failure: &cluster.Failure{Kind: cluster.Timeout}}}
	twice := sim.Result{Trace: 2, Result: cluster.Result{Failure: &cluster.Failure{Kind: cluster.Safety}}}
	for name, test := range map[string]struct {
		plays []sim.Result
		want  cluster.Kind // of the failure; "" if it passes
	}{
		"passes the second time": {[]sim.Result{long, {Trace: 2}}, ""},
		"fails the second time":  {[]sim.Result{long, twice}, cluster.Safety},
		"takes too long twice":   {[]sim.Result{long, long}, cluster.Timeout},
		"passes":                 {[]sim.Result{{Trace: 2}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			played := 0
			s := &simulator{logged: map[string]map[string]uint64{"S": {"timeout": 0}}, closely: make(map[string]bool)}
			s.playOnce = func(*lab.Scenario, jobs.Job, sim.Options) sim.Result {
				played++
				return test.plays[played-1]
			}
			got, _ := s.play(&lab.Scenario{Name: "S"}, jobs.Job{Scenario: "S", Seed: 1})
			kind := cluster.Kind("")
			if got.Failure != nil {
				kind = got.Failure.Kind
			}
			if diff := cmp.Diff([]any{test.want, len(test.plays)}, []any{kind, played}); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
