// Package pool runs scenarios in worker processes, several at a time, and finds
// out what happened to a worker that dies or hangs.
package pool

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
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

// patience is how many runs of an implementation may have to be ended: because
// they would not by themselves, or asked for too much. If that is half of its
// runs or more the rest is skipped: each would take as long.
const patience = 3

// endless counts, of one implementation, the runs that were done and those that
// had to be ended.
type endless struct{ done, never atomic.Int64 }

func (e *endless) add(r rafttest.Result) {
	e.done.Add(1)
	if f := r.Failure; f != nil && (f.Kind == rafttest.Timeout || f.Kind == rafttest.Resource) {
		e.never.Add(1)
	}
}

func (e *endless) hopeless() bool {
	never := e.never.Load()
	return never >= patience && 2*never >= e.done.Load()
}

// Run runs jobs and calls done with each outcome, from several goroutines, in
// no particular order. It returns early when ctx is done; a run that was under
// way then has no outcome. The error is about the pool itself, such as a worker
// that cannot be started.
func Run(ctx context.Context, opt Options, jobs []Job, done func(Outcome)) error {
	queue := make(chan Job)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		defer close(queue)
		for _, j := range jobs {
			select {
			case queue <- j:
			case <-ctx.Done():
				return
			}
		}
	}()
	tried := make(map[int]*endless)
	for _, j := range jobs {
		if tried[j.Impl] == nil {
			tried[j.Impl] = new(endless)
		}
	}
	var wg sync.WaitGroup
	for range min(opt.Parallel, len(jobs)) {
		wg.Go(func() {
			if err := serve(ctx, opt, queue, tried, done); err != nil {
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
func serve(ctx context.Context, opt Options, queue <-chan Job, tried map[int]*endless, done func(Outcome)) error {
	var w *worker
	defer func() { w.close() }()
	for job := range queue {
		if tried[job.Impl].hopeless() {
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
		tried[job.Impl].add(out.Result)
		done(out)
	}
	return nil
}
