// Package jobs is how a grader and the processes that run scenarios for it
// speak: the grader asks for runs, one after another, and the worker answers
// each. What a worker prints on standard output and error is the log of the run
// at hand.
package jobs

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"raftlab/src/cluster"
	"raftlab/src/cputime"
	"raftlab/src/lab"
)

// A Job asks for one run.
type Job struct {
	Scenario string        `json:"scenario"`
	Seed     uint64        `json:"seed"`
	Timeout  time.Duration `json:"timeout"`          // of real time, where servers are goroutines
	Repeat   bool          `json:"repeat,omitempty"` // play twice and compare the traces
}

// Done is the answer to a Job.
type Done struct {
	cluster.Result
	CPU   time.Duration `json:"cpu"`
	Trace uint64        `json:"trace,omitempty"` // a hash over all that happened, where that is decided by the seed
	// Spoilt is set if the run left something behind: the worker ends after
	// this answer, and another must take its place.
	Spoilt bool `json:"spoilt,omitempty"`
}

// An Answer is what a worker writes: a Done, or a sign of life before it.
type Answer struct {
	Done *Done `json:"done,omitempty"`
	Beat int64 `json:"beat,omitempty"` // rises while the run makes progress
	// CPU is the processor time that the worker has used since it started, in
	// a sign of life.
	CPU time.Duration `json:"cpu,omitempty"`
}

// The file descriptors over which a worker and a grader speak, a JSON value
// each time.
const (
	in  = 3
	out = 4
)

// beatEvery is how often a worker shows how far it is.
const beatEvery = time.Second

// A Worker plays scenarios.
type Worker struct {
	// Lab has the scenarios.
	Lab *lab.Lab
	// Play runs a job. It may fill in all of Done but CPU.
	Play func(s *lab.Scenario, job Job) Done
	// Progress is a number that rises while a run makes progress; it is called
	// from another goroutine. Nil shows nothing.
	Progress func() int64
}

// Serve runs the jobs that come until there are no more. It returns early, with
// no error, after a Done that is Spoilt.
func (w Worker) Serve() error {
	input := json.NewDecoder(os.NewFile(in, "jobs"))
	answers := &encoder{e: json.NewEncoder(os.NewFile(out, "answers"))}
	for {
		var job Job
		if err := input.Decode(&job); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("worker: reading a job: %w", err)
		}
		s, ok := w.Lab.Scenario(job.Scenario)
		if !ok {
			return fmt.Errorf("worker: no scenario %q", job.Scenario)
		}
		stop := w.beats(answers)
		before := cputime.Used()
		d := w.Play(s, job)
		d.CPU = cputime.Used() - before
		stop()
		if err := answers.encode(Answer{Done: &d}); err != nil {
			return fmt.Errorf("worker: writing an answer: %w", err)
		}
		if d.Spoilt {
			return nil
		}
	}
}

// beats shows progress until the function it returns is called.
func (w Worker) beats(answers *encoder) (stop func()) {
	if w.Progress == nil {
		return func() {}
	}
	over, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		tick := time.NewTicker(beatEvery)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				// A grader that is gone reads neither this nor the answer, whose error ends the worker.
				answers.encode(Answer{Beat: w.Progress(), CPU: cputime.Used()})
			case <-over:
				return
			}
		}
	}()
	return func() {
		close(over)
		<-gone // nothing may follow the answer
	}
}

// An encoder keeps answers whole.
type encoder struct {
	mu sync.Mutex
	e  *json.Encoder
}

func (e *encoder) encode(a Answer) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.e.Encode(a)
}
