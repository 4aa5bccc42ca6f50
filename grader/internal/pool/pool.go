// Package pool has worker processes do jobs, several at a time, and finds out what happened to a worker that dies or
// hangs. What a job says, and what the answer to it, is JSON between its callers and their workers, which package
// worker serves.
package pool

import (
	"cmp"
	"context"
	"sync"
	"time"
)

// A Batch is jobs that the same workers can do. Next, Skip, Done and Budget.Spent are called by one goroutine at a
// time.
type Batch[J, A any] struct {
	Command []string     // of a worker process
	Len     int          // how many jobs there are
	Next    func() J     // makes the next; it is called at most Len times
	Skip    func(J) bool // reports whether a job is not worth doing any more; nil: none is
	Budget  Budget

	// Watch, if not nil, is called when a job begins, and what it returns when that has ended. Several goroutines call
	// it.
	Watch func(J) (over func())
	// Diagnose says what a worker has died of, and what the answer to its job is if the code under test is at fault.
	Diagnose func(J, Crash) (A, Cause)
	// Done is called with the outcome of each job.
	Done func(Outcome[J, A])
}

// A Budget is how much processor time the jobs of a batch may use together, if Limit is not 0. When it is used up those
// that are left are not done: Spent is called with their number. The jobs that are under way then are done to their
// ends.
type Budget struct {
	Limit time.Duration
	Used  time.Duration // by earlier jobs
	Spent func(left int)
}

// An Outcome is what came of a job. There is no Answer if it was skipped or lost.
type Outcome[J, A any] struct {
	Job     J
	Answer  A
	CPU     time.Duration
	Log     []byte // what the worker printed during the job, if it asked to keep it or died
	Again   string // why the job was done a second time, alone; empty if it was not
	Skipped bool   // it was not tried: see Batch.Skip, or Lost
	Lost    string // why it could not be done, or is not tried, if that is the fault of the grader or its machine
}

// A Crash is how a worker ended that gave no answer.
type Crash struct {
	Log    []byte // what it printed during the job
	Status int    // with which it exited; less than 0 if a signal ended it
	Killed string // why the pool has killed it, if it did
}

// A Cause is what a worker has died of.
type Cause struct {
	Text   string // the first line is a summary
	Memory bool   // it got no more from the system
}

// Options says how jobs are done.
type Options struct {
	Parallel int           // processes at a time
	Timeout  time.Duration // of real time for one job, where it is not Boxed

	// Boxed says that the code under test is in boxes within the workers, which stop it by themselves. Then whatever
	// ends a worker is not its doing, no real time limits a job, and Compute, if not 0, is how much processor time a
	// worker may use for one before it is killed, which must be well beyond what it allows itself.
	Boxed   bool
	Compute time.Duration

	standstill, overtime time.Duration // see there; 0 is the default
}

// Run has the jobs of all batches done. It returns early when ctx is done; a job that was under way then has no
// outcome.
//
// A job of which nothing is known because its worker did not start, was killed from outside, got no memory from the
// system or came to a standstill is done a second time while no other job is under way. If that tells nothing either,
// the job is lost.
func Run[J, A any](ctx context.Context, opt Options, batches ...Batch[J, A]) {
	opt.standstill = cmp.Or(opt.standstill, standstill)
	opt.overtime = cmp.Or(opt.overtime, overtime)
	p := &pool[J, A]{opt: opt, queue: newQueue(batches)}
	jobs := 0
	for _, b := range batches {
		jobs += b.Len
	}
	var wg sync.WaitGroup
	for range min(opt.Parallel, jobs) {
		wg.Go(func() { (&runner[J, A]{pool: p}).serve(ctx) })
	}
	wg.Wait()
}

// A pool is a Run that goes on.
type pool[J, A any] struct {
	opt   Options
	queue *queue[J, A]

	// jobs is held by each job, shared with the others unless it is to be alone.
	jobs sync.RWMutex
}
