package gotest

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"raftlab/grader/internal/pool"
	"raftlab/grader/internal/testrun"
)

// A Suite says which tests of a test binary to run, with which seeds, in worker processes.
type Suite struct {
	Worker   []string // the command line of a worker process
	Options  Options
	Parallel int // workers at a time

	Run   string // which tests, as go test -run
	Seed  uint64 // of the first run of a test; its nth run, from 0, has Seed+n
	Count int    // runs of each test, each with a seed of its own

	// Repeat reports whether the nth run of a test, given by its index, is done twice to check that the seed alone
	// determines what happens.
	Repeat func(test, n int) bool

	Output bool // keep the output of tests that pass

	// Slow, if not nil, is called for a run that has not ended after 15 s of real time, and again whenever the elapsed
	// real time has doubled. It is called from many goroutines at once.
	Slow func(test string, seed uint64, elapsed time.Duration)
}

// slow is the real time after which Slow is first called for a run.
const slow = 15 * time.Second

// watch calls Slow while a run goes on. The caller calls over when the run has ended; after over has returned Slow is
// not called any more.
func (s Suite) watch(j job) (over func()) {
	if s.Slow == nil {
		return func() {}
	}
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		elapsed := slow
		for t := time.NewTimer(elapsed); ; t.Reset(elapsed / 2) {
			select {
			case <-t.C:
				s.Slow(j.Test, j.Seed, elapsed)
				elapsed *= 2
			case <-done:
				t.Stop()
				return
			}
		}
	}()
	return func() {
		close(done)
		<-ended
	}
}

// maxHung is how many runs of a test may hang before its other runs are skipped, if no run of it has ended: each costs
// seconds and shows nothing new.
const maxHung = 3

// ErrWorker says that a worker process could not be started, died, or stopped responding. Tests run in sandboxes (see
// package box) and cannot end a worker, so this is a failure of the grader or of the machine.
var ErrWorker = errors.New("a worker failed")

// run has workers do a batch of jobs. It returns early when ctx is done. The error wraps ErrWorker.
func (s Suite) run(ctx context.Context, b pool.Batch[job, answer]) (err error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	done := b.Done
	b.Command, b.Diagnose = s.Worker, diagnose
	b.Done = func(o pool.Outcome[job, answer]) {
		if o.Lost == "" {
			done(o)
		} else if err == nil {
			err = fmt.Errorf("%v: %w: %s", o.Job, ErrWorker, o.Lost)
			stop()
		}
	}
	pool.Run(ctx, pool.Options{Parallel: max(1, s.Parallel), Boxed: true}, b)
	return err
}

// diagnose returns the end of a dead worker's log, where the cause is.
func diagnose(_ job, c pool.Crash) (answer, pool.Cause) {
	text := strings.TrimSpace(string(c.Log))
	return answer{}, pool.Cause{Text: text[max(0, len(text)-2000):]}
}

// Tests lists the tests that Run selects, in the order of the source.
func (s Suite) Tests(ctx context.Context) ([]string, error) {
	top, _, _ := strings.Cut(s.Run, "/") // subtests are known only when the test runs
	var list answer
	err := s.run(ctx, pool.Batch[job, answer]{
		Len:  1,
		Next: func() job { return job{Run: top, Seed: s.Seed} }, // without a Test: it lists them
		Done: func(o pool.Outcome[job, answer]) { list = o.Answer },
	})
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err == nil && list.Reason != "":
		err = fmt.Errorf("the test binary does not start: %s", list.Reason)
	}
	return list.Tests, err
}

// listed returns the tests in the output of -test.list or, if the test binary failed, the reason.
func listed(r Run) ([]string, string) {
	if r.End != Exited || r.Status != 0 {
		_, reason := judge("", "", r)
		return nil, reason
	}
	tests := []string{}
	for _, l := range r.Output {
		if isTest.MatchString(l.Text) {
			tests = append(tests, l.Text)
		}
	}
	return tests, ""
}

var isTest = regexp.MustCompile(`^Test\S*$`)

// Play runs the tests and calls done with each result, from one goroutine at a time, in no particular order. It returns
// early when ctx is done. The error wraps [ErrWorker].
func (s Suite) Play(ctx context.Context, tests []string, done func(testrun.Result)) error {
	next := 0
	hung := make(map[string]int)  // by test: how many runs hung
	ends := make(map[string]bool) // by test: whether a run has ended
	return s.run(ctx, pool.Batch[job, answer]{
		Len: len(tests) * s.Count,
		Next: func() job {
			i, n := next%len(tests), next/len(tests)
			next++
			seed := s.Seed + uint64(n)
			return job{Test: tests[i], Run: s.pattern(tests[i]), Seed: seed, Repeat: s.Repeat(i, n), Output: s.Output}
		},
		Skip:  func(j job) bool { return hung[j.Test] >= maxHung && !ends[j.Test] },
		Watch: s.watch,
		Done: func(o pool.Outcome[job, answer]) {
			r, test := o.Answer.Result, o.Job.Test
			switch {
			case o.Skipped:
				r = testrun.Result{Test: test, Seed: o.Job.Seed, Verdict: testrun.LeftOut}
			case o.Answer.Hangs:
				hung[test]++
			default:
				ends[test] = true
			}
			done(r)
		},
	})
}

// pattern selects a single test, with those of its subtests that were asked for.
func (s Suite) pattern(test string) string {
	p := "^" + regexp.QuoteMeta(test) + "$"
	if _, sub, ok := strings.Cut(s.Run, "/"); ok {
		p += "/" + sub
	}
	return p
}
