// Package testrun is what came of the runs of a checkout's own tests: what grader gotest finds out, and reports tell.
package testrun

import "time"

// A Verdict is how a test ended.
type Verdict string

// The verdicts.
const (
	Passed  Verdict = "passed"
	Skipped Verdict = "skipped"
	Failed  Verdict = "failed"
	LeftOut Verdict = "left out" // not run: the test hangs with every seed
)

// A Result is one run of one test.
type Result struct {
	Test    string        `json:"test"`
	Seed    uint64        `json:"seed"`
	Verdict Verdict       `json:"verdict"`
	Reason  string        `json:"reason,omitempty"` // of a failure, in a few lines
	Virtual time.Duration `json:"virtual_ns"`
	CPU     time.Duration `json:"cpu_ns"`
	Trace   uint64        `json:"trace"`            // a hash over all output and its times
	Output  []Line        `json:"output,omitempty"` // may be large
	Stacks  string        `json:"stacks,omitempty"` // of a test that hangs, likewise
}

// A Line is a piece of output, mostly a line.
type Line struct {
	At   time.Duration `json:"at"` // virtual
	Text string        `json:"text"`
}
