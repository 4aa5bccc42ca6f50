package pool

import (
	"context"
	"fmt"
	"time"

	"raftlab/src/raft/rafttest/jobs"
)

const (
	// overtime is how long a worker may stay silent after the real time of a
	// run is up before it is killed: its own watchdog has better words. It is also
	// how long one may take to end that no longer listens.
	overtime = 30 * time.Second
	// standstill is how long a worker in which code is in boxes may neither show
	// progress nor use the processor.
	standstill = 2 * time.Minute
	// looks is how often a worker is looked at within a standstill.
	looks = 24
	// idleShare is the share of the processor that a worker uses which only shows
	// that it is there: one in so many.
	idleShare = 1000
)

// An ending is how a worker ended that gave no answer.
type ending struct {
	killed bool   // by this pool, else by itself or from outside
	ours   bool   // that it had to be killed does not speak against the code under test
	why    string // it was killed
}

// converse sends a job and waits for what comes of it. It returns nil and how
// the worker ended, which is then dead, if there is no answer.
func (w *worker) converse(ctx context.Context, job jobs.Job, opt Options) (*jobs.Done, ending) {
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
	watch := newWatch(w, opt)
	defer watch.stop()
	for {
		var end ending
		select {
		case a, ok := <-answers:
			switch {
			case !ok:
				return nil, w.gone(ctx, opt)
			case a.Done != nil:
				return a.Done, ending{}
			}
			watch.beat(*a)
			continue
		case <-watch.tick.C:
			if end = watch.look(); !end.killed {
				continue
			}
		case <-ctx.Done():
		}
		w.cmd.Process.Kill()
		for range answers { // until the pipe breaks
		}
		<-w.exited
		return nil, end
	}
}

// gone waits for the end of a worker that has closed its pipe, which is mostly
// because it ends.
func (w *worker) gone(ctx context.Context, opt Options) ending {
	late := time.NewTimer(opt.overtime)
	defer late.Stop()
	end := ending{}
	select {
	case <-w.exited:
		return end
	case <-late.C:
		end = ending{killed: true, ours: opt.Boxed, why: "killed: it closed the pipe for its answers"}
	case <-ctx.Done():
	}
	w.cmd.Process.Kill()
	<-w.exited
	return end
}

// A watch decides when a worker is killed. In a box what counts is its processor
// time, and real time only ends what has stopped using any: how busy the machine
// is decides nothing. Elsewhere it is real time, and the other tells whether the
// worker was at work.
type watch struct {
	worker *worker
	opt    Options
	tick   *time.Ticker
	began  time.Time

	known bool          // its processor time is
	told  time.Duration // of it, by the worker itself
	first time.Duration // processor time when it was first known
	last  int64         // the last sign of progress
	mark  time.Duration // processor time when it last was at work
	still int           // looks since
}

func newWatch(w *worker, opt Options) *watch {
	c := &watch{worker: w, opt: opt, tick: time.NewTicker(opt.standstill / looks), began: time.Now(), last: -1}
	c.first, c.known = w.cpu(0)
	c.mark = c.first
	return c
}

func (c *watch) stop() { c.tick.Stop() }

// beat takes in a sign of life.
func (c *watch) beat(a jobs.Answer) {
	if !c.known {
		c.known, c.first, c.mark = true, a.CPU, a.CPU
	}
	c.told = a.CPU
	if a.Beat != c.last {
		c.last, c.still = a.Beat, 0
	}
}

// look decides. Looks are counted rather than time, of which any amount passes
// for a grader that was stopped together with its workers.
func (c *watch) look() ending {
	cpu, _ := c.worker.cpu(c.told)
	if cpu-c.mark >= c.opt.standstill/idleShare {
		c.mark, c.still = cpu, 0
	} else {
		c.still++
	}
	limit, idle := c.opt.Timeout+c.opt.overtime, time.Duration(c.still)*c.opt.standstill/looks
	switch {
	case c.opt.Boxed && c.still >= looks:
		return ending{killed: true, ours: true, why: fmt.Sprintf("killed after %v without progress in which it used no processor time", c.opt.standstill)}
	case c.opt.Boxed && cpu-c.first > c.opt.Compute:
		return ending{killed: true, why: fmt.Sprintf("killed after %v of processor time: it no longer reacted", c.opt.Compute)}
	case !c.opt.Boxed && time.Since(c.began) > limit:
		return ending{killed: true, ours: c.known && idle >= c.opt.overtime, why: fmt.Sprintf("killed after %v of real time: it no longer reacted", limit)}
	}
	return ending{}
}
