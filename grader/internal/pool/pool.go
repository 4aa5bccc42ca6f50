// Package pool runs scenarios in worker processes, several at a time, and finds
// out what happened to a worker that dies or hangs.
package pool

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"raftlab/src/raft/rafttest"
)

// A Job is one run of one scenario.
type Job struct {
	Impl     int
	Command  []string // of the worker process
	Scenario rafttest.Scenario
	Seed     uint64
	Repeat   bool // play it twice: the traces must be equal
}

// An Outcome is what came of a job.
type Outcome struct {
	Job
	Result rafttest.Result
	Trace  uint64
	CPU    time.Duration
	Log    []byte // what the worker printed during the run, if it failed
}

// Options says how jobs are run.
type Options struct {
	Parallel int           // processes at a time
	Timeout  time.Duration // of real time for one run
}

// Run runs jobs and calls done with each outcome, from several goroutines, in
// no particular order. It returns early when ctx is done; a run that was under
// way then has no outcome. The error is about the pool itself, such as a worker
// that cannot be started.
func Run(ctx context.Context, opt Options, jobs []Job, done func(Outcome)) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	q := newQueue(jobs)
	var wg sync.WaitGroup
	for range min(opt.Parallel, len(jobs)) {
		wg.Go(func() {
			if err := serve(ctx, opt, q, done); err != nil {
				cancel(err)
			}
		})
	}
	wg.Wait()
	if err := context.Cause(ctx); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// serve runs jobs in one process after another: a new one when the command
// changes or the last one is spent.
func serve(ctx context.Context, opt Options, q *queue, done func(Outcome)) error {
	var w *worker
	defer func() { w.close() }()
	var l *lot
	for ctx.Err() == nil {
		job, now, hopeless := q.next(l)
		if l = now; l == nil {
			return nil
		}
		if hopeless {
			skipped := rafttest.Result{Scenario: job.Scenario.Name, Seed: job.Seed, Skipped: "too many runs before had to be ended"}
			done(Outcome{Job: job, Result: skipped})
			continue
		}
		if w != nil && !slices.Equal(w.args, job.Command) {
			w.close()
			w = nil
		}
		if w == nil {
			var err error
			if w, err = start(job.Command); err != nil {
				return err
			}
		}
		out, spent := w.do(ctx, job, opt)
		if ctx.Err() != nil {
			return nil
		}
		if spent {
			w.close()
			w = nil
		}
		q.ended(l, out.Result)
		done(out)
	}
	return nil
}
