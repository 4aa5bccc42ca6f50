package report

import (
	"fmt"
	"io"
	"os"
	"strings"

	"raftlab/grader/internal/page"
)

// mostRecordings is how many bytes of recordings the page of a report has at most. Those of the kinds of failures that
// come first are in it, of the others the page beside the log.
const mostRecordings = 6 << 20

// HTML writes the report as a page for a browser: who passed what, the kinds of failures, and of each the run that
// stands for all, as long as the page has room. Those runs it takes from the pages beside their logs.
func (r *Report) HTML(w io.Writer) error {
	r.mu.Lock()
	o, logs := r.overview()
	title := r.plan.Lab.Name
	r.mu.Unlock()
	p := page.Page{Title: title + ": who passes what", Overview: &o}
	room, without := mostRecordings, 0
	for i := range o.Groups {
		g := &o.Groups[i]
		file := pageBeside(logs[i])
		if file == "" {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			continue // meanwhile another run stands for all
		}
		recording, ok := page.First(data)
		if !ok || len(recording) > room {
			without++
			continue
		}
		room -= len(recording)
		id := page.RunID(len(p.Runs))
		g.Run = &id
		title := fmt.Sprintf("%s %s seed %d", g.Implementation, g.Scenario, g.Seed)
		p.Runs = append(p.Runs, page.Run{Title: title, Command: g.Command, Recording: recording})
	}
	if without > 0 {
		o.Notes = append(o.Notes, fmt.Sprintf("This page has no room for the runs of %s; they have pages of their own "+
			"beside the logs.", count(without, "kind of failure", "kinds of failures")))
	}
	return page.Write(w, p)
}

// overview is what the page shows besides runs, and for each of its groups the log of the run that stands for all. The
// caller holds r.mu.
func (r *Report) overview() (o page.Overview, logs []string) {
	v := view{r: r, sections: sections(r.plan.Scenarios), width: maxWidth}
	o = page.Overview{Columns: r.labels, Rows: []page.Row{}, Groups: []page.Group{}}
	for _, section := range v.sections {
		for _, s := range section.scenarios {
			row := page.Row{Part: section.part(), Scenario: r.plan.Scenarios[s].Name, Tier: string(section.tier)}
			for i := range r.plan.Impls {
				row.Cells = append(row.Cells, r.pageCell(i, s))
			}
			o.Rows = append(o.Rows, row)
		}
	}
	for i := range r.plan.Impls {
		for _, f := range v.folds(i) {
			o.Groups = append(o.Groups, r.pageGroup(i, f))
			logs = append(logs, f.groups[0].example.log)
		}
	}
	v.verdict()
	v.worth()
	v.notes()
	v.loadErrors()
	v.graderErrors()
	for line := range strings.Lines(v.out.String()) {
		if line = strings.TrimRight(line, " \n"); line != "" && line != "Notes" {
			o.Notes = append(o.Notes, line)
		}
	}
	o.Notes = append(o.Notes, v.shorter()...)
	return o, logs
}

// shorter says by which commands the runs that failed can be made shorter.
func (v *view) shorter() (notes []string) {
	for i := range v.r.plan.Impls {
		for _, f := range v.folds(i) {
			scenario, example := f.scenarios[0], f.groups[0].example
			if command := v.r.shrinkBy(staff, i, scenario, example); command != "" {
				notes = append(notes, fmt.Sprintf("%s %s seed %v can be made shorter: %s", v.r.labels[i],
					v.r.plan.Scenarios[scenario].Name, example.drawn, command))
			}
		}
	}
	return notes
}

// pageCell is what the page says of an implementation in a scenario.
func (r *Report) pageCell(impl, scenario int) page.Cell {
	t := r.of(impl, scenario)
	c := page.Cell{Text: fmt.Sprintf("%d/%d", t.passed, t.judged())}
	how, why := r.status(impl, scenario)
	switch c.Title = why; {
	case r.plan.Impls[impl].GraderError != "":
		c = page.Cell{Text: "-", Class: page.Error, Title: graderFault}
	case r.plan.Impls[impl].LoadError != "":
		c = page.Cell{Text: "-", Class: page.Error, Title: "not graded"}
	case how == passed:
		c.Class, c.Title = page.Pass, count(t.passed, "run", "runs")+" passed"
	case how == failed:
		c.Class = page.Fail
	case how == skipped:
		c.Text, c.Class = "skipped", page.Skip
	case how == notGraded:
		c.Class = page.Error
	case how == notImplemented:
		c.Text, c.Class = "not impl.", page.None
	default:
		c.Class = page.None
	}
	c.Title = oneLine(c.Title)
	return c
}

// pageGroup is what the page says of failures that are alike.
func (r *Report) pageGroup(impl int, f *fold) page.Group {
	g, scenario := f.groups[0], f.scenarios[0]
	failed := 0
	for _, g := range f.groups {
		failed += g.n
	}
	name := r.plan.Scenarios[scenario].Name
	title := fmt.Sprintf("%s %s %s", r.labels[impl], name, g.title())
	if len(f.scenarios) > 1 {
		title = fmt.Sprintf("%s %s, %d scenarios fail alike", r.labels[impl], g.title(), len(f.scenarios))
	}
	sentence, _, _ := strings.Cut(Printable(g.example.message), "\n")
	return page.Group{
		Title: title, Count: failed, Implementation: r.labels[impl], Scenario: name, Seed: g.example.drawn.Seed,
		Kind: string(g.kind), Sentence: clip(sentence, longWarning),
		Command: r.replayBy(staff, impl, scenario, g.example.drawn),
	}
}
