package main

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"

	"raftlab/grader/internal/play"
	"raftlab/grader/internal/report"
	"raftlab/src/lab"
	"raftlab/src/raft/rafttest"
)

// planOf is a plan of some scenarios, of which the implementation lacks what 2D needs.
func planOf(l *lab.Lab, count int, seed uint64) *plan {
	o := options{lab: l, count: count, seed: seed, builder: builder{clock: "sim"},
		scenarios: []lab.Scenario{
			{Name: "First", Part: rafttest.Elections},
			{Name: "Lacks", Part: rafttest.Snapshots},
			{Name: "Last", Part: rafttest.Log},
		}}
	return o.plan(7, report.Impl{NotImplemented: map[string]string{"2D": "no"}}, []string{"worker"})
}

// The jobs of a plan are, seed by seed, its scenarios in order, but for those that are done.
func TestPlan(t *testing.T) {
	p := planOf(rafttest.Lab(), 3, 18)
	for _, done := range []struct {
		scenario string
		seed     uint64
	}{{"First", 18}, {"Last", 20}} {
		number, ok := p.find(done.scenario, done.seed)
		if !ok {
			t.Errorf("%v is not in the plan", done)
		}
		p.done.add(number)
	}
	for _, other := range []struct {
		scenario string
		seed     uint64
	}{{"First", 17}, {"First", 21}, {"Lacks", 18}, {"Other", 18}} {
		if number, ok := p.find(other.scenario, other.seed); ok {
			t.Errorf("%v is number %d of the plan", other, number)
		}
	}
	var got []string
	b := p.batch()
	for range b.Len {
		j := b.Next()
		if number, ok := p.find(j.Scenario.Name, j.Seed); !ok || !cmp.Equal(p.job(number).Seed, j.Seed) || j.Impl != 7 {
			t.Errorf("%+v is number %d", j, number)
		}
		got = append(got, fmt.Sprintf("%s %d %v", j.Scenario.Name, j.Seed, j.Repeat))
	}
	want := []string{"Last 18 false", "First 19 false", "Last 19 false", "First 20 false"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// One run in twenty is repeated, whatever the implementation lacks.
func TestPlanRepeats(t *testing.T) {
	p := planOf(rafttest.Lab(), 40, 1)
	var got []string
	for i := range p.len() {
		if j := p.job(i); j.Repeat {
			got = append(got, fmt.Sprintf("%s %d", j.Scenario.Name, j.Seed))
		}
	}
	want := []string{"First 1", "Last 19", "First 21", "Last 39"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// To plan the most runs that there may be costs nothing.
func TestPlanOfASoak(t *testing.T) {
	const most = 64 << 10
	l := rafttest.Lab() // larger than what is measured
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	p := planOf(l, maxCount, 1)
	rep := report.New(report.Plan{Lab: l, Impls: []report.Impl{{}},
		Scenarios: []lab.Scenario{p.scenarios[0].Scenario}, Count: maxCount})
	b := p.batch()
	var first []play.Job
	for range 3 {
		first = append(first, b.Next())
	}
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; took > most {
		t.Errorf("%d runs are planned with %d bytes, want at most %d", p.len(), took, most)
	}
	if _, total := rep.Done(); b.Len != 2*maxCount || total != maxCount || first[2].Seed != 2 {
		t.Errorf("%d jobs, the third has seed %d; the report waits for %d", b.Len, first[2].Seed, total)
	}
	last := p.job(p.len() - 1)
	if last.Scenario.Name != "Last" || last.Seed != maxCount {
		t.Errorf("the last job is of %s, seed %d", last.Scenario.Name, last.Seed)
	}
}

func TestRunSet(t *testing.T) {
	var s runSet
	for _, n := range []int{0, 63, 64, 1 << 40, 64} {
		s.add(n)
	}
	s.remove(63)
	s.remove(63)
	s.remove(5000)
	for n, want := range map[int]bool{0: true, 1: false, 63: false, 64: true, 127: false, 1 << 40: true} {
		if s.has(n) != want {
			t.Errorf("has %d is %v", n, s.has(n))
		}
	}
	if s.len() != 3 {
		t.Errorf("%d numbers, want 3", s.len())
	}
}
