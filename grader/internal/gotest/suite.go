package gotest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"time"

	"raftlab/grader/internal/testrun"
	"raftlab/src/cputime"
)

// A Suite is a test binary to be run in workers.
type Suite struct {
	Worker   []string // the command line of a worker process
	Options  Options
	Parallel int // workers at a time

	Run   string // which tests, as go test -run
	Seed  uint64 // the first
	Count int    // runs of each test, each with a seed of its own

	Output bool // keep the output of tests that pass

	// Slow, if not nil, is told of a run that has not ended after so much real time, each time that has doubled. It is
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

// repeatEvery is the share of runs that are played twice, to see that the seed decides all: one in so many.
const repeatEvery = 20

// enough is how many runs of a test may hang, if none ends, before the others are left out: each
// costs seconds and says the same.
const enough = 3

// Tests lists the tests that Run selects, in the order of the source.
func (s Suite) Tests(ctx context.Context) ([]string, error) {
	w, err := startWorker(ctx, s.Worker)
	if err != nil {
		return nil, err
	}
	defer w.close()
	// Subtests are known only when the test runs.
	top, _, _ := strings.Cut(s.Run, "/")
	a, err := w.do(ctx, job{Run: top, Seed: s.Seed})
	if err != nil {
		return nil, err
	}
	if a.Reason != "" {
		return nil, fmt.Errorf("the tests do not start: %s", a.Reason)
	}
	return a.Tests, nil
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

// Play runs the tests and calls done with each result, from one goroutine at a time, in no
// particular order. It returns early when ctx is done. The error is an [ErrWorker].
func (s Suite) Play(ctx context.Context, tests []string, done func(testrun.Result)) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	queue := make(chan job)
	go func() {
		defer close(queue)
		for n := range s.Count {
			for i, test := range tests {
				j := job{Test: test, Run: s.pattern(test), Seed: s.Seed + uint64(n), Repeat: (i+n)%repeatEvery == 0, Output: s.Output}
				select {
				case queue <- j:
				case <-ctx.Done():
					return
				}
			}
		}
	}()
	t := &tallier{hung: map[string]int{}, done: done}
	var wg sync.WaitGroup
	var turn sync.RWMutex // held for writing while a job runs alone
	for range min(s.Parallel, len(tests)*s.Count) {
		wg.Go(func() {
			if err := s.serve(ctx, queue, t, &turn); err != nil {
				stop(err)
			}
		})
	}
	wg.Wait()
	if err := context.Cause(ctx); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// pattern selects a single test, with those of its subtests that were asked for.
func (s Suite) pattern(test string) string {
	p := "^" + regexp.QuoteMeta(test) + "$"
	if _, sub, ok := strings.Cut(s.Run, "/"); ok {
		p += "/" + sub
	}
	return p
}

// A tallier passes results on and knows which tests always hang.
type tallier struct {
	mu   sync.Mutex
	hung map[string]int // how often, -1 once a run has ended
	done func(testrun.Result)
}

func (t *tallier) add(r testrun.Result, hangs bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case r.Verdict == testrun.LeftOut:
	case !hangs:
		t.hung[r.Test] = -1
	case t.hung[r.Test] >= 0:
		t.hung[r.Test]++
	}
	t.done(r)
}

func (t *tallier) hopeless(test string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.hung[test] >= enough
}

// serve runs jobs in one process after another.
func (s Suite) serve(ctx context.Context, queue <-chan job, t *tallier, turn *sync.RWMutex) error {
	var w *worker
	defer func() { w.close() }()
	for j := range queue {
		if t.hopeless(j.Test) {
			t.add(testrun.Result{Test: j.Test, Seed: j.Seed, Verdict: testrun.LeftOut}, false)
			continue
		}
		over := s.watch(j)
		turn.RLock()
		a, err := s.try(ctx, &w, j)
		turn.RUnlock()
		if err != nil && ctx.Err() == nil {
			// It says nothing of the test, which is run again, alone.
			turn.Lock()
			a, err = s.try(ctx, &w, j)
			turn.Unlock()
		}
		over()
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s, seed %d, twice: %w", j.Test, j.Seed, err)
		}
		t.add(testrun.Result{Test: j.Test, Seed: j.Seed, Verdict: a.Verdict, Reason: a.Reason, Virtual: a.Virtual, CPU: a.CPU, Trace: a.Trace, Output: a.Output, Stacks: a.Stacks}, a.Hangs)
	}
	return nil
}

// try does a job in the worker *w, or in a new one if that is nil. With an error *w is nil.
func (s Suite) try(ctx context.Context, w **worker, j job) (a answer, err error) {
	if *w == nil {
		if *w, err = startWorker(ctx, s.Worker); err != nil {
			return a, err
		}
	}
	if a, err = (*w).do(ctx, j); err != nil {
		(*w).close()
		*w = nil
	}
	return a, err
}

// ErrWorker says that a worker process could not be started, died, or stood still. What a test does happens in a box
// and ends none, so that is a failure of the grader or the machine.
var ErrWorker = errors.New("a worker failed")

// A worker is a process that runs one job after another.
type worker struct {
	cmd     *exec.Cmd
	stdin   io.Closer
	jobs    *json.Encoder
	answers *json.Decoder
	stderr  bytes.Buffer
}

func startWorker(ctx context.Context, args []string) (*worker, error) {
	w := &worker{cmd: exec.CommandContext(ctx, args[0], args[1:]...)}
	w.cmd.Dir = os.TempDir()
	w.cmd.Stderr = &w.stderr
	stdin, err := w.cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrWorker, err)
	}
	stdout, err := w.cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrWorker, err)
	}
	w.stdin, w.jobs, w.answers = stdin, json.NewEncoder(stdin), json.NewDecoder(stdout)
	if err := w.cmd.Start(); err != nil {
		return nil, fmt.Errorf("%w: it does not start: %w", ErrWorker, err)
	}
	return w, nil
}

// standstill is how long a worker may use no processor time while a job is not done.
const standstill = 2 * time.Minute

// do has the worker do one job. With an error the worker is of no use any more.
func (w *worker) do(ctx context.Context, j job) (a answer, err error) {
	if err := w.jobs.Encode(j); err != nil {
		return a, w.died(ctx, err)
	}
	defer w.watch()()
	if err := w.answers.Decode(&a); err != nil {
		return a, w.died(ctx, err)
	}
	return a, nil
}

// watch kills the worker if it stands still, until stop is called. Its own guard ends a test that computes for too long.
func (w *worker) watch() (stop func()) {
	over := make(chan struct{})
	go func() {
		tick := time.NewTicker(standstill / 20)
		defer tick.Stop()
		last, since := time.Duration(-1), time.Now()
		for {
			select {
			case now := <-tick.C:
				used, known := cputime.Of(w.cmd.Process.Pid)
				if !known || used != last {
					last, since = used, now
				} else if now.Sub(since) >= standstill {
					w.cmd.Process.Kill()
				}
			case <-over:
				return
			}
		}
	}()
	return func() { close(over) }
}

// died says why a worker did not answer.
func (w *worker) died(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	w.stdin.Close()
	w.cmd.Wait()
	last := strings.TrimSpace(w.stderr.String())
	return fmt.Errorf("%w (%v, %v): %s", ErrWorker, err, w.cmd.ProcessState, last[max(0, len(last)-2000):])
}

// close ends the process. A nil worker is closed already.
func (w *worker) close() {
	if w == nil {
		return
	}
	w.stdin.Close()
	w.cmd.Process.Kill() // fails if it has ended, which is as good
	w.cmd.Wait()
}
