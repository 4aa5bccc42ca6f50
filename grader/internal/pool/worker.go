package pool

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"raftlab/src/raft/rafttest"
	"raftlab/src/raft/rafttest/jobs"
)

const (
	// overtime is how long a worker may stay silent after the real time of a
	// run is up before it is killed: its own watchdog has better words.
	overtime = 30 * time.Second
	// standstill is how long a worker that shows its progress may show none.
	standstill = 2 * time.Minute
	// logLimit is how much of a run's log is kept.
	logLimit = 8 << 20
)

// A worker is a process that runs one job after another.
type worker struct {
	args    []string
	cmd     *exec.Cmd
	jobs    *json.Encoder
	answers *json.Decoder
	pipes   []io.Closer
	log     *os.File // its standard output and error
	exited  chan struct{}
}

// start starts a worker. Standard output and error go to a file: what a process
// printed before it died is all there.
func start(args []string) (*worker, error) {
	failed := func(err error) (*worker, error) { return nil, fmt.Errorf("starting a worker: %w", err) }
	log, err := os.CreateTemp("", "raftlab-log-*")
	if err != nil {
		return failed(err)
	}
	os.Remove(log.Name()) // it goes with the last descriptor
	jobsRead, jobsWrite, err := os.Pipe()
	if err != nil {
		return failed(err)
	}
	answersRead, answersWrite, err := os.Pipe()
	if err != nil {
		return failed(err)
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = os.TempDir() // whatever a Raft writes into the working directory
	cmd.Stdout, cmd.Stderr = log, log
	cmd.ExtraFiles = []*os.File{jobsRead, answersWrite}
	cmd.Env = append(os.Environ(), "GORACE=halt_on_error=1 atexit_sleep_ms=0", "GOTRACEBACK=all")
	if err := cmd.Start(); err != nil {
		return failed(err)
	}
	jobsRead.Close()
	answersWrite.Close()
	w := &worker{
		args:    args,
		cmd:     cmd,
		jobs:    json.NewEncoder(jobsWrite),
		answers: json.NewDecoder(answersRead),
		pipes:   []io.Closer{jobsWrite, answersRead, log},
		log:     log,
		exited:  make(chan struct{}),
	}
	go func() {
		cmd.Wait() // ProcessState has what there is to know
		close(w.exited)
	}()
	return w, nil
}

// close ends the process and waits for it. A nil worker is closed already.
func (w *worker) close() {
	if w == nil {
		return
	}
	w.cmd.Process.Kill() // fails if it has ended, which is as good
	<-w.exited
	for _, p := range w.pipes {
		p.Close()
	}
}

// do has the worker run one job. spent says that the worker cannot be used
// again.
func (w *worker) do(ctx context.Context, job Job, opt Options) (out Outcome, spent bool) {
	out = Outcome{Job: job, Result: rafttest.Result{Scenario: job.Scenario.Name, Seed: job.Seed}}
	from, err := w.log.Seek(0, io.SeekEnd)
	if err != nil {
		panic(fmt.Sprintf("pool: seeking in a worker's log: %v", err))
	}
	began := time.Now()
	done, err := w.converse(ctx, jobs.Job{Scenario: job.Scenario.Name, Seed: job.Seed, Timeout: opt.Timeout, Repeat: job.Repeat})
	switch {
	case ctx.Err() != nil:
		return out, true
	case done != nil:
		out.Result, out.CPU, out.Trace = done.Result, done.CPU, done.Trace
		if out.Result.Failure != nil {
			out.Log = w.readLog(from)
		}
		return out, done.Spoilt
	}
	<-w.exited
	out.Log = w.readLog(from)
	failure := postmortem(out.Log, w.cmd.ProcessState.ExitCode())
	if err != nil {
		failure = rafttest.Failure{Kind: rafttest.Timeout, Message: err.Error(), At: failure.At}
	}
	out.Result.Failure = &failure
	out.Result.Virtual = failure.At
	out.CPU = min(w.cmd.ProcessState.UserTime()+w.cmd.ProcessState.SystemTime(), time.Since(began))
	return out, true
}

// converse sends a job and waits for what comes of it. It returns nil if the
// worker is dead: with an error that says why, if it was killed, or by itself.
func (w *worker) converse(ctx context.Context, job jobs.Job) (*jobs.Done, error) {
	answers := make(chan *jobs.Answer)
	go func() {
		defer close(answers)
		if w.jobs.Encode(job) != nil {
			return
		}
		for {
			a := new(jobs.Answer)
			if w.answers.Decode(a) != nil {
				return
			}
			answers <- a
			if a.Done != nil {
				return
			}
		}
	}()
	limit := time.NewTimer(job.Timeout + overtime)
	defer limit.Stop()
	still := time.NewTimer(standstill)
	still.Stop() // until the worker shows that it shows
	defer still.Stop()
	last := int64(-1)
	var why error
	for {
		select {
		case a, ok := <-answers:
			switch {
			case !ok:
				return nil, why
			case a.Done != nil:
				return a.Done, nil
			case a.Beat != last:
				last = a.Beat
				still.Reset(standstill)
			}
			continue
		case <-limit.C:
			why = fmt.Errorf("killed after %v of real time: it no longer reacted", job.Timeout+overtime)
		case <-still.C:
			why = fmt.Errorf("killed after %v without progress", standstill)
		case <-ctx.Done():
		}
		w.cmd.Process.Kill()
		for range answers { // until the pipe breaks
		}
		return nil, why
	}
}

// readLog returns what was printed since. Of too long a log the middle is left
// out: the end tells what a process died of.
func (w *worker) readLog(from int64) []byte {
	read := func(from, to int64) []byte {
		data, err := io.ReadAll(io.NewSectionReader(w.log, from, to-from))
		if err != nil {
			data = fmt.Appendf(data, "the log cannot be read: %v\n", err)
		}
		return data
	}
	info, err := w.log.Stat()
	if err != nil {
		return fmt.Appendf(nil, "the log cannot be read: %v\n", err)
	}
	to := info.Size()
	if to-from <= logLimit {
		return read(from, to)
	}
	head, tail := read(from, from+logLimit/2), read(to-logLimit/2, to)
	head = head[:bytes.LastIndexByte(head, '\n')+1]
	tail = tail[bytes.IndexByte(tail, '\n')+1:]
	left := to - from - int64(len(head)+len(tail))
	return append(fmt.Appendf(head, "[cut: %d of %d MiB]\n", left>>20, (to-from)>>20), tail...)
}
