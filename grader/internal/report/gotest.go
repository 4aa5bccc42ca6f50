package report

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"raftlab/grader/internal/testrun"
)

// GoTests are the results of tests that came with a checkout. Its methods are safe for concurrent use.
type GoTests struct {
	Tests  []string                              // in the order of the table
	Count  int                                   // planned runs of each
	Replay func(test string, seed uint64) string // the command that repeats a run

	mu      sync.Mutex
	results []testrun.Result
}

// Add takes in a result.
func (g *GoTests) Add(r testrun.Result) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.results = append(g.results, r)
}

// Done returns how many runs are done, of how many.
func (g *GoTests) Done() (runs, total int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.results), g.Count * len(g.Tests)
}

func (g *GoTests) finished() (implementations, total int) { return 0, 1 }

// Failures returns how many runs have failed.
func (g *GoTests) Failures() int {
	n := 0
	for _, r := range g.Results() {
		if r.Verdict == testrun.Failed {
			n++
		}
	}
	return n
}

// Results returns the results test by test, of each the lowest seed first.
func (g *GoTests) Results() []testrun.Result {
	g.mu.Lock()
	list := slices.Clone(g.results)
	g.mu.Unlock()
	slices.SortFunc(list, func(a, b testrun.Result) int {
		return cmp.Or(
			cmp.Compare(slices.Index(g.Tests, a.Test), slices.Index(g.Tests, b.Test)),
			cmp.Compare(a.Seed, b.Seed),
		)
	})
	return list
}

// Table writes as text how often each test passed and what it took, and then each kind of failure with the command that
// repeats one.
func (g *GoTests) Table(w io.Writer, color bool) {
	p := palette(color)
	var out bytes.Buffer
	n, total := g.Done()
	if n < total {
		out.WriteString(p.doubt(fmt.Sprintf("Not finished: %d of %s", n, count(total, "run", "runs"))) +
			"; these are the results so far.\n")
	}
	if n > 0 {
		out.WriteString("\n" + g.table(p) + "\n\nvirtual time, CPU: means per run\n")
	}
	g.failures(&out, p)
	w.Write(out.Bytes())
}

func (g *GoTests) table(p palette) string {
	v := view{palette: p}
	t := newTable()
	t.AppendHeader(table.Row{"test", "passed", "failed %", "virtual", "CPU"})
	right := func(n int) table.ColumnConfig {
		return table.ColumnConfig{
			Number: n, Align: text.AlignRight, AlignHeader: text.AlignRight, AlignFooter: text.AlignRight,
		}
	}
	t.SetColumnConfigs([]table.ColumnConfig{right(2), right(4), right(5)})
	row := func(name string, results []testrun.Result) table.Row {
		var c tally
		var n time.Duration
		for _, r := range results {
			if r.Verdict == testrun.LeftOut {
				continue
			}
			n++
			c.virtual += r.Virtual
			c.cpu += r.CPU
			switch r.Verdict {
			case testrun.Passed:
				c.passed++
			case testrun.Skipped:
				c.skipped++
			default:
				c.failed++
			}
		}
		if n == 0 {
			return table.Row{name, p.faint("-")}
		}
		return table.Row{name, v.passed(c), v.rate(c), span(c.virtual / n), span(c.cpu / n)}
	}
	for _, test := range g.Tests {
		t.AppendRow(row(Printable(test), g.of(test)))
	}
	if len(g.Tests) > 1 {
		t.AppendFooter(row("all", g.Results()))
	}
	return t.Render()
}

// of returns the results of a test, the lowest seed first.
func (g *GoTests) of(test string) []testrun.Result {
	var list []testrun.Result
	for _, r := range g.Results() {
		if r.Test == test {
			list = append(list, r)
		}
	}
	return list
}

// failures writes the failures of each test, grouped by kind, the most frequent first.
func (g *GoTests) failures(out *bytes.Buffer, p palette) {
	for _, test := range g.Tests {
		results := g.of(test)
		var kinds []*kind
		ran, left := len(results), 0
		for _, r := range results {
			if r.Verdict == testrun.LeftOut {
				ran, left = ran-1, left+1
			}
			if r.Verdict != testrun.Failed {
				continue
			}
			line, _, _ := strings.Cut(r.Reason, "\n")
			summary := normalize(line)
			at := slices.IndexFunc(kinds, func(k *kind) bool { return k.summary == summary })
			if at < 0 {
				at = len(kinds)
				kinds = append(kinds, &kind{summary: summary})
			}
			kinds[at].runs = append(kinds[at].runs, r)
		}
		slices.SortStableFunc(kinds, func(a, b *kind) int { return cmp.Compare(len(b.runs), len(a.runs)) })
		for _, k := range kinds {
			first := k.runs[0]
			head := fmt.Sprintf("fails like this in %d of %s (%s)", len(k.runs), count(ran, "run", "runs"), k.seeds(5))
			fmt.Fprintf(out, "\n%s %s\n", p.bad(Printable(test)), p.heading(head))
			out.WriteString(indent(Printable(firstLines(first.Reason)), "    ") + "\n")
			fmt.Fprintf(out, "    %s\n", p.faint("repeat: "+g.Replay(test, first.Seed)))
		}
		if left > 0 {
			others := count(left, "run was", "runs were")
			fmt.Fprintf(out, "    %s\n", p.doubt("its other "+others+" left out: the test hangs with every seed"))
		}
	}
}

// A kind is runs that failed alike.
type kind struct {
	summary string
	runs    []testrun.Result // the lowest seed first
}

func (k *kind) seeds(most int) string {
	var lowest []uint64
	for _, r := range k.runs[:min(most, len(k.runs))] {
		lowest = append(lowest, r.Seed)
	}
	return seeds(lowest, len(k.runs))
}

// GoTest writes all that a run printed, each line with its virtual time, and how it ended.
func GoTest(w io.Writer, r testrun.Result, color bool) {
	p := palette(color)
	var out strings.Builder
	for _, l := range r.Output {
		fmt.Fprintf(&out, "%s %s\n", p.faint(fmt.Sprintf("%11.6f", l.At.Seconds())),
			Printable(strings.ReplaceAll(l.Text, "\x16", "")))
	}
	if r.Stacks != "" {
		out.WriteString(Printable(r.Stacks) + "\n")
	}
	word := p.good(string(r.Verdict))
	switch r.Verdict {
	case testrun.Failed:
		word = p.bad(string(r.Verdict))
	case testrun.Skipped:
		word = p.doubt(string(r.Verdict))
	}
	fmt.Fprintf(&out, "%s  %s  seed %d  %v virtual  %v of CPU  trace %016x\n",
		word, Printable(r.Test), r.Seed, r.Virtual.Round(time.Microsecond), r.CPU.Round(time.Millisecond), r.Trace)
	if r.Reason != "" {
		out.WriteString(indent(Printable(firstLines(r.Reason)), "    ") + "\n")
	}
	io.WriteString(w, out.String())
}
