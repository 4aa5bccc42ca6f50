package report_test

import (
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"raftlab/grader/internal/report"
	"raftlab/src/cluster"
	"raftlab/src/raft/rafttest"
)

// beginner is a plan of 2A and a correct submission that has nothing else yet. One scenario of 2A needs what it lacks.
func beginner(t *testing.T, others ...report.Impl) report.Plan {
	m := report.Impl{Name: "mine", Dir: "/autograder/submission"}
	m.NotImplemented = map[string]string{"2B": "Start does nothing", "2C": "Start does nothing",
		"2D": "Start does nothing"}
	p := alone(t, m)
	p.Impls = append(p.Impls, others...)
	p.Scenarios = suite(rafttest.Elections)
	for i := range p.Scenarios {
		if s := &p.Scenarios[i]; s.Name == "VoteSurvivesRestart" {
			s.Needs = []string{rafttest.Persistence}
		}
	}
	return p
}

// Nobody hears of parts that were not asked for.
func TestPartsNotAskedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := beginner(t)
		r := report.New(p)
		playPlanned(t, r, p, func(*report.Outcome) {})
		time.Sleep(1500 * time.Millisecond)
		golden(t, "table-beginner.golden", shown(r, p, false))
		golden(t, "gradescope-beginner.golden.json", render(t, p, r.Gradescope))
		golden(t, "summary-beginner.golden.md", render(t, p, r.Markdown))

		class := beginner(t, crowd(12)...)
		rc := report.New(class)
		playPlanned(t, rc, class, func(*report.Outcome) {})
		for name, write := range map[string]func(io.Writer) error{
			"table": func(w io.Writer) error { r.Table(w, false); return nil },
			"class": func(w io.Writer) error { rc.Table(w, false); return nil },
			"JUnit": r.JUnit, "Markdown": r.Markdown, "Gradescope": r.Gradescope, "Markdown of a class": rc.Markdown,
		} {
			text := render(t, p, write)
			if strings.Contains(text, "not implemented") || strings.Contains(text, "not impl.") ||
				strings.Contains(text, "Start does nothing") {
				t.Errorf("%s speaks of what was not asked for:\n%s", name, text)
			}
		}
		if text := render(t, p, r.JSON); strings.Contains(text, "Start does nothing") {
			t.Errorf("JSON speaks of what was not asked for:\n%s", text)
		}
	})
}

func crowd(n int) []report.Impl {
	var all []report.Impl
	for range n {
		all = append(all, impl("another-student-of-the-class"))
	}
	return all
}

// Where a scenario is all that was asked for, what it lacks is the news.
func TestOnlyWhatNeedsMore(t *testing.T) {
	p := beginner(t)
	p.Scenarios = p.Scenarios[5:6]
	if name := p.Scenarios[0].Name; name != "VoteSurvivesRestart" {
		t.Fatal(name)
	}
	text := shown(report.New(p), p, false)
	for _, want := range []string{"mine: part 2C is not implemented: Start does nothing",
		"INCOMPLETE: 1 scenario not implemented"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

// What an author reads has paths of the author's, and none of the machine's that graded.
func TestGradescopePaths(t *testing.T) {
	p := beginner(t)
	r := report.New(p)
	playPlanned(t, r, p, func(o *report.Outcome) {
		if o.Scenario.Name == "ReElection" {
			fail(o, cluster.Panic, "index out of range, at /autograder/submission/src/raft/raft.go:12")
		}
	})
	res := gradescope(t, r)
	for _, want := range []string{"at PATH-OF-YOUR-CHECKOUT/src/raft/raft.go:12", "-seed 1 PATH-OF-YOUR-CHECKOUT\n"} {
		if out := res.Tests[1].Output; !strings.Contains(out, want) || strings.Contains(out, "/autograder") {
			t.Errorf("no %q in, or a path of the grader's in\n%s", want, out)
		}
	}
	p.Impls[0].LoadError = "/autograder/submission: no Raft here"
	if out := gradescope(t, report.New(p)).Output; !strings.HasSuffix(out, "\n\nPATH-OF-YOUR-CHECKOUT: no Raft here") {
		t.Errorf("output %q", out)
	}
}
