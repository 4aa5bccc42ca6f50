package report

import (
	"fmt"
	"html"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"raftlab/grader/internal/grading"
)

// markdownLimit is where a summary ends: a step's summary on GitHub may have 1 MiB, and shows nothing at all of a
// longer one.
const markdownLimit = 512 << 10

// Markdown writes the report as CI systems show it: the verdict, a table (of scenarios for one implementation, of
// implementations for several) and then what could not be graded and what failed, folded.
func (r *Report) Markdown(w io.Writer) error {
	r.mu.Lock()
	m := markdown{r: r}
	m.all()
	r.mu.Unlock()
	_, err := io.WriteString(w, m.out.String())
	return err
}

// A markdown is a summary in the making. It holds its report's lock.
type markdown struct {
	r    *Report
	out  strings.Builder
	left int // details that there was no room for
}

func (m *markdown) all() {
	m.printf("## %s\n\n%s\n\n", inline(m.r.plan.Lab.Title), inline(m.verdict()))
	if len(m.r.plan.Impls) == 1 {
		m.scenarios()
	} else {
		m.implementations()
	}
	m.notes()
	m.advice()
	m.details()
	if m.left > 0 {
		m.printf("\n… and %s more, left out for lack of room.\n", strconv.Itoa(m.left))
	}
	if origin := m.r.plan.Origin.String(); origin != "" {
		m.printf("\n%s\n", inline(origin))
	}
}

func (m *markdown) printf(format string, args ...any) { fmt.Fprintf(&m.out, format, args...) }

// verdict returns the last line of the report as text.
func (m *markdown) verdict() string {
	v := view{r: m.r}
	v.verdict()
	return strings.TrimSpace(v.out.String())
}

// row writes a row of a table, whose cells are Markdown already.
func (m *markdown) row(cells ...string) { m.printf("| %s |\n", strings.Join(cells, " | ")) }

// scenarios is the table of a single implementation.
func (m *markdown) scenarios() {
	impl := m.r.plan.Impls[0]
	m.printf("%s", inline(m.r.labels[0]))
	total := m.r.total(0)
	if total != "" {
		m.printf(": **%s points**", inline(total))
	}
	if loss := m.r.loss(0); loss != "" {
		m.printf("; %s", inline(loss))
	}
	m.printf("\n\n")
	if impl.refused() {
		return
	}
	m.row("part", "tier", "scenario", "passed", "points", "finding")
	m.printf("|---|---|---|--:|--:|---|\n")
	var points []grading.Points
	if total != "" {
		points = m.r.points(0)
	}
	for _, section := range sections(m.r.plan.Scenarios) {
		for _, s := range section.scenarios {
			scenario, worth := m.r.plan.Scenarios[s], ""
			if points != nil && points[s].Max > 0 {
				worth = inline(points[s].String())
			}
			m.row(string(scenario.Part), string(scenario.Tier), inline(scenario.Name), m.passed(0, s), worth,
				m.finding(0, s))
		}
	}
	m.printf("\n")
}

// passed is how many runs of a scenario passed.
func (m *markdown) passed(impl, scenario int) string {
	t := m.r.cells[impl][scenario].tally
	mark := "✅"
	switch how, _ := m.r.status(impl, scenario); how {
	case notImplemented, skipped:
		return "–"
	case failed:
		mark = "❌"
	case unfinished:
		mark = "⏳"
	case notGraded:
		mark = "❔"
	}
	return fmt.Sprintf("%s %d/%d", mark, t.passed, t.judged())
}

// finding says in a few words why a scenario did not pass.
func (m *markdown) finding(impl, scenario int) string {
	how, why := m.r.status(impl, scenario)
	if how == failed {
		g := m.r.cells[impl][scenario].failures.byFrequency()[0]
		first, _, _ := strings.Cut(g.example.message, "\n")
		why = g.title() + ": " + first
	}
	return inline(clip(oneLine(why), 200))
}

// implementations is the table of several.
func (m *markdown) implementations() {
	all := sections(m.r.plan.Scenarios)
	heads, rule := []string{"submission"}, "|---|"
	for _, s := range all {
		heads = append(heads, inline(s.name))
		rule += "--:|"
	}
	m.row(append(heads, "points", "first finding")...)
	m.printf("%s--:|---|\n", rule)
	for i, impl := range m.r.plan.Impls {
		cells := []string{inline(m.r.labels[i])}
		for _, s := range all {
			t := m.r.of(i, s.scenarios...)
			cell := fmt.Sprintf("%d/%d", t.passed, t.judged())
			if t.judged() == 0 {
				cell = "–"
			}
			cells = append(cells, cell)
		}
		points, finding := inline(m.r.total(i)), inline(m.r.firstFinding(i))
		switch {
		case impl.GraderError != "":
			points, finding = "–", graderFault
		case impl.LoadError != "":
			points, finding = "0", "not graded"
		case m.r.withheld(i):
			points = "–"
		}
		m.row(append(cells, points, finding)...)
	}
	m.printf("\n")
}

// notes tell how implementations were graded, and what was skipped.
func (m *markdown) notes() {
	for i, impl := range m.r.plan.Impls {
		var lines []string
		missing := m.r.missing(i)
		for _, part := range slices.Sorted(maps.Keys(missing)) {
			lines = append(lines, fmt.Sprintf("part %s is not implemented: %s", part, missing[part]))
		}
		lines = append(lines, impl.Notes...)
		for _, w := range slices.Sorted(maps.Keys(m.r.warnings[i])) {
			lines = append(lines, fmt.Sprintf("in %s: %s", count(m.r.warnings[i][w], "run", "runs"), w))
		}
		for _, line := range lines {
			if m.room() {
				m.printf("- %s: %s\n", inline(m.r.labels[i]), inline(oneLine(line)))
			}
		}
	}
}

// advice writes what could be better, though it fails nobody.
func (m *markdown) advice() {
	for i := range m.r.plan.Impls {
		for s, scenario := range m.r.plan.Scenarios {
			advice := m.r.cells[i][s].advice
			for _, a := range slices.Sorted(maps.Keys(advice)) {
				if m.room() {
					m.printf("- %s: advice, in %s of %s: %s\n", inline(m.r.labels[i]), count(advice[a], "run", "runs"),
						inline(scenario.Name), inline(clip(oneLine(a), 1000)))
				}
			}
		}
	}
}

// details writes what could not be graded and what failed.
func (m *markdown) details() {
	for i, impl := range m.r.plan.Impls {
		switch {
		case impl.GraderError != "":
			m.fold(inline(m.r.labels[i]+" "+graderFault), clip(Printable(impl.GraderError), longest))
			continue
		case impl.LoadError != "":
			m.fold(inline(m.r.labels[i])+" could not be graded", clip(Printable(impl.LoadError), longest))
			continue
		}
		for _, section := range sections(m.r.plan.Scenarios) {
			for _, s := range section.scenarios {
				how, why := m.r.status(i, s)
				title := inline(fmt.Sprintf("%s %s: %s", m.r.labels[i], m.r.plan.Scenarios[s].Name, why))
				if how == failed {
					m.fold(title, clip(m.r.describeAll(i, s, mostKinds, staff), longest))
				}
				if errors := m.r.cells[i][s].errors; len(errors) > 0 {
					m.fold(inline(m.r.labels[i]+" "+m.r.plan.Scenarios[s].Name+": "+graderFault),
						clip(Printable(strings.Join(slices.Sorted(maps.Keys(errors)), "\n")), longest))
				}
			}
		}
	}
}

func (m *markdown) room() bool {
	if m.out.Len() > markdownLimit {
		m.left++
		return false
	}
	return true
}

// fold writes text that is shown when its title, which is Markdown, is opened. The empty lines let pre begin a block of
// its own, which only its end tag ends.
func (m *markdown) fold(title, text string) {
	if m.room() {
		m.printf("\n<details><summary>%s</summary>\n\n<pre>\n%s</pre>\n\n</details>\n", title,
			html.EscapeString(strings.TrimRight(text, "\n")+"\n"))
	}
}

// inline makes text of a submission a word of Markdown: what could be markup, a link or the end of a table's cell is
// written as a character reference, which never is.
func inline(s string) string {
	var b strings.Builder
	for i, r := range oneLine(s) {
		if i == 0 && r == '-' || r < 0x80 && strings.ContainsRune("!\"#$&'()*+.:<=>?@[\\]^_`{|}~", r) {
			fmt.Fprintf(&b, "&#%d;", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}
