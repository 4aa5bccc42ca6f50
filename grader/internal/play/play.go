// Package play has worker processes play scenarios, and says what came of each run.
package play

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"raftlab/grader/internal/page"
	"raftlab/grader/internal/pool"
	"raftlab/src/cluster"
	"raftlab/src/lab"
	"raftlab/src/lab/jobs"
	"raftlab/src/recipe"
)

// A Job is one run of one scenario.
type Job struct {
	Impl     int
	Scenario lab.Scenario
	Seed     uint64
	Branches recipe.Branches
	Timeout  time.Duration // of real time, where it is not in a box
	Coverage bool          // the result says into which situations the run came
	Repeat   bool          // play it twice: the traces must be equal
}

// Recipe is what the run is to be drawn from.
func (j Job) Recipe() recipe.Recipe { return recipe.Recipe{Seed: j.Seed, Branches: j.Branches} }

// MarshalJSON writes what a worker is told of a job, which is a [jobs.Job].
func (j Job) MarshalJSON() ([]byte, error) {
	return json.Marshal(jobs.Job{Scenario: j.Scenario.Name, Seed: j.Seed, Branches: j.Branches, Timeout: j.Timeout,
		Coverage: j.Coverage, Repeat: j.Repeat})
}

// A Batch is the jobs of an implementation. Run sees to all of its functions but Next.
type Batch = pool.Batch[Job, jobs.Played]

// An Outcome is what came of a job.
type Outcome struct {
	Job
	Result cluster.Result
	Trace  uint64
	CPU    time.Duration
	Log    []byte // what the worker printed during the run, if it failed
	// Recording is what was written down of the run, if it was; nil if it is more than a page has room for.
	Recording page.Packed
	Again     string // why the run was played a second time, alone; empty if it was not
}

// Run plays the jobs of all batches as [pool.Run] does, and calls done with each outcome, from one goroutine at a time,
// in no particular order. The result of a job that was lost has a GraderError. When too many runs of a batch had to be
// ended those that are left are skipped.
func Run(ctx context.Context, opt pool.Options, batches []Batch, done func(Outcome)) {
	batches = slices.Clone(batches)
	for i := range batches {
		b, before := &batches[i], tally{}
		b.Skip = func(Job) bool { return before.skipRest() }
		b.Diagnose = diagnose
		b.Done = func(o pool.Outcome[Job, jobs.Played]) {
			out := outcome(o)
			if !o.Skipped {
				before.add(out.Result)
			}
			done(out)
		}
	}
	pool.Run(ctx, opt, batches...)
}

// outcome is what came of a job, in terms of runs.
func outcome(o pool.Outcome[Job, jobs.Played]) Outcome {
	out := Outcome{Job: o.Job, Result: o.Answer.Result, Trace: o.Answer.Trace, CPU: o.CPU, Log: o.Log, Again: o.Again}
	none := cluster.Result{Scenario: o.Job.Scenario.Name, Seed: o.Job.Seed, Branches: o.Job.Branches}
	if p := page.Packed(o.Answer.Recording); p != nil && p.Fits() == nil {
		out.Recording = p
	}
	switch {
	case o.Lost != "":
		out.Result = none
		out.Result.GraderError = o.Lost
	case o.Skipped:
		out.Result = none
		out.Result.Skipped = "too many earlier runs had to be ended"
	}
	return out
}

// A tally counts the runs of an implementation, and those of them that had to be ended because they did not end by
// themselves or used too much.
type tally struct{ all, ended int }

func (t *tally) add(r cluster.Result) {
	t.all++
	if f := r.Failure; f != nil && (f.Kind == cluster.Timeout || f.Kind == cluster.Resource) {
		t.ended++
	}
}

// maxEnded is how many runs of an implementation may have to be ended.
const maxEnded = 3

// skipRest reports whether maxEnded runs had to be ended, and at least half of all: each that is left would take as
// long.
func (t *tally) skipRest() bool { return t.ended >= maxEnded && 2*t.ended >= t.all }
