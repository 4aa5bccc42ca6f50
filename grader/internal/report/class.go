package report

import (
	"fmt"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"raftlab/src/lab"
)

// class renders the table of a class of students. It has a row for each implementation: how many runs passed for each
// tier (classic, strict) and part (such as 2A) of the lab, the points, and the first finding. The more terse, the fewer
// columns:
//
//	0  a column for each part of each tier
//	1  one for each part of the classic tier, one for the strict tier
//	2  one for each tier
//
// Findings are cut so that the table fits into v.width, but not below shortFinding: rather the table is too wide, and
// the caller tries a terser one. At terse 2 findings are cut down to leastFinding, and names down to shortName.
func (v *view) class(terse int) string {
	name, finding := longName, longFinding
	rendered := v.classTable(terse, name, finding)
	excess := text.LongestLineLen(rendered) - v.width
	if excess <= 0 {
		return rendered
	}
	names, findings := v.longest()
	name, finding = min(name, names), min(finding, findings)
	if finding-excess < shortFinding && terse < 2 {
		return rendered // too wide
	}
	least := min(finding, leastFinding)
	name = min(name, max(shortName, name-(excess-(finding-least))))
	return v.classTable(terse, name, max(finding-excess, least))
}

// How much of a finding and of an implementation's name is shown, in characters: at most long, less to make the table
// fit, but no less than short or, if nothing else is left, least.
const (
	longFinding, shortFinding, leastFinding = 56, 24, 16
	longName, shortName                     = 40, 12
)

// longest returns the widths of the columns of names and of findings if nothing is cut.
func (v *view) longest() (name, finding int) {
	for i, l := range v.r.labels {
		name = max(name, text.StringWidthWithoutEscSequences(l))
		finding = max(finding, text.StringWidthWithoutEscSequences(v.r.firstFinding(i)))
	}
	return name, finding
}

func (v *view) classTable(terse, name, finding int) string {
	t := newTable()
	tiers, heads := table.Row{""}, table.Row{""}
	configs := []table.ColumnConfig{{Number: 1, WidthMax: name, WidthMaxEnforcer: snip}}
	add := func(tier, head string, align text.Align, width int) {
		tiers, heads = append(tiers, v.heading(tier)), append(heads, head)
		c := table.ColumnConfig{Number: len(heads), Align: align, AlignHeader: align}
		if width > 0 {
			c.WidthMax, c.WidthMaxEnforcer = width, snip
		}
		configs = append(configs, c)
	}
	columns := classColumns(v.sections, terse)
	for _, c := range columns {
		add(string(c.tier), c.name, text.AlignRight, 0)
	}
	points := false
	for i := range v.r.plan.Impls {
		points = points || v.r.total(i) != ""
	}
	if points {
		add("", "points", text.AlignRight, 0)
	}
	add("", "first finding", text.AlignLeft, finding)
	t.AppendHeader(tiers, table.RowConfig{AutoMerge: true, AutoMergeAlign: text.AlignLeft})
	t.AppendHeader(heads)
	t.SetColumnConfigs(configs)

	for i, m := range v.r.plan.Impls {
		row := table.Row{v.r.labels[i]}
		for _, c := range columns {
			row = append(row, v.brief(v.r.of(i, c.scenarios...)))
		}
		if points {
			row = append(row, v.points(i))
		}
		switch {
		case m.GraderError != "":
			row = append(row, v.doubt(graderFault))
		case m.LoadError != "":
			row = append(row, v.bad("not graded"))
		default:
			row = append(row, v.r.firstFinding(i))
		}
		t.AppendRow(row)
	}
	return t.Render()
}

// points renders an implementation's cell in the column of points.
func (v *view) points(impl int) string {
	switch {
	case v.r.withheld(impl):
		return v.doubt("-")
	case v.r.plan.Impls[impl].LoadError != "":
		return v.faint("0")
	default:
		return v.r.total(impl)
	}
}

// classColumns returns a column for each section, named by its part. With terse 1 the sections of each tier but classic
// are one column, named "all"; with terse 2 those of every tier are.
func classColumns(all []section, terse int) []section {
	var columns []section
	for _, s := range all {
		s.name = s.part()
		whole := terse == 2 || terse == 1 && s.tier != lab.Classic
		if n := len(columns); whole && n > 0 && columns[n-1].tier == s.tier {
			columns[n-1].scenarios = append(columns[n-1].scenarios, s.scenarios...)
			columns[n-1].name = "all"
			continue
		}
		s.scenarios = append([]int(nil), s.scenarios...)
		columns = append(columns, s)
	}
	return columns
}

// brief renders how runs ended as "passed/judged". Runs without a verdict are shown only if no run has one.
func (v *view) brief(t tally) string {
	switch s := fmt.Sprintf("%d/%d", t.passed, t.judged()); {
	case t.judged() == 0:
		return v.passed(t)
	case t.failed > 0:
		return v.bad(s)
	default:
		return v.good(s)
	}
}

func snip(s string, width int) string { return text.Snip(s, width, "~") }
