// Package worker is a worker process's half of how it speaks with the grader that started it: the grader asks for
// jobs, one after another, and the worker answers each, in JSON. The users of this package decide what jobs and
// answers say. What a worker prints on standard output and error is the log of the job at hand.
package worker

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"raftlab/src/cputime"
)

// A Message is what a worker writes: that a job is done, or a sign of life before it.
type Message[A any] struct {
	Done *Done[A] `json:"done,omitempty"`
	Beat int64    `json:"beat,omitempty"` // rises while the job makes progress
	// CPU is the processor time that the worker has used since it started, in a sign of life.
	CPU time.Duration `json:"cpu,omitempty"`
}

// A Done is a worker's answer to a job.
type Done[A any] struct {
	Answer A             `json:"answer"`
	CPU    time.Duration `json:"cpu"` // processor time that the job took, which Serve measures
	// KeepLog says that what the worker has printed is part of the answer.
	KeepLog bool `json:"keep_log,omitempty"`
	// TimedOut says that the job was ended because its time was up.
	TimedOut bool `json:"timed_out,omitempty"`
	// Spoilt says that the job left something behind: the worker ends after this answer, and another must take its
	// place.
	Spoilt bool `json:"spoilt,omitempty"`
}

// The file descriptors over which a worker and a grader speak.
const (
	jobsFile    = 3
	answersFile = 4
)

// heartbeatInterval is how often a worker sends a sign of life.
const heartbeatInterval = time.Second

// Serve makes this process a worker: it calls do with each job that comes, until there are no more. It returns
// early with an error of do, with which its caller should end the process, and without one after a Done that is
// Spoilt. progress is a number that rises while a job makes progress; it is called from another goroutine. With nil
// there are no signs of life.
func Serve[J, A any](do func(J) (Done[A], error), progress func() int64) error {
	return serve(os.NewFile(jobsFile, "jobs"), os.NewFile(answersFile, "answers"), do, progress)
}

func serve[J, A any](in io.Reader, out io.Writer, do func(J) (Done[A], error), progress func() int64) error {
	jobs, answers := json.NewDecoder(in), json.NewEncoder(out)
	for {
		var job J
		if err := jobs.Decode(&job); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("worker: reading a job: %w", err)
		}
		stop := heartbeats(answers, progress)
		before := cputime.Used()
		d, err := do(job)
		d.CPU = cputime.Used() - before
		stop()
		if err != nil {
			return fmt.Errorf("worker: %w", err)
		}
		if err := answers.Encode(Message[A]{Done: &d}); err != nil {
			return fmt.Errorf("worker: writing an answer: %w", err)
		}
		if d.Spoilt {
			return nil
		}
	}
}

// heartbeats sends signs of life. Nobody else may write until stop has returned.
func heartbeats(answers *json.Encoder, progress func() int64) (stop func()) {
	if progress == nil {
		return func() {}
	}
	over, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(heartbeatInterval)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				// A grader that has exited reads neither this nor the answer, whose error ends the worker.
				answers.Encode(Message[struct{}]{Beat: progress(), CPU: cputime.Used()})
			case <-over:
				return
			}
		}
	}()
	return func() {
		close(over)
		<-ended
	}
}
