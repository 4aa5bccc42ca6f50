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

	"raftlab/grader/internal/rate"
	"raftlab/src/lab"
)

// The width of a table that does not go to a terminal, and the least width of one that does. The widest layout that
// fits is used.
const maxWidth, minWidth = 120, 40

// Table writes the report as text: who passed what, what that is worth, and then each kind of failure with an example,
// its log and the command that repeats it. With few implementations the table has a row for each scenario, with many a
// row for each implementation.
func (r *Report) Table(w io.Writer, color bool) {
	r.mu.Lock()
	v := view{r: r, palette: palette(color), sections: sections(r.plan.Scenarios), width: maxWidth}
	if r.plan.Width > 0 {
		v.width, v.wraps = max(r.plan.Width, minWidth), true
	}
	v.table()
	v.findings()
	r.mu.Unlock()
	w.Write(v.out.Bytes())
}

// A view is a report as text while it is written. It holds its report's lock.
type view struct {
	palette
	r        *Report
	sections []section
	terse    bool // a row for each implementation, and failures in brief
	measured bool // with times and RPCs in columns
	sure     bool // with the column for how many runs make sure that a failure is gone
	width    int  // of tables
	wraps    bool // sentences are broken at the width, for a terminal would do it within words
	out      bytes.Buffer
}

// A section is the scenarios of a tier and part, which stand together.
type section struct {
	tier      lab.Tier
	name      string
	scenarios []int
}

// part returns the part of the section's scenarios.
func (s section) part() string { return strings.TrimPrefix(s.name, string(s.tier)+" ") }

// sections returns the scenarios by tier and part: the classic tier first, otherwise in the order of the plan.
func sections(scenarios []lab.Scenario) []section {
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
	tiers := lab.Tiers()
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
	switch {
	case len(v.sections) == 1:
		return nil
	case len(v.sections) == len(byTier):
		return []section{all}
	default:
		return append(byTier, all)
	}
}

func (v *view) table() {
	if runs, total := v.r.done(); runs < total {
		v.out.WriteString(v.doubt("Not finished: "+strconv.Itoa(runs)+" of "+count(total, "run", "runs")) +
			"; these are the results so far.\n")
	}
	if t := v.r.all(); t.runs()+t.ungraded == 0 {
		return
	}
	var rendered string
	for _, layout := range []func(){
		func() { v.measured, v.sure = true, true; rendered = v.matrix() },
		func() { v.measured = false; rendered = v.matrix() },
		func() { v.sure = false; rendered = v.matrix() },
		func() { v.terse = true; rendered = v.class(0) },
		func() { rendered = v.class(1) },
		func() { rendered = v.class(2) },
	} {
		if layout(); text.LongestLineLen(rendered) <= v.width {
			break
		}
	}
	v.out.WriteString("\n" + rendered + "\n\n")
}

// A column is something to tell about an implementation's runs.
type column struct {
	name    string
	align   text.Align
	measure bool // what they took, rather than how they ended
	single  bool // nothing for sums of several scenarios
	cell    func(tally) string
}

func (v *view) passedColumn() column {
	return column{name: "passed", align: text.AlignRight, cell: v.passed}
}

func (v *view) rateColumn() column {
	return column{name: "failed %", align: text.AlignLeft, cell: v.rate}
}

// measures returns the columns with what a run took, on average.
func (v *view) measures() []column {
	measure := func(name string, mean func(t tally) string) column {
		return column{name: name, align: text.AlignRight, measure: true, cell: func(t tally) string {
			if t.runs() == 0 {
				return ""
			}
			return mean(t)
		}}
	}
	return []column{
		measure(v.clock(), func(t tally) string { return span(t.virtual / time.Duration(t.runs())) }),
		measure("CPU", func(t tally) string { return span(t.cpu / time.Duration(t.runs())) }),
		measure("RPCs", func(t tally) string { return strconv.Itoa((t.rpcs + t.runs()/2) / t.runs()) }),
	}
}

// clock names the time that passes for servers.
func (v *view) clock() string { return clockName(v.r.plan.Clock) }

func clockName(clock string) string {
	if clock == "wall" {
		return "real"
	}
	return "virtual"
}

func (v *view) passed(t tally) string {
	more := ""
	if t.advised > 0 {
		more += v.doubt(" +" + strconv.Itoa(t.advised) + " advised")
	}
	if t.skipped > 0 {
		more += v.doubt(" +" + strconv.Itoa(t.skipped) + " skipped")
	}
	if t.ungraded > 0 {
		more += v.doubt(" +" + strconv.Itoa(t.ungraded) + " not graded")
	}
	if t.lacking > 0 {
		more += v.doubt(" +" + strconv.Itoa(t.lacking) + " not impl.")
	}
	switch s := strconv.Itoa(t.passed) + "/" + strconv.Itoa(t.judged()); {
	case t.judged() == 0 && t.ungraded > 0:
		return v.doubt("not graded")
	case t.runs() == 0 && t.lacking > 0:
		return v.doubt("not impl.")
	case t.runs() == 0:
		return v.faint("-")
	case t.judged() == 0:
		return v.doubt("skipped")
	case t.failed > 0:
		return v.bad(s) + more
	default:
		return v.good(s) + more
	}
}

func (v *view) rate(t tally) string {
	if t.failed == 0 {
		return ""
	}
	return v.bad(rate.Text(t.failed, t.judged()))
}

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
