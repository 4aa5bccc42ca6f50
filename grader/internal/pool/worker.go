package pool

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"raftlab/src/cluster"
	"raftlab/src/cputime"
	"raftlab/src/raft/rafttest/jobs"
)

// A worker is a process that runs one job after another.
type worker struct {
	args    []string
	cmd     *exec.Cmd
	jobs    *json.Encoder
	answers *json.Decoder
	files   []io.Closer // log and the ends of its pipes
	log     *os.File    // its standard output and error
	exited  chan struct{}
}

// start starts a worker. Standard output and error go to a file: what a process
// printed before it died is all there.
func start(args []string) (_ *worker, err error) {
	var ours, its []io.Closer // ends of pipes and the like
	defer func() {
		closeAll(its)
		if err != nil {
			closeAll(ours)
			err = fmt.Errorf("no worker could be started: %w", err)
		}
	}()
	log, err := newLog()
	if err != nil {
		return nil, err
	}
	ours = append(ours, log)
	jobsRead, jobsWrite, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	ours, its = append(ours, jobsWrite), append(its, jobsRead)
	answersRead, answersWrite, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	ours, its = append(ours, answersRead), append(its, answersWrite)
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = os.TempDir() // whatever a Raft writes into the working directory
	cmd.Stdout, cmd.Stderr = log, log
	cmd.ExtraFiles = []*os.File{jobsRead, answersWrite}
	cmd.Env = append(os.Environ(), "GORACE=halt_on_error=1 atexit_sleep_ms=0", "GOTRACEBACK=all")
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	w := &worker{
		args:    args,
		cmd:     cmd,
		jobs:    json.NewEncoder(jobsWrite),
		answers: json.NewDecoder(answersRead),
		files:   ours,
		log:     log,
		exited:  make(chan struct{}),
	}
	go func() {
		cmd.Wait() // ProcessState has what there is to know
		close(w.exited)
	}()
	return w, nil
}

func closeAll(list []io.Closer) {
	for _, c := range list {
		c.Close()
	}
}

// close ends the process and waits for it. A nil worker is closed already.
func (w *worker) close() {
	if w == nil {
		return
	}
	w.cmd.Process.Kill() // fails if it has ended, which is as good
	<-w.exited
	closeAll(w.files)
}

// do has the worker run one job. spent says that the worker cannot be used
// again. doubt is why the outcome tells nothing of the code under test, if so;
// of a run that was alone less is in doubt.
func (w *worker) do(ctx context.Context, job Job, opt Options, alone bool) (out Outcome, spent bool, doubt string) {
	out = Outcome{Job: job, Result: cluster.Result{Scenario: job.Scenario.Name, Seed: job.Seed}}
	defer func() { spent = w.log.Truncate(0) != nil || spent }() // it would grow with every run
	began := time.Now()
	done, end := w.converse(ctx, jobs.Job{Scenario: job.Scenario.Name, Seed: job.Seed, Timeout: opt.Timeout, Repeat: job.Repeat}, opt)
	switch {
	case ctx.Err() != nil:
		return out, true, ""
	case done != nil:
		out.Result, out.CPU, out.Trace = done.Result, done.CPU, done.Trace
		if f := out.Result.Failure; f != nil {
			out.Log = readLog(w.log)
			if f.Kind == cluster.Timeout && !opt.Boxed && !alone {
				doubt = "its real time ran out"
			}
		}
		return out, done.Spoilt, doubt
	}
	out.Log = readLog(w.log)
	failure := postmortem(out.Log, w.cmd.ProcessState.ExitCode())
	doubt = w.doubt(end, failure, opt, alone)
	if end.killed {
		failure = cluster.Failure{Kind: cluster.Timeout, Message: end.why, At: failure.At}
	}
	out.Result.Failure = &failure
	out.Result.Virtual = failure.At
	out.CPU = min(w.cmd.ProcessState.UserTime()+w.cmd.ProcessState.SystemTime(), time.Since(began))
	return out, true, doubt
}

// doubt says why the death of the worker tells nothing of the code under test,
// if so. failure is what it seems to have died of.
func (w *worker) doubt(end ending, failure cluster.Failure, opt Options, alone bool) string {
	status := w.cmd.ProcessState
	switch {
	case end.killed && (end.ours || !opt.Boxed && !alone):
		return "its worker was " + end.why
	case end.killed:
		return ""
	case status.ExitCode() < 0:
		return fmt.Sprintf("its worker was killed from outside (%v), as a system does that runs out of memory", status)
	case !opt.Boxed && (alone || failure.Kind != cluster.Resource):
		return ""
	case failure.Kind == cluster.Resource:
		return fmt.Sprintf("its worker got no more memory from the system: %s", firstLine(failure.Message))
	default:
		return fmt.Sprintf("its worker ended (%v), which no code in a box can bring about: %.4000s", status, failure.Message)
	}
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// cpu is the processor time that the process has used, and whether the system
// says so; else it is what the process has told.
func (w *worker) cpu(told time.Duration) (used time.Duration, known bool) {
	if used, ok := cputime.Of(w.cmd.Process.Pid); ok {
		return used, true
	}
	return told, false
}
