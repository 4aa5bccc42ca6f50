package report_test

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"raftlab/grader/internal/report"
	"raftlab/src/cluster"
)

// mixed makes a run of every sort.
func mixed(o *report.Outcome) {
	flawed(1)(o)
	if o.Impl == 0 {
		o.Result.Warnings = []string{"labgob: <term> is lost", "the vote monitor is off"}
		if o.Scenario.Name == "VoteSurvivesRestart" {
			o.Result.Skipped = "it never saved anything"
		}
	}
}

func written(t *testing.T, r *report.Report) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := r.JSON(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestJSON(t *testing.T) {
	p := plan(t, 8, impl("ticker-timer"), impl("polling-sleep"),
		report.Impl{Name: "broken", Dir: "./impls/broken", LoadError: brokenCode})
	synctest.Test(t, func(t *testing.T) {
		r := report.New(p)
		play(t, r, p, mixed)
		time.Sleep(1500 * time.Millisecond)
		golden(t, "report.golden.json", strings.ReplaceAll(string(written(t, r)), p.LogDir, "LOGDIR"))
	})
}

// What a program finds, that knows only the form's description.
func TestJSONDecodes(t *testing.T) {
	type failure struct {
		Seed                       uint64
		Kind, Message, Log, Replay string
	}
	type scenario struct {
		Part, Name, Tier, Clock       string
		Standing                      string
		Runs, Passed, Failed, Skipped int
		VirtualSeconds                float64 `json:"virtual_seconds"`
		CPUSeconds                    float64 `json:"cpu_seconds"`
		RPCs                          int
		Bytes                         int64
		FailureRate                   struct {
			Low, High float64
			AtMost    float64 `json:"at_most"`
		} `json:"failure_rate"`
		MoreCleanRuns struct {
			Rate  float64
			For95 int `json:"for_95"`
			For99 int `json:"for_99"`
		} `json:"more_clean_runs"`
		Failures []failure
	}
	type document struct {
		Version         int
		Finished        bool
		WallSeconds     float64 `json:"wall_seconds"`
		Implementations []struct {
			Name, Dir string
			LoadError string `json:"load_error"`
			Warnings  []string
			Scenarios []scenario
		}
	}
	p := plan(t, 20, impl("ticker-timer"), impl("polling-sleep"), report.Impl{Name: "broken", LoadError: brokenCode})
	r := report.New(p)
	play(t, r, p, mixed)
	var d document
	decoder := json.NewDecoder(bytes.NewReader(written(t, r)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&d); err != nil {
		t.Fatal(err)
	}
	if d.Version != 1 || !d.Finished || d.WallSeconds <= 0 || len(d.Implementations) != 3 {
		t.Fatalf("version %d, %v wall seconds, %d implementations", d.Version, d.WallSeconds, len(d.Implementations))
	}
	if m := d.Implementations[2]; m.LoadError != brokenCode || len(m.Scenarios) != 0 {
		t.Errorf("of what could not be graded: %+v", m)
	}
	var runs, failures int
	for _, m := range d.Implementations[:2] {
		if len(m.Scenarios) != len(p.Scenarios) {
			t.Fatalf("%s has %d scenarios, want %d", m.Name, len(m.Scenarios), len(p.Scenarios))
		}
		for i, s := range m.Scenarios {
			want := p.Scenarios[i]
			if s.Name != want.Name || s.Part != string(want.Part) || s.Tier != string(want.Tier) ||
				s.Clock != "bubble" {
				t.Errorf("scenario %d is %+v, want %s", i, s, want.Name)
			}
			if s.Runs != 20 || s.Runs != s.Passed+s.Failed+s.Skipped || s.Failed != len(s.Failures) {
				t.Errorf("%s %s: %d runs, %d passed, %d failed, %d skipped, %d failures",
					m.Name, s.Name, s.Runs, s.Passed, s.Failed, s.Skipped, len(s.Failures))
			}
			if virtual := 20 * (2.53 + 0.7*float64(i)); math.Abs(s.VirtualSeconds-virtual) > 1e-9 ||
				math.Abs(s.CPUSeconds-0.24) > 1e-9 || s.Bytes != 80000 {
				t.Errorf("%s %s: %v virtual seconds, %v of CPU, %d bytes", m.Name, s.Name, s.VirtualSeconds,
					s.CPUSeconds, s.Bytes)
			}
			runs += s.Runs
			last := uint64(0)
			for _, f := range s.Failures {
				failures++
				if f.Seed <= last || f.Kind == "" || f.Message == "" || !strings.Contains(f.Replay, s.Name) {
					t.Errorf("%s %s: failure %+v after seed %d", m.Name, s.Name, f, last)
				}
				last = f.Seed
			}
		}
	}
	if done, _ := r.Done(); runs != done || failures != 6 {
		t.Errorf("%d runs and %d failures, want %d and 6", runs, failures, done)
	}
	s := d.Implementations[0].Scenarios[5]
	if s.Name != "VoteSurvivesRestart" || s.Skipped != 20 || s.Standing != "skipped" {
		t.Errorf("skipped: %+v", s)
	}
	if w := d.Implementations[0].Warnings; len(w) != 2 || w[0] != "labgob: <term> is lost" {
		t.Errorf("warnings: %q", w)
	}
}

// A class that all fails must not fill memory with the same stacks.
func TestJSONKeepsOneLongMessagePerGroup(t *testing.T) {
	p := plan(t, 50, impl("ticker-timer"))
	p.Scenarios = p.Scenarios[:1]
	r := report.New(p)
	stack := strings.Repeat("raft.(*Raft).GetState()\n", 1000)
	play(t, r, p, func(o *report.Outcome) { fail(o, cluster.Deadlock, "S%d is stuck\n\n%s", o.Result.Seed%5, stack) })
	if b := written(t, r); bytes.Count(b, []byte("GetState")) > 1000+50*12 {
		t.Errorf("%d lines of stacks in %d bytes", bytes.Count(b, []byte("GetState")), len(b))
	}
}
