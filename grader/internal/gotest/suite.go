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

// A Suite is a test binary to be run in workers.
type Suite struct {
	Worker   []string // the command line of a worker process
	Options  Options
	Parallel int // workers at a time

	Run   string // which tests, as go test -run
	Seed  uint64 // the first
	Count int    // runs of each test, each with a seed of its own

	// Repeat reports whether the nth run of a test is played twice, to see that the seed decides all.
	Repeat func(test, n int) bool

	Output bool // keep the output of tests that pass

	// Slow, if not nil, is told of a run that has not ended after the real time since, which doubles each time. It is
	// called from many goroutines at once.
	Slow func(test string, seed uint64, since time.Duration)
}

// slow is the real time after which a run is told of that has not ended.
const slow = 15 * time.Second

// watch tells of a run that is slow, until it is over: when over has returned nothing more is told.
func (s Suite) watch(j job) (over func()) {
	if s.Slow == nil {
		return func() {}
	}
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		since := slow
		for t := time.NewTimer(since); ; t.Reset(since / 2) {
			select {
			case <-t.C:
				s.Slow(j.Test, j.Seed, since)
				since *= 2
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

// maxHung is how many runs of a test may hang, if none ends, before the others are left out: each costs seconds and
// says the same.
const maxHung = 3

// ErrWorker says that a worker process could not be started, died, or stood still. What a test does happens in a box
// and ends none, so that is a failure of the grader or the machine.
var ErrWorker = errors.New("a worker failed")

// run has workers do a batch of jobs. It returns early when ctx is done. The error is an ErrWorker.
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

// diagnose says what a worker has died of: it says so at the end of its log.
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
		Next: func() job { return job{Run: top, Seed: s.Seed} },
		Done: func(o pool.Outcome[job, answer]) { list = o.Answer },
	})
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err == nil && list.Reason != "":
		err = fmt.Errorf("the tests do not start: %s", list.Reason)
	}
	return list.Tests, err
}

// listed returns the tests in the output of -test.list or, if there is none, why.
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
// early when ctx is done. The error is an [ErrWorker].
func (s Suite) Play(ctx context.Context, tests []string, done func(testrun.Result)) error {
	next := 0
	hung := make(map[string]int)  // runs of a test that hang
	ends := make(map[string]bool) // tests of which a run has ended
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
