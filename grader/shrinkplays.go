package main

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strings"
	"time"

	"raftlab/grader/internal/report"
	"raftlab/grader/internal/shrink"
	"raftlab/src/cluster"
	"raftlab/src/script"
	"raftlab/src/sim"
)

// starts are what shrinking begins with: what leaves least to the scenario comes first. What a scenario checks can only
// fail while it plays; but what fails without any scenario fails in every run. The last one is the run itself.
func (f *failing) starts(ctx context.Context) iter.Seq[*script.Script] {
	return func(yield func(*script.Script) bool) {
		if f.script != nil {
			yield(f.script)
			return
		}
		runs := f.alike(ctx)
		draws := uint64(startDraws)
		if f.Failure.Kind == cluster.Assertion { // most are the scenario's, though not what judges find wrong
			draws = fewDraws
		}
		for n := range draws {
			for _, run := range runs {
				if c, ok := whole(run, n); ok && !yield(c) {
					return
				}
			}
		}
		for n := range uint64(fewDraws) {
			for _, run := range runs {
				if c, ok := harm(run, n); ok && !yield(c) {
					return
				}
			}
		}
		c := base(f.run).With(messages(f.run.Written.Actions()))
		c.Instead, c.Listed = script.Nothing, true
		yield(c)
	}
}

// How often what is written down of a run is played, drawn from something else each time, and how many runs of the
// scenario are played to find others that fail alike, of which so many are enough.
const (
	startDraws = 30
	fewDraws   = 8
	likeDraws  = 6
	enough     = 2
)

// alike are runs of the scenario that fail for the same reason as the one that is to be made shorter, which is the last.
// In the others less is random, as in scripts, so that what is written down of them fails again more often.
func (f *failing) alike(ctx context.Context) (runs []*cluster.Run) {
	for n := range uint64(likeDraws) {
		for _, plain := range []bool{true, false} {
			c := base(f.run)
			c.Instead, c.Orderly, c.Plain = script.Nothing, true, plain
			c.Drawn.Seed += n
			if run, _, same := f.again(c); same && ctx.Err() == nil {
				if runs = append(runs, run); len(runs) == enough {
					return append(runs, f.run)
				}
			}
		}
	}
	return append(runs, f.run)
}

// base is a script of a run, without actions.
func base(r *cluster.Run) *script.Script {
	if r.Script != nil {
		c := *r.Script
		return &c
	}
	return &script.Script{Scenario: r.Scenario, Drawn: r.Result().Recipe()}
}

// whole is a script of all that was done in a run, drawn from its nth seed; ok is false if the lab has no such scripts.
func whole(r *cluster.Run, n uint64) (s *script.Script, ok bool) {
	failed := r.Result().Virtual
	s = base(r).With(done(r, span{to: failed}, true))
	s.Instead, s.Until, s.Orderly, s.Nodes = script.All, failed+spare, true, len(r.Nodes)
	s.Drawn.Seed += n
	return s, r.Scripted()
}

// harm is a script of the harm that was done in a run, drawn from its nth seed; ok is false if the scenario declares
// none.
func harm(r *cluster.Run, n uint64) (s *script.Script, ok bool) {
	in, ok := harmOf(r, r.Result().Virtual)
	s = base(r).With(done(r, in, false))
	s.Instead, s.Until = script.Harm, in.to
	s.Drawn.Seed += n
	return s, ok
}

// spare is how much longer than the run before it a script may go on until it fails.
const spare = time.Second

// shrinkTurn is how long a server may compute without waiting, where that is not what is looked for.
const shrinkTurn = 2 * time.Second

// plays returns what plays scripts and says whether they fail for the same reason. Once the context is over none does.
func (f *failing) plays(ctx context.Context) shrink.Player {
	return func(s *script.Script) (p shrink.Played) {
		if ctx.Err() != nil {
			return p
		}
		run, res, same := f.again(s)
		p.Cost = 1 + res.Turns
		if res.Failure == nil {
			return p
		}
		p.Same, p.At = same, res.Failure.At
		switch s.Instead {
		case script.All:
			p.Done = done(run, span{to: p.At}, true)
		case script.Harm:
			if harm, ok := harmOf(run, p.At); ok {
				p.Done = done(run, harm, false)
			}
		}
		p.Done = append(p.Done, messages(run.Written.Actions())...)
		slices.SortStableFunc(p.Done, func(a, b script.Action) int { return cmp.Compare(a.At, b.At) })
		return p
	}
}

// again plays a script of the scenario, and reports whether it fails for the same reason.
func (f *failing) again(s *script.Script) (run *cluster.Run, res sim.Result, same bool) {
	t := f.target
	t.script, t.drawn = s, s.Drawn
	run = f.prepare(t)
	run.Written = new(script.Writer)
	res = sim.Play(f.module, run, sim.Options{Schedule: f.schedule, Turn: shrinkTurn})
	return run, res, res.Failure != nil && reasonOf(*res.Failure) == reasonOf(*f.Failure)
}

// reasonOf is what failures have in common that fail for the same reason: the broken promise, or else what a report
// takes for alike.
func reasonOf(f cluster.Failure) string {
	if f.Kind == cluster.Safety {
		promise, _, _ := strings.Cut(f.Message, ":")
		return string(f.Kind) + " " + promise
	}
	return report.Alike(f)
}

// A span is from one time to another.
type span struct{ from, to time.Duration }

// harmOf is when the scenario of a run that failed at some time did harm; ok is false if it has declared none.
func harmOf(run *cluster.Run, failed time.Duration) (harm span, ok bool) {
	from, to, ok := run.Written.Harmed()
	if to == 0 {
		to = failed
	}
	return span{from, to}, ok
}

// done are the actions within some time of a run that a script may have, with what was asked or without.
func done(r *cluster.Run, in span, asks bool) (list []script.Action) {
	actions := r.Written.Actions()
	if r.Script != nil && r.Script.Instead == script.All {
		actions = actions[1:] // the weather that every such run begins with
	}
	for _, a := range actions {
		if in.from <= a.At && a.At <= in.to && a.Do != script.Message && (asks || a.Do != script.Ask) {
			list = append(list, a)
		}
	}
	return list
}

// messages are those to which something happened.
func messages(actions []script.Action) (list []script.Action) {
	for _, a := range actions {
		if a.Do == script.Message {
			list = append(list, a)
		}
	}
	return list
}
