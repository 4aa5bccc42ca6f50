package report

import (
	"slices"
	"strconv"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// summary has a row for each implementation.
func (v *view) summary() string {
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
	rate := v.rateColumn()
	add(rate.name, rate.align)
	add("kinds", text.AlignLeft)
	add("fails in", text.AlignLeft)
	if v.measured {
		for _, m := range v.measures() {
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
		if v.measured {
			for _, m := range v.measures() {
				row = append(row, m.cell(sum))
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

func snip(s string, width int) string { return text.Snip(s, width, "~") }
