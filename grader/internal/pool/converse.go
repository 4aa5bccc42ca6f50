package pool

import (
	"context"
	"fmt"
	"time"

	"raftlab/src/worker"
)

const (
	// overtime is how long a worker may stay silent after the real time of a job is up before it is killed: its own
	// watchdog has better words. It is also how long one may take to end that no longer listens.
	overtime = 30 * time.Second
	// standstill is how long a worker in which code is in boxes may neither show progress nor use the processor.
	standstill = 2 * time.Minute
	// looks is how often a worker is looked at within a standstill.
	looks = 24
	// A worker that uses less than one part in idleShare of the processor does nothing but show that it is there.
	idleShare = 1000
)

// An ending says how a worker ended that gave no answer.
type ending struct {
	killed string // why it was killed by this pool; "" if it ended by itself or from outside
	ours   bool   // that it had to be killed does not speak against the code under test
}

// converse sends a job and waits for the answer. If there is none it returns nil and how the worker ended; the worker
// is then dead.
func converse[A any](ctx context.Context, p *process, job any, opt Options) (*worker.Done[A], ending) {
	messages := make(chan *worker.Message[A])
	go func() {
		defer close(messages)
		if p.jobs.Encode(job) != nil {
			return
		}
		for {
			m := new(worker.Message[A])
			if p.answers.Decode(m) != nil {
				return
			}
			messages <- m
			if m.Done != nil {
				return
			}
		}
	}()
	end := ending{}
	watch := newWatch(p, opt)
	defer watch.tick.Stop()
	for end.killed == "" && ctx.Err() == nil {
		select {
		case m, ok := <-messages:
			switch {
			case !ok: // mostly because it ends
				return nil, p.ended(ctx, opt)
			case m.Done != nil:
				return m.Done, end
			}
			watch.beat(m.Beat, m.CPU)
		case <-watch.tick.C:
			end = watch.look()
		case <-ctx.Done():
		}
	}
	p.kill()
	for range messages { // until the pipe breaks
	}
	return nil, end
}

// ended waits for the end of a worker that has closed its pipe.
func (p *process) ended(ctx context.Context, opt Options) (end ending) {
	select {
	case <-p.exited:
		return end
	case <-time.After(opt.overtime):
		end = ending{killed: "killed: it closed the pipe for its answers", ours: opt.Boxed}
	case <-ctx.Done():
	}
	p.kill()
	return end
}

// A watch decides when a worker is killed. If the code under test is in boxes, it goes by the worker's processor time,
// so that a busy machine has no influence; by real time it only ends a worker that no longer uses the processor.
// Elsewhere it goes by real time, and the processor time shows whether the worker was at work.
type watch struct {
	process *process
	opt     Options
	tick    *time.Ticker
	began   time.Time

	known bool          // its processor time is
	told  time.Duration // of it, by the worker itself
	first time.Duration // processor time when it was first known
	last  int64         // the last sign of progress
	mark  time.Duration // processor time when it last was at work
	still int           // looks since
}

func newWatch(p *process, opt Options) *watch {
	c := &watch{process: p, opt: opt, tick: time.NewTicker(opt.standstill / looks), began: time.Now(), last: -1}
	c.first, c.known = p.cpu(0)
	c.mark = c.first
	return c
}

// beat takes in a sign of life: how far the job is, and what processor time the worker has used.
func (c *watch) beat(progress int64, cpu time.Duration) {
	if !c.known {
		c.known, c.first, c.mark = true, cpu, cpu
	}
	c.told = cpu
	if progress != c.last {
		c.last, c.still = progress, 0
	}
}

// look decides. It counts looks rather than time: any amount of time may pass while the grader is stopped together with
// its workers.
func (c *watch) look() ending {
	cpu, _ := c.process.cpu(c.told)
	if cpu-c.mark >= c.opt.standstill/idleShare {
		c.mark, c.still = cpu, 0
	} else {
		c.still++
	}
	limit, idle := c.opt.Timeout+c.opt.overtime, time.Duration(c.still)*c.opt.standstill/looks
	switch {
	case c.opt.Boxed && c.still >= looks:
		why := fmt.Sprintf("killed after %v without progress in which it used no processor time", c.opt.standstill)
		return ending{why, true}
	case c.opt.Boxed && c.opt.Compute > 0 && cpu-c.first > c.opt.Compute:
		return ending{fmt.Sprintf("killed after %v of processor time: it did not respond", c.opt.Compute), false}
	case !c.opt.Boxed && time.Since(c.began) > limit:
		return ending{fmt.Sprintf("killed after %v of real time: it did not respond", limit),
			c.known && idle >= c.opt.overtime}
	}
	return ending{}
}
