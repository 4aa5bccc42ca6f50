package corpus

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"raftlab/src/cluster"
	"raftlab/src/lab"
)

// Results are those of one or several runs of a grader, by checkout.
type Results []Checkout

// A Checkout has what the grader found out about it.
type Checkout struct {
	Dir         string            `json:"dir"`
	LoadError   string            `json:"load_error"`
	GraderError string            `json:"grader_error"`
	Lacks       map[string]string `json:"not_implemented"`
	Scenarios   []Scenario        `json:"scenarios"`
}

// A Scenario has what came of its runs.
type Scenario struct {
	Part     string    `json:"part"`
	Name     string    `json:"name"`
	Tier     lab.Tier  `json:"tier"`
	Passed   int       `json:"passed"`
	Ungraded int       `json:"ungraded"`
	Failures []Failure `json:"failures"`
}

// A Failure is one run's.
type Failure struct {
	Kind    cluster.Kind `json:"kind"`
	Message string       `json:"message"`
	Replay  string       `json:"replay"`
}

// played reports whether any run had a verdict.
func (s Scenario) played() bool { return s.Passed+len(s.Failures) > 0 }

// Name is the checkout's in a truth file.
func (c Checkout) Name() string {
	if abs, err := filepath.Abs(c.Dir); err == nil {
		return filepath.Base(abs)
	}
	return filepath.Base(c.Dir)
}

// Read adds the results that grader run has written with -json. Those of a checkout that is there already are added to
// it.
func (r *Results) Read(from io.Reader) error {
	var d struct {
		Version         int        `json:"version"`
		Implementations []Checkout `json:"implementations"`
	}
	if err := json.NewDecoder(from).Decode(&d); err != nil {
		return fmt.Errorf("not the results of grader run -json: %w", err)
	}
	if d.Version != 1 {
		return fmt.Errorf("not the results of grader run -json: version %d, want 1", d.Version)
	}
	for _, c := range d.Implementations {
		i := slices.IndexFunc(*r, func(other Checkout) bool { return other.Name() == c.Name() })
		if i < 0 {
			*r = append(*r, c)
			continue
		}
		have := &(*r)[i]
		have.Scenarios = append(have.Scenarios, c.Scenarios...)
		if have.GraderError == "" {
			have.GraderError = c.GraderError
		}
	}
	return nil
}

// GraderFailed reports whether something was not graded for a reason that is the grader's or its machine's.
func (r Results) GraderFailed() bool {
	return slices.ContainsFunc(r, func(c Checkout) bool {
		return c.GraderError != "" || slices.ContainsFunc(c.Scenarios, func(s Scenario) bool { return s.Ungraded > 0 })
	})
}
