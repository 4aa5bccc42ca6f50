package pool

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

// A runner does one job after another in one process after another: a new one when the command changes or the last one
// is spent.
type runner[J, A any] struct {
	*pool[J, A]
	process *process // nil if there is none
}

// serve does jobs until there are no more.
func (r *runner[J, A]) serve(ctx context.Context) {
	defer r.drop()
	var b *batchQueue[J, A]
	for ctx.Err() == nil {
		job, now, todo := r.queue.next(b)
		if b = now; b == nil {
			return
		}
		if !todo {
			continue
		}
		out := r.do(ctx, &b.Batch, job)
		if ctx.Err() != nil {
			return
		}
		r.queue.ended(b, out)
	}
}

// drop ends the process, if there is one.
func (r *runner[J, A]) drop() {
	if r.process != nil {
		r.process.close()
		r.process = nil
	}
}

// do does a job, and does it again, alone, if the outcome tells nothing of the code under test. If the second one tells
// nothing either the job is lost.
func (r *runner[J, A]) do(ctx context.Context, b *Batch[J, A], job J) Outcome[J, A] {
	if b.Watch != nil {
		defer b.Watch(job)()
	}
	if !r.jobs.TryRLock() { // a job is to be alone, also with the memory
		r.drop()
		r.jobs.RLock()
	}
	out, doubt := r.try(ctx, b, job, false)
	r.jobs.RUnlock()
	if doubt == "" || ctx.Err() != nil {
		return out
	}
	r.jobs.Lock()
	defer r.jobs.Unlock()
	out, second := r.try(ctx, b, job, true)
	out.Again = doubt
	switch second {
	case "":
		return out
	case doubt:
		second = "twice, the second time with no other run going on: " + doubt
	default:
		second = doubt + "; and when it was played alone: " + second
	}
	return Outcome[J, A]{Job: job, CPU: out.CPU, Again: doubt, Lost: second}
}

// try does a job once, in a new process if there is none for its command. doubt is why the outcome tells nothing of the
// code under test, if so; of a job that was alone less is in doubt.
func (r *runner[J, A]) try(ctx context.Context, b *Batch[J, A], job J, alone bool) (out Outcome[J, A], doubt string) {
	out.Job = job
	if r.process != nil && !slices.Equal(r.process.args, b.Command) {
		r.drop()
	}
	if r.process == nil {
		p, err := start(b.Command)
		if err != nil {
			return out, err.Error()
		}
		r.process = p
	}
	p, began := r.process, time.Now()
	done, end := converse[A](ctx, p, job, r.opt)
	switch {
	case ctx.Err() != nil:
		r.drop()
		return out, ""
	case done == nil:
		defer r.drop()
		out.Log = readLog(p.log)
		state := p.cmd.ProcessState
		var cause Cause
		out.Answer, cause = b.Diagnose(job, Crash{Log: out.Log, Status: state.ExitCode(), Killed: end.killed})
		out.CPU = min(state.UserTime()+state.SystemTime(), time.Since(began))
		return out, r.opt.doubt(end, state, cause, alone)
	}
	out.Answer, out.CPU = done.Answer, done.CPU
	if done.KeepLog {
		out.Log = readLog(p.log)
	}
	if done.TimedOut && !r.opt.Boxed && !alone {
		doubt = "its real time ran out"
	}
	if done.Spoilt || p.log.Truncate(0) != nil { // the log would grow with every job
		r.drop()
	}
	return out, doubt
}

// doubt says why the end of a worker tells nothing of the code under test, if so.
func (o Options) doubt(end ending, state *os.ProcessState, cause Cause, alone bool) string {
	switch {
	case end.killed != "" && (end.ours || !o.Boxed && !alone):
		return "its worker was " + end.killed
	case end.killed != "":
		return ""
	case state.ExitCode() < 0:
		return fmt.Sprintf("its worker was killed from outside (%v), as happens when a system runs out of memory",
			state)
	case !o.Boxed && (alone || !cause.Memory):
		return ""
	case cause.Memory:
		summary, _, _ := strings.Cut(cause.Text, "\n")
		return "its worker got no more memory from the system: " + summary
	default:
		return fmt.Sprintf("its worker ended (%v), which no code in a box can cause: %.4000s", state, cause.Text)
	}
}
