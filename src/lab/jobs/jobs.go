// Package jobs is what a grader asks of the processes that play scenarios for it, and what they answer.
package jobs

import (
	"fmt"
	"time"

	"raftlab/src/cluster"
	"raftlab/src/lab"
	"raftlab/src/recipe"
	"raftlab/src/worker"
)

// A Job asks for one run.
type Job struct {
	Scenario string          `json:"scenario"`
	Seed     uint64          `json:"seed"`
	Branches recipe.Branches `json:"branches,omitempty"`
	Timeout  time.Duration   `json:"timeout"`            // of real time, where nodes are goroutines
	Coverage bool            `json:"coverage,omitempty"` // the Result is to have it
	Repeat   bool            `json:"repeat,omitempty"`   // play twice and compare the traces
}

// Played is the answer to a Job.
type Played struct {
	cluster.Result
	Trace uint64 `json:"trace,omitempty"` // a hash over all that happened, where that is decided by the seed
	// Recording is what was written down of a run that failed and has a log, if it was. How it is packed is between the
	// grader and its worker.
	Recording []byte `json:"recording,omitempty"`
}

// Serve makes this process a worker that plays the jobs that come, of scenarios of a lab, until there are no more. play
// reports whether the run has spoilt the process for others; then Serve returns. progress is that of [worker.Serve].
func Serve(l *lab.Lab, play func(s *lab.Scenario, job Job) (p Played, spoilt bool), progress func() int64) error {
	return worker.Serve(func(job Job) (d worker.Done[Played], err error) {
		s, ok := l.Scenario(job.Scenario)
		if !ok {
			return d, fmt.Errorf("no scenario %q", job.Scenario)
		}
		d.Answer, d.Spoilt = play(s, job)
		f := d.Answer.Failure
		d.KeepLog = f != nil
		d.TimedOut = f != nil && f.Kind == cluster.Timeout
		return d, nil
	}, progress)
}
