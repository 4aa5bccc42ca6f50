package live

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"syscall"
	"testing"
	"time"

	"raftlab/src/dlog"
	"raftlab/src/raft"
	"raftlab/src/raft/rafttest"
)

// A Job asks a worker for one run.
type Job struct {
	Scenario string        `json:"scenario"`
	Seed     uint64        `json:"seed"`
	Timeout  time.Duration `json:"timeout"` // of real time
}

// Done is a worker's answer to a Job.
type Done struct {
	rafttest.Result
	CPU time.Duration `json:"cpu"`
	// Spoilt is set if the run left goroutines behind or locks held: the worker
	// ends after this answer, and another must take its place.
	Spoilt bool `json:"spoilt,omitempty"`
}

// The file descriptors over which a worker speaks to the grader, a JSON value
// each time.
const (
	WorkerJobs = 3
	WorkerDone = 4
)

// Work runs the jobs that come in over WorkerJobs until there are no more, and
// writes a Done for each to WorkerDone. It is the test function of the binary
// that the grader builds. Everything else that the process prints is the log of
// the run at hand.
func Work(t *testing.T, makeRaft raft.MakeFunc) {
	dlog.SetSink(&dlog.Sink{W: os.Stderr, Start: time.Now()})
	jobs := json.NewDecoder(os.NewFile(WorkerJobs, "jobs"))
	done := json.NewEncoder(os.NewFile(WorkerDone, "done"))
	scenarios := make(map[string]rafttest.Scenario)
	for _, s := range rafttest.Scenarios() {
		scenarios[s.Name] = s
	}
	for n := 0; ; n++ {
		var job Job
		if err := jobs.Decode(&job); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("worker: reading job: %v", err)
		}
		s, ok := scenarios[job.Scenario]
		if !ok {
			t.Fatalf("worker: no scenario %q", job.Scenario)
		}
		var d Done
		before := cpuTime()
		t.Run(strconv.Itoa(n), func(t *testing.T) {
			d.Result = play(t, makeRaft, s, job.Seed, job.Timeout)
		})
		d.CPU = cpuTime() - before
		d.Spoilt = d.Failure != nil
		if err := done.Encode(d); err != nil {
			t.Fatalf("worker: writing result: %v", err)
		}
		if d.Spoilt {
			os.Exit(0)
		}
	}
}

// cpuTime is the processor time that this process has used.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(fmt.Sprintf("live: getrusage: %v", err))
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
