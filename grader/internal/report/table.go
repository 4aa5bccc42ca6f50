package report

import (
	"bytes"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"raftlab/src/raft/rafttest"
)

// maxWidth is how wide a table may be. The widest layout that fits is taken.
const maxWidth = 120

// Table writes the report for people: who passed what, what that is worth, and
// then each kind of failure with an example, its log and the command that
// repeats it. With few implementations the table has a row for each scenario,
// with many a row for each implementation.
func (r *Report) Table(w io.Writer, color bool) {
	r.mu.Lock()
	v := view{r: r, palette: palette(color), sections: sections(r.plan.Scenarios)}
	v.table()
	v.findings()
	r.mu.Unlock()
	w.Write(v.out.Bytes())
}

// A view is a report in the making, for people. It holds its report's lock.
type view struct {
	palette
	r        *Report
	sections []section
	terse    bool // a row for each implementation, and failures in brief
	out      bytes.Buffer
}

// A section is scenarios that stand together.
type section struct {
	tier      rafttest.Tier
	name      string
	scenarios []int
}

// sections puts the scenarios of a tier and part together: the classic tier
// first, otherwise in the order of the plan.
func sections(scenarios []rafttest.Scenario) []section {
	var all []section
	for i, s := range scenarios {
		name := string(s.Tier) + " " + string(s.Part)
		at := slices.IndexFunc(all, func(c section) bool { return c.name == name })
		if at < 0 {
			at = len(all)
			all = append(all, section{tier: s.Tier, name: name})
		}
		all[at].scenarios = append(all[at].scenarios, i)
	}
	tiers := []rafttest.Tier{rafttest.Classic, rafttest.Strict}
	slices.SortStableFunc(all, func(a, b section) int {
		return slices.Index(tiers, a.tier) - slices.Index(tiers, b.tier)
	})
	return all
}

// totals are sections that sum others, where there is something to sum.
func (v *view) totals() []section {
	var byTier []section
	all := section{name: "all"}
	for _, s := range v.sections {
		if n := len(byTier); n == 0 || byTier[n-1].tier != s.tier {
			byTier = append(byTier, section{tier: s.tier, name: "all " + string(s.tier)})
		}
		last := &byTier[len(byTier)-1]
		last.scenarios = append(last.scenarios, s.scenarios...)
		all.scenarios = append(all.scenarios, s.scenarios...)
	}
	switch len(v.sections) {
	case len(byTier): // one part: the sections are the tiers
		return []section{all}
	default:
		return append(byTier, all)
	}
}

func (v *view) table() {
	if runs, total := v.r.done(); runs < total {
		v.out.WriteString(v.doubt("Not finished: "+strconv.Itoa(runs)+" of "+count(total, "run", "runs")) + "; this is what is done.\n")
	}
	if !slices.ContainsFunc(v.r.plan.Impls, func(m Impl) bool { return m.LoadError == "" }) {
		return
	}
	layouts := []func() string{
		func() string { return v.matrix(true) },
		func() string { return v.matrix(false) },
		func() string { v.terse = true; return v.summary(true) },
		func() string { return v.summary(false) },
	}
	var rendered string
	for _, layout := range layouts {
		if rendered = layout(); text.LongestLineLen(rendered) <= maxWidth {
			break
		}
	}
	v.out.WriteString("\n" + rendered + "\n\n")
}

// A column is something to tell about an implementation's runs.
type column struct {
	name  string
	align text.Align
	cell  func(v *view, t tally) string
}

var (
	passed   = column{"passed", text.AlignRight, (*view).passed}
	rate     = column{"failed %", text.AlignLeft, (*view).rate}
	measures = []column{
		{"virtual", text.AlignRight, func(v *view, t tally) string { return mean(t.virtual, t.runs()) }},
		{"CPU", text.AlignRight, func(v *view, t tally) string { return mean(t.cpu, t.runs()) }},
		{"RPCs", text.AlignRight, func(v *view, t tally) string {
			if t.runs() == 0 {
				return ""
			}
			return strconv.Itoa((t.rpcs + t.runs()/2) / t.runs())
		}},
	}
)

func mean(sum time.Duration, runs int) string {
	if runs == 0 {
		return ""
	}
	return span(sum / time.Duration(runs))
}

func (v *view) passed(t tally) string {
	switch s := strconv.Itoa(t.passed) + "/" + strconv.Itoa(t.judged()); {
	case t.runs() == 0:
		return v.faint("–")
	case t.judged() == 0:
		return v.doubt("skipped")
	case t.skipped > 0 && t.failed == 0:
		return v.good(s) + v.doubt(" +"+strconv.Itoa(t.skipped)+" skipped")
	case t.skipped > 0:
		return v.bad(s) + v.doubt(" +"+strconv.Itoa(t.skipped)+" skipped")
	case t.failed > 0:
		return v.bad(s)
	default:
		return v.good(s)
	}
}

func (v *view) rate(t tally) string {
	if t.failed == 0 {
		return ""
	}
	return v.bad(interval(t.failed, t.judged()))
}

// columns are those that an implementation needs in a matrix.
func (v *view) columns(impl int, measured bool) []column {
	if v.r.plan.Impls[impl].LoadError != "" {
		return []column{{passed.name, text.AlignCenter, func(*view, tally) string { return v.faint("–") }}}
	}
	columns := []column{passed}
	if v.r.of(impl).failed > 0 {
		columns = append(columns, rate)
	}
	if measured {
		columns = append(columns, measures...)
	}
	return columns
}

// matrix has a row for each scenario and a group of columns for each
// implementation. If it is not measured, times and RPCs stand in rows below, as
// means over all runs.
func (v *view) matrix(measured bool) string {
	t := newTable()
	names, heads := table.Row{""}, table.Row{""}
	configs := []table.ColumnConfig{{Number: 1}}
	columns := make([][]column, len(v.r.plan.Impls))
	for i, m := range v.r.plan.Impls {
		columns[i] = v.columns(i, measured)
		name := v.heading(v.r.labels[i])
		for _, c := range columns[i] {
			names = append(names, name)
			head := c.name
			if m.LoadError != "" {
				head = v.bad("not graded")
			}
			heads = append(heads, head)
			configs = append(configs, table.ColumnConfig{Number: len(heads), Align: c.align, AlignHeader: c.align, AlignFooter: c.align})
		}
	}
	t.AppendHeader(names, table.RowConfig{AutoMerge: true, AutoMergeAlign: text.AlignLeft})
	t.AppendHeader(heads)
	t.SetColumnConfigs(configs)

	// row tells of some scenarios, in the columns that want says.
	row := func(title string, scenarios []int, want func(column) bool) table.Row {
		row := table.Row{title}
		for i := range v.r.plan.Impls {
			sum := v.r.of(i, scenarios...)
			for _, c := range columns[i] {
				s := ""
				if want(c) {
					s = c.cell(v, sum)
				}
				row = append(row, s)
			}
		}
		return row
	}
	every := func(column) bool { return true }
	verdict := func(c column) bool { return c.name == passed.name || c.name == rate.name }
	for i, s := range v.sections {
		if i > 0 {
			t.AppendSeparator()
		}
		t.AppendRow(row(v.heading(s.name), s.scenarios, verdict))
		for _, scenario := range s.scenarios {
			t.AppendRow(row("  "+v.r.plan.Scenarios[scenario].Name, []int{scenario}, every))
		}
	}
	totals := v.totals()
	for _, s := range totals {
		t.AppendFooter(row(v.heading(s.name), s.scenarios, every))
	}
	if measured {
		return t.Render()
	}
	for _, m := range measures {
		row := table.Row{"  " + m.name + " per run"}
		for i := range v.r.plan.Impls {
			row = append(row, m.cell(v, v.r.of(i)))
			for range columns[i][1:] {
				row = append(row, "")
			}
		}
		t.AppendFooter(row)
	}
	return t.Render()
}

// summary has a row for each implementation.
func (v *view) summary(measured bool) string {
	t := newTable()
	heads := table.Row{""}
	configs := []table.ColumnConfig{{Number: 1, WidthMax: 40, WidthMaxEnforcer: snip}}
	add := func(name string, align text.Align) {
		heads = append(heads, name)
		configs = append(configs, table.ColumnConfig{Number: len(heads), Align: align, AlignHeader: align})
	}
	for _, s := range v.sections {
		add(s.name, text.AlignRight)
	}
	add(rate.name, rate.align)
	add("kinds", text.AlignLeft)
	add("fails in", text.AlignLeft)
	if measured {
		for _, m := range measures {
			add(m.name, m.align)
		}
	}
	t.AppendHeader(heads)
	t.SetColumnConfigs(configs)
	for i, m := range v.r.plan.Impls {
		row := table.Row{v.r.labels[i]}
		if m.LoadError != "" {
			t.AppendRow(append(row, v.bad("not graded")))
			continue
		}
		for _, s := range v.sections {
			row = append(row, v.passed(v.r.of(i, s.scenarios...)))
		}
		sum := v.r.of(i)
		row = append(row, v.rate(sum), v.kinds(i), v.failsIn(i))
		if measured {
			for _, m := range measures {
				row = append(row, m.cell(v, sum))
			}
		}
		t.AppendRow(row)
	}
	return t.Render()
}

// kinds lists an implementation's kinds of failures, the most frequent first.
func (v *view) kinds(impl int) string {
	n := make(map[string]int)
	for s := range v.r.cells[impl] {
		for _, g := range v.r.cells[impl][s].failures.groups {
			n[string(g.kind)] += len(g.runs)
		}
	}
	return foremost(n, 2)
}

// failsIn lists the scenarios in which an implementation fails, the most
// frequent first.
func (v *view) failsIn(impl int) string {
	n := make(map[string]int)
	for s, c := range v.r.cells[impl] {
		if c.failed > 0 {
			n[v.r.plan.Scenarios[s].Name] = c.failed
		}
	}
	return foremost(n, 1)
}

// foremost lists those with the highest counts, and how many others there are.
func foremost(n map[string]int, most int) string {
	var names []string
	for name := range n {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		if n[a] != n[b] {
			return n[b] - n[a]
		}
		return strings.Compare(a, b)
	})
	var parts []string
	for _, name := range names[:min(most, len(names))] {
		parts = append(parts, name+" "+strconv.Itoa(n[name]))
	}
	if more := len(names) - most; more > 0 {
		parts = append(parts, strconv.Itoa(more)+" more")
	}
	return strings.Join(parts, ", ")
}

func snip(s string, width int) string { return text.Snip(s, width, "…") }

// newTable returns a table without borders, whose cells are as they were given.
func newTable() table.Writer {
	t := table.NewWriter()
	style := table.StyleLight
	style.Options = table.Options{SeparateHeader: true, SeparateFooter: true}
	style.Format.Header, style.Format.Footer = text.FormatDefault, text.FormatDefault
	t.SetStyle(style)
	t.SuppressTrailingSpaces()
	return t
}
