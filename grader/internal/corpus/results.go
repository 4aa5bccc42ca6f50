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

// Results are those of one run of the grader or of several, an element for each checkout.
type Results []Checkout

// A Checkout is what the grader reported of one checkout.
type Checkout struct {
	Dir         string            `json:"dir"`
	LoadError   string            `json:"load_error"`
	GraderError string            `json:"grader_error"`
	Lacks       map[string]string `json:"not_implemented"`
	Scenarios   []Scenario        `json:"scenarios"`
}

// A Scenario is what the grader reported of one scenario's runs.
type Scenario struct {
	Part     string    `json:"part"`
	Name     string    `json:"name"`
	Tier     lab.Tier  `json:"tier"`
	Passed   int       `json:"passed"`
	Ungraded int       `json:"ungraded"`
	Failures []Failure `json:"failures"`
}

// A Failure is a run that failed.
type Failure struct {
	Kind    cluster.Kind `json:"kind"`
	Message string       `json:"message"`
	Replay  string       `json:"replay"`
}

// played reports whether any run had a verdict.
func (s Scenario) played() bool { return s.Passed+len(s.Failures) > 0 }

// Name returns the checkout's name in a truth file: its directory's.
func (c Checkout) Name() string {
	if abs, err := filepath.Abs(c.Dir); err == nil {
		return filepath.Base(abs)
	}
	return filepath.Base(c.Dir)
}

// Read adds the results in a document that grader run -json has written. If r has results of a checkout already, Read
// adds the new ones to them.
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

// GraderFailed reports whether something was not graded because of the grader or its machine.
func (r Results) GraderFailed() bool {
	return slices.ContainsFunc(r, func(c Checkout) bool {
		return c.GraderError != "" || slices.ContainsFunc(c.Scenarios, func(s Scenario) bool { return s.Ungraded > 0 })
	})
}
