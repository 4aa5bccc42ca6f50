package report_test

import (
	"fmt"
	"io"
	"testing"

	"raftlab/grader/internal/grading"
	"raftlab/grader/internal/report"
	"raftlab/src/cluster"
	"raftlab/src/raft/rafttest"
	"raftlab/src/recipe"
)

// What it takes to write the files anew, as happens while runs go on: for a class of thirty, all parts, every twentieth
// run failed.
func BenchmarkForms(b *testing.B) {
	var impls []report.Impl
	for i := range 30 {
		impls = append(impls, impl(fmt.Sprintf("student%02d", i)))
	}
	p := report.Plan{Lab: rafttest.Lab(), Impls: impls, Scenarios: allParts(), Count: 20, Clock: "sim",
		LogDir: b.TempDir(),
		Replay: func(m report.Impl, s string, drawn recipe.Recipe) string { return "grader replay " + m.Dir }}
	var err error
	if p.Grading, err = grading.Parse("default", []byte(grading.DefaultFile(rafttest.Lab())),
		raftOf(p.Scenarios)); err != nil {
		b.Fatal(err)
	}
	r := report.New(p)
	for i := range impls {
		for _, s := range p.Scenarios {
			for seed := range p.Count {
				o := outcome(i, s, uint64(seed))
				if seed == 7 {
					fail(&o, cluster.Assertion, "expected one leader, got none, since 2s")
				}
				if err := r.Add(o); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
	for _, form := range []struct {
		name  string
		write func(io.Writer) error
	}{{"JSON", r.JSON}, {"JUnit", r.JUnit}, {"Markdown", r.Markdown}} {
		b.Run(form.name, func(b *testing.B) {
			for b.Loop() {
				if err := form.write(io.Discard); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
