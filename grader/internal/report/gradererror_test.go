package report_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"raftlab/grader/internal/report"
	"raftlab/src/cluster"
	"raftlab/src/raft/rafttest"
)

const diskFull = "writing the program of a box: no space left on device"

// unplayed makes some runs of an implementation such as the grader could not play.
func unplayed(impl int) func(o *report.Outcome) {
	return func(o *report.Outcome) {
		flawed(impl)(o)
		switch seed := o.Result.Seed; {
		case o.Impl != impl:
		case o.Scenario.Name == "ManyElections" && seed%4 == 0, o.Scenario.Name == "StableLeader":
			o.Result = cluster.Result{Scenario: o.Scenario.Name, Seed: seed,
				GraderError: "its worker was killed from outside, twice"}
		case o.Scenario.Name == "ReElection" && seed == 7:
			o.Result = cluster.Result{Scenario: o.Scenario.Name, Seed: seed,
				GraderError: "no worker could be started: no space left on device"}
		}
	}
}

// What the grader or its machine is to blame for is told as such in every form, and nobody has points or a lack of them
// for it.
func TestGraderErrors(t *testing.T) {
	for _, tt := range []struct {
		name  string
		impls []report.Impl
	}{
		{"several", []report.Impl{impl("ticker-timer"), impl("polling-sleep"),
			{Name: "unbuilt", Dir: "./impls/unbuilt", GraderError: diskFull}}},
		{"class", append(class(20), report.Impl{Name: "unbuilt", Dir: "./impls/unbuilt", GraderError: diskFull})},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := plan(t, 8, tt.impls...)
				p.Scenarios = suite(rafttest.Elections, rafttest.Log)
				p.Grading = scheme(t, "")
				r := report.New(p)
				play(t, r, p, unplayed(1))
				time.Sleep(1500 * time.Millisecond)
				golden(t, "table-grader-error-"+tt.name+".golden", shown(r, p, false))
				if tt.name == "class" {
					return
				}
				golden(t, "grader-error.golden.json", render(t, p, r.JSON))
				golden(t, "junit-grader-error.golden.xml", render(t, p, r.JUnit))
				golden(t, "summary-grader-error.golden.md", render(t, p, r.Markdown))
				if !r.GraderFailed() {
					t.Error("GraderFailed() is false")
				}
				if runs, total := r.Done(); total-runs != 2+8+1 {
					t.Errorf("%d of %d runs are done, want all but those that could not be played", runs, total)
				}
			})
		})
	}
}

func class(n int) []report.Impl {
	var impls []report.Impl
	for i := range n {
		impls = append(impls, impl(fmt.Sprintf("student%02d", i)))
	}
	return impls
}

// Gradescope gets no score, neither a good nor a bad one.
func TestGraderErrorsOnGradescope(t *testing.T) {
	for _, tt := range []struct {
		name   string
		impl   report.Impl
		change func(o *report.Outcome)
	}{
		{"run", impl("mine"), unplayed(0)},
		{"build", report.Impl{Name: "mine", Dir: "./impls/mine", GraderError: diskFull}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := alone(t, tt.impl)
				r := report.New(p)
				if tt.change != nil {
					play(t, r, p, tt.change)
				}
				time.Sleep(1500 * time.Millisecond)
				text := render(t, p, r.Gradescope)
				golden(t, "gradescope-grader-error-"+tt.name+".golden.json", text)
				if strings.Contains(text, `score":`) {
					t.Errorf("a score in\n%s", text)
				}
			})
		})
	}
}
