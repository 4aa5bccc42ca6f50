package report

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"raftlab/grader/internal/grading"
)

// The form of Gradescope's results.json.
type (
	gradescope struct {
		Score         *float64         `json:"score,omitempty"` // none if the grader could not tell
		ExecutionTime float64          `json:"execution_time"`  // seconds
		Output        string           `json:"output"`
		OutputFormat  string           `json:"output_format"`
		Visibility    string           `json:"visibility"`
		Tests         []gradescopeTest `json:"tests"`
		ExtraData     struct {
			Grader Origin `json:"grader,omitzero"`
		} `json:"extra_data,omitzero"` // which no student sees
	}
	gradescopeTest struct {
		Score        float64 `json:"score"`
		MaxScore     float64 `json:"max_score"`
		Status       string  `json:"status"`
		Name         string  `json:"name"`
		Number       string  `json:"number"`
		Output       string  `json:"output"`
		OutputFormat string  `json:"output_format"`
		Visibility   string  `json:"visibility"`
	}
)

// Gradescope writes the report as a results.json for Gradescope, which is about one submission: the plan must have one
// implementation, and a grading. While runs are missing it says that grading did not finish; scenarios that are done
// have their points already. If the grader could not grade it, or not play some of its runs, there is no score at all,
// which Gradescope shows as a failure of the autograder, and no test; the output tells the staff.
func (r *Report) Gradescope(w io.Writer) error {
	if len(r.plan.Impls) != 1 || r.plan.Grading == nil {
		return fmt.Errorf("results for Gradescope are of one submission and its points, not of %d", len(r.plan.Impls))
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(r.gradescope())
}

func (r *Report) gradescope() gradescope {
	r.mu.Lock()
	defer r.mu.Unlock()
	d := gradescope{
		ExecutionTime: time.Since(r.began).Round(time.Millisecond).Seconds(),
		OutputFormat:  "text",
		Visibility:    "visible",
		Tests:         []gradescopeTest{},
	}
	d.ExtraData.Grader = r.plan.Origin
	m := r.plan.Impls[0]
	if r.withheld(0) {
		d.Output = clip(r.gradescopeWithheld(), longest)
		return d
	}
	d.Score = new(float64)
	if m.LoadError != "" {
		d.Output = "This submission could not be graded:\n\n" +
			clip(r.studentsPaths(0, Printable(m.LoadError)), longest)
		return d
	}
	points := r.points(0)
	sum := grading.Sum(points)
	*d.Score = grading.Round(sum.Score)
	d.Output = r.gradescopeOutput(sum)
	for n, section := range sections(r.plan.Scenarios) {
		for k, s := range section.scenarios {
			if l := r.lacks[0][s]; l.why != "" && !l.asked && points[s].Max == 0 {
				continue // nothing of it is the student's yet
			}
			test := r.gradescopeTest(s, points[s])
			test.Number = fmt.Sprintf("%d.%d", n+1, k+1)
			d.Tests = append(d.Tests, test)
		}
	}
	return d
}

// gradescopeWithheld says why there is no score.
func (r *Report) gradescopeWithheld() string {
	var b strings.Builder
	b.WriteString("This submission has no score yet, because the autograder failed. The submission is not at fault. " +
		"Staff: please run the autograder again. If it fails again, this is why:\n\n")
	if why := r.plan.Impls[0].GraderError; why != "" {
		fmt.Fprintf(&b, "%s\n", Printable(why))
	}
	for s, scenario := range r.plan.Scenarios {
		c := &r.cells[0][s]
		for _, why := range slices.Sorted(maps.Keys(c.errors)) {
			fmt.Fprintf(&b, "%s, %s: %s\n", scenario.Name, count(c.errors[why], "run", "runs"),
				firstLines(Printable(why)))
		}
	}
	return b.String()
}

// gradescopeOutput is what stands above the tests.
func (r *Report) gradescopeOutput(sum grading.Points) string {
	var b strings.Builder
	if runs, total := r.done(); runs < total {
		fmt.Fprintf(&b, "Grading did not finish: %d of %s are done.\n", runs, count(total, "run", "runs"))
	}
	fmt.Fprintf(&b, "%s of %s points; %s of each scenario.\n", grading.Text(sum.Score), grading.Text(sum.Max),
		count(r.plan.Count, "run", "runs"))
	if loss := r.loss(0); loss != "" {
		fmt.Fprintf(&b, "%s.\n", loss)
	}
	m := r.plan.Impls[0]
	missing := r.missing(0)
	for _, part := range slices.Sorted(maps.Keys(missing)) {
		fmt.Fprintf(&b, "Part %s is not implemented: %s\n", part, oneLine(missing[part]))
	}
	for _, note := range m.Notes {
		fmt.Fprintf(&b, "%s\n", oneLine(note))
	}
	for _, w := range slices.Sorted(maps.Keys(r.warnings[0])) {
		fmt.Fprintf(&b, "Warning, in %s: %s\n", count(r.warnings[0][w], "run", "runs"), firstLines(Printable(w)))
	}
	return clip(r.studentsPaths(0, b.String()), longest)
}

func (r *Report) gradescopeTest(s int, p grading.Points) gradescopeTest {
	scenario := r.plan.Scenarios[s]
	t := gradescopeTest{
		Score:        grading.Round(p.Score),
		MaxScore:     grading.Round(p.Max),
		Status:       "failed",
		Name:         fmt.Sprintf("%s %s (%s)", scenario.Part, scenario.Name, scenario.Tier),
		OutputFormat: "text",
		Visibility:   r.plan.Grading.Visibility(scenario.Tier),
	}
	how, why := r.status(0, s)
	var b strings.Builder
	switch how {
	case passed:
		t.Status = "passed" // with fewer points, if it lost some
		fmt.Fprintf(&b, "%s passed.\n", count(r.cells[0][s].passed, "run", "runs"))
		advice := r.cells[0][s].advice
		for _, a := range slices.Sorted(maps.Keys(advice)) {
			fmt.Fprintf(&b, "Advice, in %s: %s\n", count(advice[a], "run", "runs"), firstLines(Printable(a)))
		}
	case failed:
		fmt.Fprintf(&b, "%s.\n\n%s", why, r.describeAll(0, s, mostKinds, student))
	default:
		fmt.Fprintf(&b, "%s.\n", oneLine(why))
	}
	if p.Lost > 0 {
		fmt.Fprintf(&b, "\n%s\n", r.safetyLoss(0, scenario.Part, p))
	}
	t.Output = r.studentsPaths(0, b.String())
	if scenario.Checks != "" {
		t.Output = scenario.Checks + "\n\n" + t.Output
	}
	t.Output = clip(t.Output, longest)
	return t
}

// safetyLoss says what was lost to safety findings, and where they are.
func (r *Report) safetyLoss(impl int, part string, p grading.Points) string {
	return fmt.Sprintf("%s of its points are lost: in part %s a promise of the protocol was broken, in %s.",
		grading.Text(p.Lost), part, strings.Join(r.unsafeIn(impl, part), ", "))
}
