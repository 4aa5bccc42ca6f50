package gotest

import (
	"cmp"
	"fmt"
	"sync/atomic"

	"raftlab/grader/internal/testrun"
	"raftlab/src/box"
	"raftlab/src/cputime"
	"raftlab/src/worker"
)

// A job asks a worker for one run: of the test with this name, or of none to list the tests.
type job struct {
	Test   string `json:"test,omitempty"`
	Run    string `json:"run"` // for -test.run or -test.list
	Seed   uint64 `json:"seed"`
	Repeat bool   `json:"repeat,omitempty"` // play it twice: the traces must be equal
	Output bool   `json:"output,omitempty"` // keep the output of tests that pass, too
}

func (j job) String() string {
	if j.Test == "" {
		return "the list of tests"
	}
	return fmt.Sprintf("%s, seed %d", j.Test, j.Seed)
}

// answer is a worker's answer to a job.
type answer struct {
	testrun.Result
	Tests []string `json:"tests,omitempty"` // a list, if that was asked for
	Hangs bool     `json:"hangs,omitempty"`
}

// A player plays runs of a test binary.
type player struct {
	Options
	module *box.Module
	turns  atomic.Int64 // of all boxes
}

// Work makes this process a worker that plays the runs of a test binary which it is asked for, until there are no more.
func Work(m *box.Module, o Options) error {
	box.CollectBetweenTurns()
	p := &player{Options: o, module: m}
	return worker.Serve(p.do, p.turns.Load)
}

// do does one job.
func (p *player) do(j job) (d worker.Done[answer], err error) {
	before := cputime.Used()
	args := p.arguments(j)
	run := p.play(args, j.Seed)
	a := &d.Answer
	a.Result = testrun.Result{
		Test: j.Test, Seed: j.Seed, Virtual: run.Virtual, CPU: cputime.Used() - before,
		Trace: run.Trace, Output: run.Output, Stacks: run.Stacks,
	}
	if j.Test == "" {
		a.Tests, a.Reason = listed(run)
		return d, nil
	}
	a.Hangs = run.End == Hangs || run.End == Busy || run.End == TooSlow
	a.Verdict, a.Reason = judge(j.Test, p.Module, run)
	if j.Repeat && run.End == Exited {
		if again := p.play(args, j.Seed); again.Trace != run.Trace {
			a.Verdict = testrun.Failed
			a.Reason = fmt.Sprintf("the same run has the traces %016x and %016x: this is a bug in the grader",
				run.Trace, again.Trace)
		}
	}
	if a.Verdict == testrun.Passed && !j.Output {
		a.Output = nil
	}
	return d, nil
}

func (o Options) arguments(j job) []string {
	if j.Test == "" {
		return append([]string{"-test.list=" + cmp.Or(j.Run, ".")}, o.Flags...)
	}
	return append([]string{
		"-test.run=" + j.Run,
		"-test.v=test2json",
		"-test.paniconexit0",
		"-test.timeout=" + o.Timeout.String(),
	}, o.Flags...)
}
