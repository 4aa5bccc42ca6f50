package report

import (
	"fmt"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"raftlab/src/cluster"
)

// A fold is failures of one implementation that are alike, in one scenario or in several: a Raft that elects nobody
// fails the same way everywhere. The first scenario of the table stands for all.
type fold struct {
	scenarios []int
	groups    []*group // by scenario
}

// folds returns the failures of an implementation in the order of the table.
func (v *view) folds(impl int) []*fold {
	var all []*fold
	byAlike := make(map[string]*fold)
	for _, section := range v.sections {
		for _, s := range section.scenarios {
			for _, g := range v.r.cells[impl][s].failures.byFrequency() {
				f := byAlike[g.alike]
				if f == nil {
					f = new(fold)
					byAlike[g.alike] = f
					all = append(all, f)
				}
				f.scenarios = append(f.scenarios, s)
				f.groups = append(f.groups, g)
			}
		}
	}
	return all
}

// mostFolds is how many kinds of failures of each implementation are shown where implementations are many.
const mostFolds = 3

// failures shows an example of each kind, in full if implementations are few.
func (v *view) failures() {
	v.part("Failures", func() {
		first := true
		for i := range v.r.plan.Impls {
			all := v.folds(i)
			shown := all
			if v.terse {
				shown = all[:min(mostFolds, len(all))]
			}
			for _, f := range shown {
				if !first {
					v.out.WriteByte('\n')
				}
				first = false
				v.fold(i, f)
			}
			if more := len(all) - len(shown); more > 0 {
				v.line("%s", v.faint(fmt.Sprintf("… and %s of %s; the files of -json, -junit and -summary have them",
					count(more, "other kind of failure", "other kinds of failures"), v.r.labels[i])))
			}
		}
		v.explain()
	})
}

// explain names, once, the command that explains failures: a promise that is broken rather than anything else.
func (v *view) explain() {
	if topic := v.topic(); topic != "" && v.r.plan.Explain != nil {
		v.line("\n%s", v.faint("What that means and how it usually comes about: "+Printable(v.r.plan.Explain(topic))))
	}
}

// topic is the name of the first promise that is broken, or else of the first kind of failure.
func (v *view) topic() string {
	topic := ""
	for i := range v.r.plan.Impls {
		for _, f := range v.folds(i) {
			g := f.groups[0]
			if g.kind == cluster.Safety {
				promise, _, _ := strings.Cut(g.example.message, ":")
				return promise
			}
			if topic == "" {
				topic = string(g.kind)
			}
		}
	}
	return topic
}

func (v *view) fold(impl int, f *fold) {
	g, scenario := f.groups[0], f.scenarios[0]
	example := g.example
	message, more := cut(Printable(example.message))
	if v.terse {
		message, _, _ = strings.Cut(message, "\n")
		more = 0
	}
	message = fmt.Sprintf("at %s: %s", span(example.at), message)
	if len(f.scenarios) > 1 {
		v.foldHead(impl, f)
		message = fmt.Sprintf("first: %s, seed %v, %s", v.r.plan.Scenarios[scenario].Name, example.drawn, message)
	} else {
		v.head(v.r.labels[impl]+" "+v.r.plan.Scenarios[scenario].Name+" "+g.title(), fmt.Sprintf("%d of %s  %s",
			g.n, count(v.r.cells[impl][scenario].judged(), "run", "runs"), v.faint(g.seeds(5))))
		if g.n > 1 {
			message = fmt.Sprintf("seed %v, %s", example.drawn, message)
		}
	}
	v.line("%s", indent(v.wrap(message, "    "), "    "))
	if more > 0 {
		v.line("%s", v.faint(fmt.Sprintf("    … %d more lines, in the log", more)))
	}
	if example.log != "" {
		v.line("    log:    %s", example.log)
		for _, file := range beside(example.log) {
			v.line("    page:   %s", file)
		}
	}
	v.line("    repeat: %s", v.r.replayBy(staff, impl, scenario, example.drawn))
	if command := v.r.shrinkBy(staff, impl, scenario, example); command != "" {
		v.line("    shrink: %s", command)
	}
}

// foldHead is the first line of what several scenarios have in common. It names as many of them as it has room for; the
// table tells of the others.
func (v *view) foldHead(impl int, f *fold) {
	failed, judged := 0, 0
	var names []string
	for i, s := range f.scenarios {
		failed += f.groups[i].n
		judged += v.r.cells[impl][s].judged()
		names = append(names, v.r.plan.Scenarios[s].Name)
	}
	who := v.r.labels[impl] + " " + f.groups[0].title()
	what := fmt.Sprintf("%d scenarios fail alike, %d of %s:", len(names), failed, count(judged, "run", "runs"))
	room := v.width - len(what) - 1
	if beside := room - text.StringWidthWithoutEscSequences(who) - 2; !v.wraps || beside > len("a name") {
		room = beside
	} else {
		room -= len("    ") // below, as head puts it
	}
	v.head(who, what+" "+fewNames(names, room))
}

// head writes the first line of a failure: whose it is, and behind it, or below where a terminal is narrow, how
// frequent it is.
func (v *view) head(who, what string) {
	if v.wraps && text.StringWidthWithoutEscSequences(who+"  "+what) > v.width {
		v.line("%s\n    %s", v.bad(who), what)
	} else {
		v.line("%s  %s", v.bad(who), what)
	}
}

// fewNames lists names, as many of the first as fit into the width, but at least one.
func fewNames(names []string, width int) string {
	for n := len(names); n > 1; n-- {
		list := strings.Join(names[:n], ", ")
		if more := len(names) - n; more > 0 {
			list += fmt.Sprintf(" and %d more", more)
		}
		if text.StringWidthWithoutEscSequences(list) <= width {
			return list
		}
	}
	return fmt.Sprintf("%s and %d more", names[0], len(names)-1)
}
