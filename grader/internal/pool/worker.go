package pool

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"raftlab/grader/internal/build"
	"raftlab/src/raft/rafttest"
	"raftlab/src/raft/rafttest/live"
)

// overtime is how long a worker may stay silent after the real time of a run is
// up before it is killed: its own watchdog has better words.
const overtime = 10 * time.Second

// logLimit is how much of a run's log is kept.
const logLimit = 8 << 20

// A worker is a process that runs one job after another.
type worker struct {
	binary string
	cmd    *exec.Cmd
	jobs   *json.Encoder
	done   *json.Decoder
	pipes  []io.Closer
	log    *os.File // its standard output and error
	exited chan struct{}
}

// start starts a worker. Standard output and error go to a file: what a process
// printed before it died is all there.
func start(binary, clock string) (*worker, error) {
	log, err := os.CreateTemp(filepath.Dir(binary), "log-*")
	if err != nil {
		return nil, fmt.Errorf("starting a worker: %w", err)
	}
	os.Remove(log.Name()) // it goes with the last descriptor
	jobsRead, jobsWrite, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("starting a worker: %w", err)
	}
	doneRead, doneWrite, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("starting a worker: %w", err)
	}
	cmd := exec.Command(binary, "-test.run", "^"+build.WorkerTest+"$", "-test.timeout", "0", "-test.paniconexit0", "-clock", clock)
	cmd.Dir = filepath.Dir(binary)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.ExtraFiles = []*os.File{jobsRead, doneWrite} // live.WorkerJobs, live.WorkerDone
	cmd.Env = append(os.Environ(), "GORACE=halt_on_error=1 atexit_sleep_ms=0", "GOTRACEBACK=all")
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting a worker: %w", err)
	}
	jobsRead.Close()
	doneWrite.Close()
	w := &worker{
		binary: binary,
		cmd:    cmd,
		jobs:   json.NewEncoder(jobsWrite),
		done:   json.NewDecoder(doneRead),
		pipes:  []io.Closer{jobsWrite, doneRead, log},
		log:    log,
		exited: make(chan struct{}),
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
	answer := make(chan error, 1)
	var d live.Done
	go func() {
		err := w.jobs.Encode(live.Job{Scenario: job.Scenario.Name, Seed: job.Seed, Timeout: opt.Timeout})
		if err == nil {
			err = w.done.Decode(&d)
		}
		answer <- err
	}()
	limit := time.NewTimer(opt.Timeout + overtime)
	defer limit.Stop()
	killed := false
	select {
	case err = <-answer:
	case <-limit.C:
		killed = true
		w.cmd.Process.Kill()
		err = <-answer
	case <-ctx.Done():
		w.cmd.Process.Kill()
		<-answer
		return out, true
	}
	if err == nil {
		out.Result, out.CPU = d.Result, d.CPU
		if out.Result.Failure != nil || opt.KeepLogs {
			out.Log = w.readLog(from)
		}
		return out, d.Spoilt
	}
	<-w.exited
	out.Log = w.readLog(from)
	failure := autopsy(string(out.Log), w.cmd.ProcessState.ExitCode())
	if killed {
		failure = rafttest.Failure{Kind: rafttest.Timeout, Message: fmt.Sprintf("killed after %v of real time: it no longer reacted", opt.Timeout+overtime)}
	}
	if failure.At == 0 {
		failure.At = lastTime(out.Log)
	}
	out.Result.Failure = &failure
	out.Result.Virtual = failure.At
	out.CPU = min(w.cmd.ProcessState.UserTime()+w.cmd.ProcessState.SystemTime(), time.Since(began))
	return out, true
}

func (w *worker) readLog(from int64) []byte {
	data, err := io.ReadAll(io.NewSectionReader(w.log, from, logLimit))
	if err != nil {
		return fmt.Appendf(nil, "the log cannot be read: %v\n", err)
	}
	if len(data) == logLimit {
		data = fmt.Appendf(data, "\n[cut after %d MiB]\n", logLimit>>20)
	}
	return data
}
