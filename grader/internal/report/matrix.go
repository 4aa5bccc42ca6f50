package report

import (
	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// A matrix has a row for each scenario and a group of columns for each implementation.
type matrix struct {
	*view
	t       table.Writer
	columns [][]column // by implementation
}

// matrix renders the report as one. Without columns for them, times and RPCs stand in rows at the end, as means over
// all runs.
func (v *view) matrix() string {
	m := matrix{view: v, t: newTable()}
	m.head()
	totals := m.totals()
	for i, s := range m.sections {
		if i > 0 {
			m.t.AppendSeparator()
		}
		m.t.AppendRow(m.row(m.heading(s.name), s.scenarios, len(totals) == 0))
		for _, scenario := range s.scenarios {
			m.t.AppendRow(m.row("  "+m.r.plan.Scenarios[scenario].Name, []int{scenario}, true))
		}
	}
	// Not footers: after those the library repeats the separators of the rows.
	m.t.AppendSeparator()
	for _, s := range totals {
		m.t.AppendRow(m.row(m.heading(s.name), s.scenarios, true))
	}
	if row, ok := m.pointsRow(); ok {
		m.t.AppendRow(row)
	}
	if !m.measured {
		for _, c := range m.measures() {
			m.t.AppendRow(m.measureRow(c))
		}
	}
	return m.t.Render()
}

func (m *matrix) head() {
	names, heads := table.Row{""}, table.Row{""}
	configs := []table.ColumnConfig{{Number: 1}}
	for i, impl := range m.r.plan.Impls {
		columns := m.view.columns(i)
		m.columns = append(m.columns, columns)
		for _, c := range columns {
			head := c.name
			switch {
			case impl.GraderError != "":
				head = m.doubt(head)
			case impl.LoadError != "":
				head = m.bad(head)
			}
			names = append(names, m.heading(m.r.labels[i])) // merged where alike
			heads = append(heads, head)
			configs = append(configs, table.ColumnConfig{Number: len(heads), Align: c.align, AlignHeader: c.align})
		}
	}
	m.t.AppendHeader(names, table.RowConfig{AutoMerge: true, AutoMergeAlign: text.AlignLeft})
	m.t.AppendHeader(heads)
	m.t.SetColumnConfigs(configs)
}

// row tells of some scenarios, and what they took if that is wanted.
func (m *matrix) row(title string, scenarios []int, measures bool) table.Row {
	row := table.Row{title}
	for i := range m.r.plan.Impls {
		sum := m.r.of(i, scenarios...)
		if len(scenarios) > 1 {
			sum.advised = 0 // it would only widen the column
		}
		for _, c := range m.columns[i] {
			if c.measure && !measures || c.single && len(scenarios) > 1 {
				row = append(row, "")
			} else {
				row = append(row, c.cell(sum))
			}
		}
	}
	return row
}

// pointsRow tells what implementations have earned, if there is anything to earn, in the first of each one's columns.
func (m *matrix) pointsRow() (row table.Row, ok bool) {
	row = table.Row{m.heading("points")}
	for i := range m.r.plan.Impls {
		ok = ok || m.r.total(i) != ""
		row = append(row, m.points(i))
		for range m.columns[i][1:] {
			row = append(row, "")
		}
	}
	return row, ok
}

// measureRow tells what all runs took, in the first of each implementation's columns.
func (m *matrix) measureRow(c column) table.Row {
	row := table.Row{"  " + c.name + " per run"}
	for i := range m.r.plan.Impls {
		row = append(row, c.cell(m.r.of(i)))
		for range m.columns[i][1:] {
			row = append(row, "")
		}
	}
	return row
}

// columns returns the columns that an implementation needs in a matrix.
func (v *view) columns(impl int) []column {
	if v.r.plan.Impls[impl].LoadError != "" {
		return []column{{name: "not graded", align: text.AlignCenter, cell: func(tally) string { return v.faint("-") }}}
	}
	columns := []column{v.passedColumn()}
	t := v.r.of(impl)
	if t.failed > 0 {
		columns = append(columns, v.rateColumn())
	}
	if v.sure && t.failed+t.failedBefore > 0 {
		columns = append(columns, v.sureColumn())
	}
	if v.measured {
		columns = append(columns, v.measures()...)
	}
	return columns
}
