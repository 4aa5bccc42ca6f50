// Package pool runs scenarios in worker processes, several at a time, and finds
// out what happened to a worker that dies or hangs.
package pool

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"raftlab/src/cluster"
	"raftlab/src/lab"
)

// A Job is one run of one scenario.
type Job struct {
	Impl     int
	Command  []string // of the worker process
	Scenario lab.Scenario
	Seed     uint64
	Repeat   bool // play it twice: the traces must be equal
}

// A Batch is the jobs of an implementation, which are made when they are played.
type Batch struct {
	Len  int        // how many there are
	Next func() Job // makes the next; it is called so often, by one goroutine at a time

	// Budget is how much processor time the jobs may use together, if it is not 0, and Used what earlier ones have. When
	// it is used up those that are left are not run: Spent is called with their number, by one goroutine. The runs that
	// are under way then are played to their ends.
	Budget, Used time.Duration
	Spent        func(left int)
}

// An Outcome is what came of a job.
type Outcome struct {
	Job
	Result cluster.Result
	Trace  uint64
	CPU    time.Duration
	Log    []byte // what the worker printed during the run, if it failed
	// Again is why the run was played a second time, alone; empty if it was not.
	Again string
}

// Options says how jobs are run.
type Options struct {
	Parallel int           // processes at a time
	Timeout  time.Duration // of real time for one run, where it is not Boxed

	// Boxed says that the code under test is in boxes within the workers, which
	// stop it by themselves. Then whatever ends a worker is not its doing, no real
	// time limits a run, and Compute is how much processor time a worker may use
	// for one before it is killed, which must be well beyond what it allows itself.
	Boxed   bool
	Compute time.Duration

	standstill, overtime time.Duration // see there; 0 is the default
}

// Run runs the jobs of all batches and calls done with each outcome, from several goroutines, in
// no particular order. It returns early when ctx is done; a run that was under
// way then has no outcome.
//
// A run of which nothing is known because its worker did not start, was killed
// from outside, got no memory from the system or came to a standstill is played
// a second time while no other run goes on. If that tells nothing either, the
// result has a GraderError.
func Run(ctx context.Context, opt Options, batches []Batch, done func(Outcome)) {
	opt.standstill = cmp.Or(opt.standstill, standstill)
	opt.overtime = cmp.Or(opt.overtime, overtime)
	p := &pool{opt: opt, queue: newQueue(batches), done: done}
	jobs := 0
	for _, b := range batches {
		jobs += b.Len
	}
	var wg sync.WaitGroup
	for range min(opt.Parallel, jobs) {
		wg.Go(func() { p.serve(ctx) })
	}
	wg.Wait()
}

// A pool is a Run that goes on.
type pool struct {
	opt   Options
	queue *queue
	done  func(Outcome)

	// runs is held by each run, shared with the others unless it is to be alone.
	runs sync.RWMutex
}

// serve runs jobs in one process after another: a new one when the command
// changes or the last one is spent.
func (p *pool) serve(ctx context.Context) {
	var w *worker
	defer func() { w.close() }()
	var l *lot
	for ctx.Err() == nil {
		job, now, lost := p.queue.next(l)
		if l = now; l == nil {
			return
		}
		if lost.any() {
			p.done(Outcome{Job: job, Result: lost.result(job)})
			continue
		}
		if !p.runs.TryRLock() { // a run is to be alone, also with the memory
			w.close()
			w = nil
			p.runs.RLock()
		}
		out, doubt := p.play(ctx, &w, job, false)
		p.runs.RUnlock()
		if doubt != "" && ctx.Err() == nil {
			p.runs.Lock()
			out = p.playAgain(ctx, &w, job, doubt)
			p.runs.Unlock()
		}
		if ctx.Err() != nil {
			return
		}
		p.queue.ended(l, out)
		p.done(out)
	}
}

// playAgain plays a run of which the first play has told nothing, for that
// reason. If the second tells nothing either, the outcome says so.
func (p *pool) playAgain(ctx context.Context, w **worker, job Job, first string) Outcome {
	out, doubt := p.play(ctx, w, job, true)
	out.Again = first
	switch doubt {
	case "":
		return out
	case first:
		out.Result = unplayed(job, "twice, the second time while no other run went on: "+first)
	default:
		out.Result = unplayed(job, first+"; and when it was played alone: "+doubt)
	}
	out.Log = nil
	return out
}

// play plays a run once, in a new worker if there is none for its command.
// doubt is why the outcome tells nothing of the code under test, if so.
func (p *pool) play(ctx context.Context, w **worker, job Job, alone bool) (out Outcome, doubt string) {
	if *w != nil && !slices.Equal((*w).args, job.Command) {
		(*w).close()
		*w = nil
	}
	if *w == nil {
		var err error
		if *w, err = start(job.Command); err != nil {
			return Outcome{Job: job}, err.Error()
		}
	}
	out, spent, doubt := (*w).do(ctx, job, p.opt, alone)
	if spent {
		(*w).close()
		*w = nil
	}
	return out, doubt
}

// unplayed is the result of a job that could not be played.
func unplayed(job Job, why string) cluster.Result {
	return cluster.Result{Scenario: job.Scenario.Name, Seed: job.Seed, GraderError: why}
}

// A loss is why a job is not worth while to run, if so.
type loss struct {
	hopeless bool   // the runs before had to be ended
	lost     string // the runs before could not be played: why not
}

func (l loss) any() bool { return l.hopeless || l.lost != "" }

func (l loss) result(job Job) cluster.Result {
	if l.lost != "" {
		return unplayed(job, fmt.Sprintf("not tried, for %d runs before could not be played; the last of them: %s", patience, l.lost))
	}
	return cluster.Result{Scenario: job.Scenario.Name, Seed: job.Seed, Skipped: "too many runs before had to be ended"}
}
