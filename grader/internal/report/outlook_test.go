package report_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"raftlab/grader/internal/report"
	"raftlab/src/cluster"
)

// How many more clean runs it takes: to rule out a failure that nobody saw, one that was seen elsewhere, one that was
// there before the source changed, and one that is there.
func TestMoreCleanRuns(t *testing.T) {
	const scenario = "InitialElection"
	tests := []struct {
		name         string
		rate         float64
		before       [2]int // failed, of runs
		failed, runs int
		for95, for99 int
		says, column string
	}{
		{"unseen", 0, [2]int{}, 0, 20, 279, 439, "below 14 %; below 1 % takes 279 more clean runs for 95 %, 439 for 99 % " +
			"(-count 459).", ""},
		{"nearly sure", 0, [2]int{}, 0, 458, 0, 1, "below 0.7 %; below 1 % takes 1 more clean run for 99 % (-count 459).", ""},
		{"seen elsewhere", 0.015, [2]int{}, 0, 20, 179, 285, "below 1.5 % takes 179 more clean runs for 95 %, 285 for 99 % " +
			"(-count 305).", ""},
		{"before", 0, [2]int{3, 200}, 0, 20, 565, 879, "mine: InitialElection failed in 3 of 200 runs before the source " +
			"changed, and in none of 20 since: 879 more clean runs to be 99 % sure that it is gone", " 20/20   879"},
		{"gone", 0, [2]int{3, 20}, 0, 100, 0, 0, "and in none of 100 since: now it is gone with 99 % confidence",
			" 100/100     0"},
		{"there", 0, [2]int{1, 2}, 3, 200, 585, 899, "3 of 1400 runs failed", " 197/200  1.5 % (0.5-4.3)     899"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := plan(t, test.runs, impl("mine"))
			p.Rate = test.rate
			r := report.New(p)
			if test.before[0] > 0 {
				r.Before(0, scenario, test.before[0], test.before[1])
			}
			play(t, r, p, func(o *report.Outcome) {
				if o.Scenario.Name == scenario && int(o.Result.Seed) <= test.failed {
					fail(o, cluster.Assertion, "no leader")
				}
			})
			var table bytes.Buffer
			r.Table(&table, false)
			for _, want := range []string{test.says, test.column} {
				if !strings.Contains(table.String(), want) {
					t.Errorf("no %q in\n%s", want, &table)
				}
			}
			var d struct {
				Implementations []struct {
					Scenarios []struct {
						MoreCleanRuns struct {
							For95 int `json:"for_95"`
							For99 int `json:"for_99"`
						} `json:"more_clean_runs"`
					}
				}
			}
			if err := json.Unmarshal(written(t, r), &d); err != nil {
				t.Fatal(err)
			}
			if got := d.Implementations[0].Scenarios[0].MoreCleanRuns; got.For95 != test.for95 || got.For99 != test.for99 {
				t.Errorf("%+v, want %d and %d", got, test.for95, test.for99)
			}
		})
	}
}
