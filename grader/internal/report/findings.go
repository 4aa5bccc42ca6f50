package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"raftlab/grader/internal/rate"
)

// findings writes what stands below the table.
func (v *view) findings() {
	v.remarks()
	v.notes()
	v.skipped()
	v.warnings()
	v.advice()
	v.loadErrors()
	v.graderErrors()
	v.failures()
	v.verdict()
}

// remarks say how to read the table and what its numbers are worth.
func (v *view) remarks() {
	t := v.r.all()
	if t.runs() == 0 {
		return
	}
	legend := "passed/runs; failed %: rate of failures with its 95 % confidence interval (Wilson)"
	if v.sure && t.failed+t.failedBefore > 0 {
		legend += "; " + sureName + ": clean runs after a fix, to be so sure of it"
	}
	if v.terse {
		legend = "passed/runs, by tier and part"
	} else if v.measured {
		legend += "; " + v.clock() + " time, CPU, RPCs: means per run"
	}
	if !v.terse && v.unasked() {
		legend += "; -: needs a part that was not asked for"
	}
	v.line("%s", v.faint(v.wrap(legend, "")))
	v.worth()
	wall := time.Since(v.r.began)
	line := fmt.Sprintf("%s in %s", count(t.runs(), "run", "runs"), span(wall))
	if v.r.plan.Clock != "wall" && wall > 0 {
		line += fmt.Sprintf(": %.0f virtual seconds, %.0f for each real one", t.virtual.Seconds(),
			t.virtual.Seconds()/wall.Seconds())
	}
	v.sentence("%s; %s of CPU.", line, span(t.cpu))
}

// worth says what it means that all runs passed, in a line for all implementations with as many.
func (v *view) worth() {
	names := make(map[int][]string) // by number of runs
	fewest := 0                     // runs of any scenario of theirs that ran at all
	for i := range v.r.plan.Impls {
		t := v.r.of(i)
		if t.failed > 0 || t.passed == 0 {
			continue
		}
		names[t.passed] = append(names[t.passed], v.r.labels[i])
		for _, c := range v.r.cells[i] {
			if c.passed > 0 && (fewest == 0 || c.passed < fewest) {
				fewest = c.passed
			}
		}
	}
	for _, n := range slices.Backward(slices.Sorted(maps.Keys(names))) {
		who, each := strings.Join(names[n], ", "), ""
		if same := len(names[n]); same > 4 {
			who = fmt.Sprintf("%d implementations", same)
		}
		if len(names[n]) > 1 {
			each = " each"
		}
		v.sentence("%s: 0 failures in %s%s: true failure rate below %s %% with 95 %% confidence.",
			who, count(n, "run", "runs"), each, rate.Percent(rate.AtMost(0, n, 0.95)))
	}
	if fewest == 0 {
		return
	}
	goal := v.r.outlook(tally{passed: fewest})
	if goal.For99 == 0 {
		return
	}
	takes := count(goal.For99, "more clean run", "more clean runs") + " for 99 %"
	if goal.For95 > 0 {
		takes = fmt.Sprintf("%s for 95 %%, %d for 99 %%", count(goal.For95, "more clean run", "more clean runs"), goal.For99)
	}
	takes = fmt.Sprintf("elow %.3g %% takes %s (-count %d).", 100*goal.Rate, takes, fewest+goal.For99)
	if len(v.r.plan.Scenarios) == 1 {
		v.sentence("B%s", takes)
	} else {
		v.sentence("Of a single scenario (%s) it is below %s %%; b%s", count(fewest, "run", "runs"),
			rate.Percent(rate.AtMost(0, fewest, 0.95)), takes)
	}
}

// notes say how implementations were graded and what they do not implement. In a class what most have in common would
// drown the rest: there, -json has it.
func (v *view) notes() {
	v.part("Notes", func() {
		for i, m := range v.r.plan.Impls {
			missing := v.r.missing(i)
			for _, part := range slices.Sorted(maps.Keys(missing)) {
				v.sentence("%s: part %s is not implemented: %s", v.r.labels[i], oneLine(part), oneLine(missing[part]))
			}
			if why := v.r.stopped[i]; why != "" {
				done, planned := v.r.of(i).runs(), v.r.plannedOf(i)
				v.sentence("%s: stopped: %s; %s of %d are not played, and earn nothing", v.r.labels[i], why,
					count(planned-done, "run", "runs"), planned)
			}
			if each := v.r.meanCPU(i); each >= slow {
				v.sentence("%s: takes %s of processor time a run, where most take less than a second", v.r.labels[i],
					span(each))
			}
			v.before(i)
			if loss := v.r.loss(i); loss != "" {
				v.sentence("%s: %s", v.r.labels[i], loss)
			}
			if why := v.r.unwatched(i); why != "" {
				v.sentence("%s: %s", v.r.labels[i], why)
			}
			if v.terse {
				continue
			}
			for _, note := range m.Notes {
				v.sentence("%s: %s", v.r.labels[i], oneLine(note))
			}
		}
	})
}

// before says of scenarios that failed before an implementation was changed, and do not now, when that is sure.
func (v *view) before(impl int) {
	for s, c := range v.r.cells[impl] {
		if c.failedBefore == 0 || c.failed > 0 {
			continue
		}
		goal, sure := v.r.outlook(c.tally), "now it is gone with 99 % confidence"
		if goal.For99 > 0 {
			sure = count(goal.For99, "more clean run", "more clean runs") + " to be 99 % sure that it is gone"
		}
		v.sentence("%s: %s failed in %d of %s before the source changed, and in none of %d since: %s", v.r.labels[impl],
			v.r.plan.Scenarios[s].Name, c.failedBefore, count(c.judgedBefore, "run", "runs"), c.judged(), sure)
	}
}

// slow is how much processor time runs may take, on average, before that is worth a note.
const slow = 5 * time.Second

// meanCPU is the processor time of an implementation's runs, on average.
func (r *Report) meanCPU(impl int) time.Duration {
	t := r.of(impl)
	if t.judged() == 0 {
		return 0
	}
	return t.cpu / time.Duration(t.judged())
}

func (v *view) skipped() {
	v.part("Skipped", func() {
		for i := range v.r.plan.Impls {
			v.reasons(i, func(c *cell) map[string]int { return c.skips })
		}
	})
}

// reasons tells of runs of an implementation that were counted by a reason, in which scenarios they are.
func (v *view) reasons(impl int, of func(*cell) map[string]int) {
	scenarios := make(map[string][]string)
	for s := range v.r.cells[impl] {
		for reason, n := range of(&v.r.cells[impl][s]) {
			scenarios[reason] = append(scenarios[reason], fmt.Sprintf("%s (%d)", v.r.plan.Scenarios[s].Name, n))
		}
	}
	for _, reason := range slices.Sorted(maps.Keys(scenarios)) {
		v.line("%s: %s", v.r.labels[impl], strings.Join(scenarios[reason], ", "))
		v.line("%s", indent(firstLines(Printable(reason)), "    "))
	}
}

func (v *view) warnings() {
	v.part("Warnings", func() {
		for i, warnings := range v.r.warnings {
			for _, w := range slices.Sorted(maps.Keys(warnings)) {
				v.line("%s, in %s", v.r.labels[i], count(warnings[w], "run", "runs"))
				v.line("%s", indent(firstLines(Printable(w)), "    "))
			}
		}
	})
}

// advice is what would be better otherwise, and fails nobody.
func (v *view) advice() {
	v.part("Advice (neither the lab nor the paper asks for it)", func() {
		for i := range v.r.plan.Impls {
			v.reasons(i, func(c *cell) map[string]int { return c.advice })
		}
	})
}

func (v *view) loadErrors() {
	v.part("Not graded", func() {
		for i, m := range v.r.plan.Impls {
			if m.LoadError != "" && m.GraderError == "" {
				v.line("%s could not be graded (%s):", v.r.labels[i], Printable(m.Dir))
				v.line("%s", v.bad(indent(clip(Printable(m.LoadError), longest), "    ")))
			}
		}
	})
}

// graderErrors tell what is missing that the implementations cannot be blamed for.
func (v *view) graderErrors() {
	title := strings.ToUpper(graderFault[:1]) + graderFault[1:]
	v.part(title+" (not the submission's fault; it has no points until it is graded again)", func() {
		for i, m := range v.r.plan.Impls {
			if m.GraderError != "" {
				v.line("%s (%s)", v.r.labels[i], Printable(m.Dir))
				v.line("%s", v.doubt(indent(Printable(m.GraderError), "    ")))
			}
			v.reasons(i, func(c *cell) map[string]int { return c.errors })
		}
	})
}

// verdict is the last line, which a terminal shows last.
func (v *view) verdict() {
	t := v.r.all()
	runs, total := v.r.done()
	var failing, ungraded, lost int
	for i, m := range v.r.plan.Impls {
		if m.GraderError != "" {
			lost++
		} else if m.LoadError != "" {
			ungraded++
		} else if v.r.of(i).failed > 0 {
			failing++
		}
	}
	v.out.WriteByte('\n')
	var parts []string
	if t.failed > 0 {
		parts = append(parts, fmt.Sprintf("%d of %s failed, in %d of %s", t.failed, count(t.judged(), "run", "runs"),
			failing, count(len(v.r.plan.Impls), "implementation", "implementations")))
	} else if t.passed > 0 {
		parts = append(parts, fmt.Sprintf("%s passed", count(t.passed, "run", "runs")))
	}
	if t.skipped > 0 {
		parts = append(parts, fmt.Sprintf("%d skipped", t.skipped))
	}
	if t.lacking > 0 {
		parts = append(parts, count(t.lacking, "scenario not implemented", "scenarios not implemented"))
	}
	if left := total - runs - t.ungraded; left > 0 {
		parts = append(parts, fmt.Sprintf("%d not done", left))
	}
	if ungraded > 0 {
		parts = append(parts, count(ungraded, "implementation", "implementations")+" could not be graded")
	}
	if t.ungraded > 0 {
		parts = append(parts, fmt.Sprintf("%s %s", count(t.ungraded, "run", "runs"), graderFault))
	}
	if lost > 0 {
		parts = append(parts, fmt.Sprintf("%s %s", count(lost, "implementation", "implementations"), graderFault))
	}
	detail := strings.Join(parts, ", ")
	switch {
	case t.failed > 0 && v.r.logs.dir != "":
		v.sentence("%s: %s; logs in %s", v.bad("FAIL"), detail, v.r.logs.dir)
	case t.failed > 0:
		v.sentence("%s: %s", v.bad("FAIL"), detail)
	case ungraded > 0:
		v.sentence("%s: %s", v.bad("FAIL"), detail)
	case runs < total || lost > 0 || t.passed == 0:
		v.sentence("%s: %s", v.doubt("INCOMPLETE"), detail)
	default:
		v.sentence("%s: %s", v.good("PASS"), detail)
	}
}

// part writes a heading and what body writes, or neither if that is nothing.
func (v *view) part(title string, body func()) {
	start := v.out.Len()
	v.line("\n%s", v.heading(title))
	begun := v.out.Len()
	if body(); v.out.Len() == begun {
		v.out.Truncate(start)
	}
}

// sentence writes a line, or several where a terminal would break it.
func (v *view) sentence(format string, args ...any) {
	v.line("%s", v.wrap(fmt.Sprintf(format, args...), ""))
}

func (v *view) line(format string, args ...any) {
	fmt.Fprintf(&v.out, format+"\n", args...)
}
