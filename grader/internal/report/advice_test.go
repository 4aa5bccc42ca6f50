package report_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"raftlab/grader/internal/grading"
	"raftlab/grader/internal/report"
	"raftlab/src/cluster"
	"raftlab/src/lab"
	"raftlab/src/raft/rafttest"
)

// Advice stands apart in every form, and fails nobody: no cross, no failure, no point.
func TestAdvice(t *testing.T) {
	p := plan(t, 2, impl("stays"))
	p.Scenarios = append(p.Scenarios, lab.Scenario{Name: "KillStops", Part: rafttest.Elections, Tier: lab.Advice,
		Nodes: cluster.Servers(5)})
	p.Grading = grading.Default(rafttest.Lab())
	r := report.New(p)
	const advice = "goroutines of servers are still there after Kill, in raft.(*Raft).ticker at raft.go:7"
	play(t, r, p, func(o *report.Outcome) {
		if o.Scenario.Tier == lab.Advice && o.Result.Seed == 2 {
			o.Result.Advice = []string{advice}
		}
	})
	if r.Failed() {
		t.Error("it failed")
	}
	var table, summary, gradescope, document, junit bytes.Buffer
	r.Table(&table, false)
	for _, err := range []error{r.Markdown(&summary), r.Gradescope(&gradescope), r.JSON(&document), r.JUnit(&junit)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		form, text string
		want       []string
	}{
		{"table", table.String(), []string{
			"\n   KillStops               2/2 +1 advised ", "\n all                                16/16 ",
			"\nAdvice (neither the lab nor the paper asks for it)\nstays: KillStops (1)\n    " + advice + "\n",
			"\nPASS: 16 runs passed\n",
		}},
		{"summary", summary.String(), []string{"| 2A | advice | KillStops | ✅ 2/2 |  |  |\n",
			"- stays: advice, in 1 run of KillStops: goroutines of servers"}},
		{"gradescope", gradescope.String(), []string{
			`"status": "passed",` + "\n      " + `"name": "2A KillStops (advice)",`,
			`"output": "2 runs passed.\nAdvice, in 1 run: ` + advice + `\n",`, `"visibility": "visible"`,
		}},
		{"json", document.String(), []string{`"tier": "advice",`, `"advised": 1,`, `"` + advice + `": 1`}},
		{"junit", junit.String(), []string{`tests="8" failures="0" errors="0" skipped="0"`}},
	} {
		for _, want := range test.want {
			if !strings.Contains(test.text, want) {
				t.Errorf("%s: no %q in\n%s", test.form, want, test.text)
			}
		}
	}
	var results struct {
		Score float64
		Tests []struct {
			Name     string
			Score    float64
			MaxScore float64 `json:"max_score"`
		}
	}
	if err := json.Unmarshal(gradescope.Bytes(), &results); err != nil {
		t.Fatal(err)
	}
	if last := results.Tests[len(results.Tests)-1]; last.MaxScore != 0 || results.Score != 18 {
		t.Errorf("points: %+v", results)
	}
}
