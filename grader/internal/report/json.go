package report

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"raftlab/grader/internal/grading"
	"raftlab/src/cluster"
	"raftlab/src/lab"
	"raftlab/src/recipe"
)

// The JSON form, version 1. Fields may be added to it; if one changes its meaning or goes, the version changes.
type document struct {
	Version         int              `json:"version"`
	Finished        bool             `json:"finished"` // all runs are done, and there is no grader error
	WallSeconds     float64          `json:"wall_seconds"`
	Origin          Origin           `json:"grader,omitzero"`
	Implementations []implementation `json:"implementations"`
}

type implementation struct {
	Name      string `json:"name"`
	Dir       string `json:"dir"`
	LoadError string `json:"load_error"`
	// GraderError is why it could not be graded for a reason that is not its own.
	GraderError string             `json:"grader_error,omitempty"`
	Notes       []string           `json:"notes,omitempty"`
	Lacks       map[string]string  `json:"not_implemented,omitempty"` // by part
	Warnings    []string           `json:"warnings"`
	Stopped     string             `json:"stopped,omitempty"` // why the rest of its runs is left undone
	Points      *pointsDocument    `json:"points,omitempty"`  // none if the grader is to blame for what is missing
	Scenarios   []scenarioDocument `json:"scenarios"`
}

type pointsDocument struct {
	Score float64 `json:"score"`
	Max   float64 `json:"max"`
	Lost  float64 `json:"lost,omitempty"` // earned, but lost again to a safety finding in the same part
}

type scenarioDocument struct {
	Part           string            `json:"part"`
	Name           string            `json:"name"`
	Tier           lab.Tier          `json:"tier"` // classic, strict or advice
	Clock          string            `json:"clock"`
	Status         status            `json:"standing"`
	Points         *pointsDocument   `json:"points,omitempty"`
	Runs           int               `json:"runs"` // that are done: passed, failed and skipped
	Passed         int               `json:"passed"`
	Failed         int               `json:"failed"`
	Skipped        int               `json:"skipped"`
	Undecided      int               `json:"undecided,omitempty"`     // skipped, as no verdict was found; earns nothing
	Unwatched      int               `json:"unwatched,omitempty"`     // passed, a monitor it needs was off
	Advised        int               `json:"advised,omitempty"`       // runs that passed, with advice
	Advice         map[string]int    `json:"advice,omitempty"`        // what it says, in how many runs
	Ungraded       int               `json:"ungraded,omitempty"`      // runs that the grader could not play
	GraderErrors   map[string]int    `json:"grader_errors,omitempty"` // and why
	VirtualSeconds float64           `json:"virtual_seconds"`
	CPUSeconds     float64           `json:"cpu_seconds"`
	RPCs           int               `json:"rpcs"`
	Bytes          int64             `json:"bytes"`
	Trace          string            `json:"trace,omitempty"` // a hash over those of the simulated runs and their seeds
	Failures       []failureDocument `json:"failures"`
}

type failureDocument struct {
	Seed     uint64          `json:"seed"`
	Branches recipe.Branches `json:"branches,omitempty"`
	Kind     cluster.Kind    `json:"kind"`
	Message  string          `json:"message"`
	Log      string          `json:"log"`
	Page     string          `json:"page,omitempty"` // the file that shows the run in a browser
	Replay   string          `json:"replay"`
}

// JSON writes the report for programs, in version 1 of its form. Seconds, RPCs and bytes are sums over the runs. Among
// failures that are alike one has the names of its log and its page and its message, the others an empty name and the message's first
// lines; of those the 200 with the lowest seeds are listed. An implementation that could not be graded has no
// scenarios.
func (r *Report) JSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(r.document())
}

func (r *Report) document() document {
	r.mu.Lock()
	defer r.mu.Unlock()
	runs, total := r.done()
	d := document{
		Version:         1,
		Finished:        runs == total && !r.graderFailed(),
		WallSeconds:     time.Since(r.began).Seconds(),
		Origin:          r.plan.Origin,
		Implementations: []implementation{},
	}
	for i, m := range r.plan.Impls {
		id := implementation{
			Name:        m.Name,
			Dir:         m.Dir,
			LoadError:   clip(m.LoadError, longest),
			GraderError: m.GraderError,
			Notes:       m.Notes,
			Lacks:       r.missing(i),
			Warnings:    append([]string{}, slices.Sorted(maps.Keys(r.warnings[i]))...),
			Stopped:     r.stopped[i],
			Scenarios:   []scenarioDocument{},
		}
		if !m.refused() {
			for s := range r.plan.Scenarios {
				id.Scenarios = append(id.Scenarios, r.scenarioDocument(i, s))
			}
		}
		if r.plan.Grading != nil && !r.withheld(i) {
			points := r.points(i)
			id.Points = pointsDoc(grading.Sum(points))
			for s := range id.Scenarios {
				id.Scenarios[s].Points = pointsDoc(points[s])
			}
		}
		d.Implementations = append(d.Implementations, id)
	}
	return d
}

func pointsDoc(p grading.Points) *pointsDocument {
	return &pointsDocument{Score: grading.Round(p.Score), Max: grading.Round(p.Max), Lost: grading.Round(p.Lost)}
}

func (r *Report) scenarioDocument(impl, scenario int) scenarioDocument {
	s, c := r.plan.Scenarios[scenario], &r.cells[impl][scenario]
	how, _ := r.status(impl, scenario)
	d := scenarioDocument{
		Part: s.Part, Name: s.Name, Tier: s.Tier, Clock: r.plan.Clock, Status: how,
		Runs: c.runs(), Passed: c.passed, Failed: c.failed, Skipped: c.skipped,
		Undecided: c.undecided,
		Unwatched: c.unwatched,
		Advised:   c.advised, Advice: c.advice,
		Ungraded: c.ungraded, GraderErrors: c.errors,
		VirtualSeconds: c.virtual.Seconds(), CPUSeconds: c.cpu.Seconds(),
		RPCs: c.rpcs, Bytes: c.bytes,
		Trace:    c.trace(),
		Failures: []failureDocument{},
	}
	for _, f := range c.failures.bySeed() {
		d.Failures = append(d.Failures, failureDocument{
			Seed: f.drawn.Seed, Branches: f.drawn.Branches, Kind: f.kind, Message: f.message,
			Log: f.log, Page: pageBeside(f.log),
			Replay: r.replayBy(staff, impl, scenario, f.drawn),
		})
	}
	return d
}

func (c *cell) trace() string {
	if c.traces == 0 {
		return ""
	}
	return fmt.Sprintf("%016x", c.traces)
}
