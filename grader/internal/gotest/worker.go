package gotest

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"time"

	"raftlab/grader/internal/testrun"
	"raftlab/src/box"
	"raftlab/src/cputime"
)

// A job asks a worker for one run: of the test with this name, or of none to list the tests.
type job struct {
	Test   string `json:"test,omitempty"`
	Run    string `json:"run"` // for -test.run or -test.list
	Seed   uint64 `json:"seed"`
	Repeat bool   `json:"repeat,omitempty"` // play it twice: the traces must be equal
	Output bool   `json:"output,omitempty"` // wanted of tests that pass, too
}

// answer is what a worker says of a job.
type answer struct {
	Verdict testrun.Verdict `json:"verdict,omitempty"`
	Reason  string          `json:"reason,omitempty"`
	Tests   []string        `json:"tests,omitempty"` // a list, if that was asked for
	Hangs   bool            `json:"hangs,omitempty"`
	Virtual time.Duration   `json:"virtual"`
	CPU     time.Duration   `json:"cpu"`
	Trace   uint64          `json:"trace"`
	Output  []testrun.Line  `json:"output,omitempty"`
	Stacks  string          `json:"stacks,omitempty"`
}

// Work plays the runs that are asked for on r until there are no more, and answers on w. It is all that
// a worker process does: what the code in a box could do to the process it runs
// in, it does to one that can be killed. The test binary is in file.
func Work(r io.Reader, w io.Writer, file, cacheDir string, o Options) error {
	wasm, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("the test binary: %w", err)
	}
	e, err := box.NewEngine(cacheDir)
	if err != nil {
		return err
	}
	defer e.Close()
	m, err := e.Load(wasm)
	if err != nil {
		return err
	}
	defer m.Close()
	debug.SetGCPercent(-1)                            // see heapLimit
	runtime.GOMAXPROCS(max(2, runtime.GOMAXPROCS(0))) // a box that loops keeps one for itself
	jobs, answers := json.NewDecoder(r), json.NewEncoder(w)
	for {
		var j job
		if err := jobs.Decode(&j); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("reading a job: %w", err)
		}
		if err := answers.Encode(o.do(m, j)); err != nil {
			return fmt.Errorf("writing an answer: %w", err)
		}
		collect()
	}
}

// do does one job.
func (o Options) do(m *box.Module, j job) answer {
	before := cputime.Used()
	args := o.arguments(j)
	run := play(m, args, j.Seed, o)
	a := answer{Virtual: run.Virtual, CPU: cputime.Used() - before, Trace: run.Trace, Stacks: run.Stacks, Output: run.Output}
	if j.Test == "" {
		a.Tests, a.Reason = listed(run)
		return a
	}
	a.Hangs = run.End == Hangs || run.End == Busy || run.End == TooSlow
	a.Verdict, a.Reason = judge(j.Test, o.Module, run)
	if j.Repeat && run.End == Exited {
		if again := play(m, args, j.Seed, o); again.Trace != run.Trace {
			a.Verdict = testrun.Failed
			a.Reason = fmt.Sprintf("the same run has the traces %016x and %016x: this is a bug of the grader", run.Trace, again.Trace)
		}
	}
	if a.Verdict == testrun.Passed && !j.Output {
		a.Output = nil
	}
	return a
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
