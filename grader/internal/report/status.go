package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"raftlab/grader/internal/grading"
	"raftlab/src/cluster"
)

// A status is what the report says of an implementation in a scenario.
type status string

const (
	passed         status = "passed"
	failed         status = "failed"
	skipped        status = "skipped"         // no run had a verdict
	unfinished     status = "not finished"    // no run failed, but not all are done
	notImplemented status = "not implemented" // it lacks a part that the scenario needs
	notGraded      status = "not graded"      // no run failed, but the grader could not play all
)

// graderFault is what a report says where something is missing because of the grader or its machine.
const graderFault = "not graded: grader error"

// status returns the status of an implementation in a scenario, and why if it did not pass.
func (r *Report) status(impl, scenario int) (_ status, why string) {
	c := &r.cells[impl][scenario]
	if l := r.lacks[impl][scenario]; l.why != "" {
		return notImplemented, oneLine(l.why)
	}
	switch planned := r.planned(impl, scenario); {
	case c.failed > 0:
		return failed, fmt.Sprintf("%d of %s failed", c.failed, count(c.judged(), "run", "runs"))
	case c.ungraded > 0:
		return notGraded, fmt.Sprintf("%s: %d of %s not played: %s", graderFault,
			c.ungraded, count(planned, "run", "runs"),
			oneLine(strings.Join(slices.Sorted(maps.Keys(c.errors)), "; ")))
	case c.runs() < planned && r.stopped[impl] != "":
		return unfinished, fmt.Sprintf("not finished: %d of %s done; stopped: %s", c.runs(),
			count(planned, "run", "runs"), r.stopped[impl])
	case c.runs() < planned:
		return unfinished, fmt.Sprintf("not finished: %d of %s done", c.runs(), count(planned, "run", "runs"))
	case c.judged() == 0:
		return skipped, strings.Join(slices.Sorted(maps.Keys(c.skips)), "; ")
	default:
		return passed, ""
	}
}

// unsafe reports whether a monitor saw a promise of the protocol broken.
func (c *cell) unsafe() bool {
	return slices.ContainsFunc(c.failures.groups, func(g *group) bool { return g.kind == cluster.Safety })
}

// points returns what an implementation has earned in each scenario. The plan must have a grading.
func (r *Report) points(impl int) []grading.Points {
	all := make([]grading.Runs, len(r.plan.Scenarios))
	for s, scenario := range r.plan.Scenarios {
		c := &r.cells[impl][s]
		all[s] = grading.Runs{
			Scenario: scenario,
			Planned:  r.planned(impl, s),
			Passed:   c.passed, Failed: c.failed, Skipped: c.skipped,
			Undecided: c.undecided,
			Unwatched: c.unwatched,
			Unsafe:    c.unsafe(),
		}
	}
	return r.plan.Grading.Grade(all)
}

// withheld reports whether nothing can be said of what an implementation has earned: the grader could not grade it, or
// not play some of its runs.
func (r *Report) withheld(impl int) bool {
	return r.plan.Impls[impl].GraderError != "" || r.of(impl).ungraded > 0
}

// total is what an implementation has earned, "" if there is nothing to earn or nothing to say of it.
func (r *Report) total(impl int) string {
	if r.plan.Grading == nil || r.withheld(impl) {
		return ""
	}
	sum := grading.Sum(r.points(impl))
	if sum.Max == 0 {
		return ""
	}
	return sum.String()
}

// loss says what was lost to safety findings, "" if nothing was.
func (r *Report) loss(impl int) string {
	if r.plan.Grading == nil || r.withheld(impl) {
		return ""
	}
	lost := grading.Sum(r.points(impl)).Lost
	if lost == 0 {
		return ""
	}
	var where []string
	for s, scenario := range r.plan.Scenarios {
		if r.cells[impl][s].unsafe() {
			where = append(where, scenario.Name)
		}
	}
	return fmt.Sprintf("%s points are lost: promises of the protocol were broken, in %s",
		grading.Text(lost), strings.Join(where, ", "))
}

// unwatched says which scenarios earn nothing, or less, because monitors were off, "" if none do.
func (r *Report) unwatched(impl int) string {
	if r.plan.Grading == nil || r.withheld(impl) {
		return ""
	}
	var where []string
	for s, scenario := range r.plan.Scenarios {
		if r.cells[impl][s].unwatched > 0 && r.plan.Grading.NeedsMonitors(scenario.Tier) &&
			r.plan.Grading.Worth(scenario) > 0 {
			where = append(where, scenario.Name)
		}
	}
	if where == nil {
		return ""
	}
	return fmt.Sprintf("runs that no monitor could watch earn nothing, in %s: the points file asks for monitors, and "+
		"the warnings say which fields they look for",
		strings.Join(where, ", "))
}

// unsafeIn lists the scenarios of a part in which a monitor saw a broken promise.
func (r *Report) unsafeIn(impl int, part string) []string {
	var names []string
	for s, scenario := range r.plan.Scenarios {
		if scenario.Part == part && r.cells[impl][s].unsafe() {
			names = append(names, scenario.Name)
		}
	}
	return names
}

// Describe tells of the failures of a scenario, the most frequent kinds first, no more than limit of them: how often
// each came, an example, and how to see it again.
func (r *Report) Describe(impl int, scenario string, limit int) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.describeAll(impl, r.scenario[scenario], limit, staff)
}

// describe tells of the failures of a scenario that are alike: how many there are, an example, and how to see it again.
func (r *Report) describe(impl, scenario int, g *group, by audience) string {
	example := g.example
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %d of %s", g.title(), g.n, count(r.cells[impl][scenario].judged(), "run", "runs"))
	known := r.mayKnowSeeds(by)
	if known {
		fmt.Fprintf(&b, ", %s", g.seeds(5))
	}
	b.WriteByte('\n')
	if g.n > 1 && known {
		fmt.Fprintf(&b, "seed %v, ", example.drawn)
	}
	fmt.Fprintf(&b, "at %s: %s\n", span(example.at), firstLines(Printable(example.message)))
	if by == staff && example.log != "" {
		fmt.Fprintf(&b, "log:    %s\n", Printable(example.log))
		if file := pageBeside(example.log); file != "" {
			fmt.Fprintf(&b, "page:   %s\n", Printable(file))
		}
	}
	if known {
		fmt.Fprintf(&b, "repeat: %s\n", r.replayBy(by, impl, scenario, example.drawn))
		if command := r.shrinkBy(by, impl, scenario, example); command != "" {
			fmt.Fprintf(&b, "shrink: %s\n", command)
		}
	} else {
		fmt.Fprintf(&b, "The seeds of these runs are secret; other seeds (-seed, -count) show the same failure "+
			"sooner or later.\n")
	}
	return b.String()
}

// describeAll tells of a scenario's kinds of failures, the most frequent first, no more than limit.
func (r *Report) describeAll(impl, scenario, limit int, by audience) string {
	groups := r.cells[impl][scenario].failures.byFrequency()
	var all []string
	for _, g := range groups[:min(limit, len(groups))] {
		all = append(all, r.describe(impl, scenario, g, by))
	}
	if more := len(groups) - limit; more > 0 {
		all = append(all, fmt.Sprintf("and %s\n", count(more, "other kind of failure", "other kinds of failures")))
	}
	return strings.Join(all, "\n")
}

// firstFinding says in a few words what went wrong first: in the first scenario that did not pass, the classic tier's
// first. What the grader could not play comes before all, for it may change the rest.
func (r *Report) firstFinding(impl int) string {
	if t := r.of(impl); t.ungraded > 0 {
		return fmt.Sprintf("%s (%s)", graderFault, count(t.ungraded, "run", "runs"))
	}
	for _, section := range sections(r.plan.Scenarios) {
		for _, s := range section.scenarios {
			name := r.plan.Scenarios[s].Name
			switch how, why := r.status(impl, s); how {
			case failed:
				g := r.cells[impl][s].failures.byFrequency()[0]
				return fmt.Sprintf("%s: %s in %d of %d", name, g.title(), g.n, r.cells[impl][s].judged())
			case unfinished, skipped:
				if why := r.stopped[impl]; how == unfinished && why != "" {
					return "stopped: " + why
				}
				return name + ": " + string(how)
			case notImplemented:
				if r.lacks[impl][s].asked {
					return why
				}
			}
		}
	}
	return ""
}
