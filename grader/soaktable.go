package main

import (
	"fmt"
	"io"
	"path/filepath"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"raftlab/grader/internal/rate"
	"raftlab/grader/internal/report"
	"raftlab/src/recipe"
)

// write says what this soak and those before it, of the same programs, have found.
func (s *soaker) write(w io.Writer) {
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.Style().Options = table.Options{SeparateHeader: true}
	t.Style().Format.Header = text.FormatDefault
	t.SuppressTrailingSpaces()
	t.SetColumnConfigs([]table.ColumnConfig{{Number: 2, Align: text.AlignRight}, {Number: 3, Align: text.AlignRight}})
	t.AppendHeader(table.Row{"", "runs", "failed", "failure rate of a run"})
	sum, failed, all := 0, 0, true
	for i, p := range s.played {
		t.AppendRow(bound(report.Printable(filepath.Base(s.dirs[i])), p.failed(), p.total()))
		sum += p.total()
		all = all && p.total() > 0
		failed += p.failed()
	}
	if len(s.played) > 1 {
		t.AppendRow(bound("all", failed, sum))
	}
	fmt.Fprintf(w, "\n%s\n\nThe bound holds with 95 %% confidence (Clopper and Pearson).\n", t.Render())
	s.writeSeldom(w)
	for i, p := range s.played {
		s.writeFailures(w, i, "", p.Failures)
		if p.Earlier.Runs > 0 {
			fmt.Fprintf(w, "\n%s: %s of earlier versions are not counted\n", filepath.Base(s.dirs[i]), runs(p.Earlier.Runs))
			s.writeFailures(w, i, ", of an earlier version", p.Earlier.Failures)
		}
	}
	if s.lost != "" {
		fmt.Fprintf(w, "\nnot graded: grader error: %s\n", report.Printable(s.lost))
	}
	word := "PASS"
	switch {
	case failed > 0:
		word = "FAIL"
	case s.lost != "" || !all:
		word = "INCOMPLETE"
	}
	fmt.Fprintf(w, "\n%s: %d of %s failed; the next seed is %d\n", word, failed, runs(sum), s.state.Next)
}

// writeSeldom tells of the scenario that was played least.
func (s *soaker) writeSeldom(w io.Writer) {
	fewest, name := 0, ""
	for _, p := range s.played {
		for _, scenario := range s.scenarios {
			if n := p.Runs[scenario.Name]; n > 0 && (name == "" || n < fewest) {
				fewest, name = n, scenario.Name
			}
		}
	}
	if name != "" && len(s.scenarios) > 1 {
		fmt.Fprintf(w, "Of a single scenario and implementation there are at least %s: without a failure, at most %s %%.\n",
			runs(fewest), rate.Percent(rate.AtMost(0, fewest, 0.95)))
	}
}

func (s *soaker) writeFailures(w io.Writer, impl int, of string, failures []*soakFailure) {
	for _, f := range failures {
		text := fmt.Sprintf("\n%s %s %s, %d times%s, seeds %d\n    %s\n    repeat: %s\n", filepath.Base(s.dirs[impl]),
			f.Scenario, f.Kind, f.Times, of, f.Seeds, f.Says,
			s.replay(report.Impl{Dir: s.dirs[impl]}, f.Scenario, recipe.Recipe{Seed: f.Seeds[0]}))
		io.WriteString(w, report.Printable(text))
	}
}

// bound is a row of the table.
func bound(name string, failed, runs int) table.Row {
	if runs == 0 {
		return table.Row{name, 0, 0, ""}
	}
	return table.Row{name, runs, failed, "at most " + rate.Percent(rate.AtMost(failed, runs, 0.95)) + " %"}
}
