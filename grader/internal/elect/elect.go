// Package elect has worker processes hold the elections of package elections, for implementations side by side, and
// writes what came of them: as a table, as plots, and as files for programs.
//
// All that it writes depends on the seed alone and not on the machine, except for what is said of processor time.
package elect

import (
	"context"
	"fmt"
	"slices"
	"time"

	"raftlab/grader/internal/pool"
	"raftlab/src/cluster"
	"raftlab/src/crash"
	"raftlab/src/raft/elections"
	"raftlab/src/sim"
)

// An Experiment is a number of elections under the same conditions.
type Experiment struct {
	Label      string // what tells it from others: "150-300 ms"
	Conditions elections.Conditions
	Crashes    int // how many leaders are crashed
	Starts     int // how often all servers start at once
}

// An Impl is an implementation that was built, with the command of a worker that plays it.
type Impl struct {
	Name    string
	Command []string
}

// A Row is what came of an experiment with an implementation.
type Row struct {
	Experiment
	Impl    string
	Crashed elections.Measured
	Started elections.Measured

	Calm  time.Duration // virtual, of the runs with starts
	Turns int64         // how often servers were woken in these
	CPU   time.Duration // that these took, on this machine

	Failures []string // why runs ended early, each once; a submission's texts
	Lost     string   // why runs could not be played, if that is the grader's or its machine's fault
}

// Own reports whether the implementation has its own timing though it was told another.
func (r Row) Own() bool {
	return r.Conditions.Timing.MinElection > 0 && !r.Crashed.Timed && !r.Started.Timed
}

// A Job is one run, as a worker is told of it.
type Job struct {
	Conditions elections.Conditions `json:"conditions"`
	Kind       elections.Kind       `json:"kind"`
	Trials     int                  `json:"trials"`
	Seed       uint64               `json:"seed"`

	number int // among an implementation's
	row    int
}

// An Answer is what came of it.
type Answer struct {
	elections.Measured
	Failure string        `json:"failure,omitempty"`
	Virtual time.Duration `json:"virtual"`
	Turns   int64         `json:"turns"`
}

// perRun is how many trials share a run.
const perRun = 50

// jobs are the runs of an experiment, which share the row of this number.
func (e Experiment) jobs(row int, seed uint64) (list []Job) {
	for _, all := range []struct {
		kind   elections.Kind
		trials int
	}{{elections.Crashes, e.Crashes}, {elections.Starts, e.Starts}} {
		for done := 0; done < all.trials; done += perRun {
			list = append(list, Job{
				Conditions: e.Conditions, Kind: all.kind, Trials: min(perRun, all.trials-done),
				Seed: seed + uint64(done/perRun), row: row,
			})
		}
	}
	return list
}

// Play plays all experiments with all implementations, and returns the rows by experiment and, of each, by
// implementation. It calls done after each run with how many there were and are to be, from one goroutine at a time. If
// ctx is done there is less in the rows.
func Play(ctx context.Context, opt pool.Options, impls []Impl, all []Experiment, seed uint64,
	done func(runs, total int)) []Row {
	rows := make([]Row, len(all)*len(impls))
	var batches []pool.Batch[Job, Answer]
	answers := make([][]*pool.Outcome[Job, Answer], len(impls))
	runs, total := 0, 0
	for i, impl := range impls {
		var jobs []Job
		for k, e := range all {
			row := k*len(impls) + i
			rows[row] = Row{Experiment: e, Impl: impl.Name}
			jobs = append(jobs, e.jobs(row, seed)...)
		}
		for n := range jobs {
			jobs[n].number = n
		}
		total += len(jobs)
		answers[i] = make([]*pool.Outcome[Job, Answer], len(jobs))
		next := 0
		batches = append(batches, pool.Batch[Job, Answer]{
			Command: impl.Command,
			Len:     len(jobs),
			Next:    func() Job { next++; return jobs[next-1] },
			Diagnose: func(_ Job, c pool.Crash) (Answer, pool.Cause) {
				f := crash.Examine(string(c.Log), c.Status)
				return Answer{Failure: f.Message}, pool.Cause{Text: f.Message, Memory: f.Kind == cluster.Resource}
			},
			Done: func(o pool.Outcome[Job, Answer]) {
				answers[i][o.Job.number] = &o
				runs++
				done(runs, total)
			},
		})
	}
	pool.Run(ctx, opt, batches...)
	for _, list := range answers {
		for _, o := range list {
			if o != nil {
				rows[o.Job.row].add(o)
			}
		}
	}
	return rows
}

// add takes in the next run of a row.
func (r *Row) add(o *pool.Outcome[Job, Answer]) {
	switch {
	case o.Lost != "":
		r.Lost = o.Lost
		return
	case o.Answer.Failure != "" && !slices.Contains(r.Failures, o.Answer.Failure):
		r.Failures = append(r.Failures, o.Answer.Failure)
	}
	into := &r.Crashed
	if o.Job.Kind == elections.Starts {
		into = &r.Started
		r.Calm += o.Answer.Virtual
		r.Turns += o.Answer.Turns
		r.CPU += o.CPU
	}
	m := o.Answer.Measured
	into.Trials = append(into.Trials, m.Trials...)
	into.Unsteady += m.Unsteady
	into.Watched += m.Watched
	into.Calm += m.Calm
	into.Timed = into.Timed || m.Timed
	into.Votes = into.Votes || m.Votes
}

// Run plays a job in this process.
func Run(play func(*cluster.Run) sim.Result, j Job) (Answer, error) {
	if err := j.Conditions.Validate(); err != nil {
		return Answer{}, fmt.Errorf("a job's conditions: %w", err)
	}
	run, measured := elections.NewRun(j.Conditions, j.Kind, j.Trials, j.Seed)
	res := play(run)
	a := Answer{Measured: *measured, Virtual: res.Virtual, Turns: res.Turns}
	if res.Failure != nil {
		a.Failure = res.Failure.Error()
	}
	return a, nil
}
