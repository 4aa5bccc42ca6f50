package main

import (
	"math/bits"
	"time"

	"raftlab/grader/internal/play"
	"raftlab/grader/internal/report"
	"raftlab/src/lab"
)

// repeated reports whether a simulated run, the nth of its scenario or test, is played twice, to see that the seed
// decides all. One in twenty is.
func repeated(place, n int) bool { return (place+n)%20 == 0 }

// A plan is the runs that an implementation is to be graded by: the scenarios in order with the first seed, then with
// the next. Most bugs fail one scenario out of many with nearly every seed, and few need a rare seed: so the first
// failure comes soonest, and when the time is over before the runs are, each scenario has been played about as often.
//
// Runs have numbers, and the jobs are made from those when they are played: a soak has millions.
type plan struct {
	impl      int
	command   []string
	scenarios []planned
	count     int
	seed      uint64
	timeout   time.Duration // of a run that is in no box
	repeat    bool          // some runs are played twice; see repeated
	done      runSet
	used      time.Duration // processor time of the runs that are done
}

// A planned scenario has its place in the suite, which decides what is repeated.
type planned struct {
	lab.Scenario
	place int
}

// plan is what is to be played of an implementation that was built.
func (o options) plan(number int, impl report.Impl, command []string) *plan {
	p := &plan{impl: number, command: command, count: o.count, seed: o.seed, timeout: o.pool.Timeout,
		repeat: o.builder.clock == "sim"}
	for i, s := range o.scenarios {
		if _, lacks := impl.Lacks(o.lab, s); !lacks {
			p.scenarios = append(p.scenarios, planned{s, i})
		}
	}
	return p
}

// len is the number of runs, including those that are done.
func (p *plan) len() int { return len(p.scenarios) * p.count }

// job makes the job of a run.
func (p *plan) job(number int) play.Job {
	n, i := number/len(p.scenarios), number%len(p.scenarios)
	s := p.scenarios[i]
	return play.Job{
		Impl:     p.impl,
		Scenario: s.Scenario,
		Seed:     p.seed + uint64(n),
		Timeout:  p.timeout,
		Repeat:   p.repeat && repeated(s.place, n),
	}
}

// find returns the number of a run.
func (p *plan) find(scenario string, seed uint64) (number int, ok bool) {
	n := seed - p.seed
	if n >= uint64(p.count) {
		return 0, false
	}
	for i, s := range p.scenarios {
		if s.Name == scenario {
			return int(n)*len(p.scenarios) + i, true
		}
	}
	return 0, false
}

// batch is the jobs that are left.
func (p *plan) batch() play.Batch {
	next := 0
	return play.Batch{Command: p.command, Len: p.len() - p.done.len(), Next: func() play.Job {
		for p.done.has(next) {
			next++
		}
		next++
		return p.job(next - 1)
	}}
}

// A runSet is a set of numbers of runs. It takes little memory for consecutive numbers.
type runSet map[int]uint64 // 64 numbers each, a bit for each

func (s runSet) has(n int) bool { return s[n/64]&(1<<(n%64)) != 0 }

func (s *runSet) add(n int) {
	if *s == nil {
		*s = make(runSet)
	}
	(*s)[n/64] |= 1 << (n % 64)
}

func (s runSet) remove(n int) {
	if word := s[n/64] &^ (1 << (n % 64)); word != 0 {
		s[n/64] = word
	} else {
		delete(s, n/64)
	}
}

func (s runSet) len() int {
	total := 0
	for _, word := range s {
		total += bits.OnesCount64(word)
	}
	return total
}
