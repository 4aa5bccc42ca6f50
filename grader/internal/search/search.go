// Package search decides what to play next of a lab's scenarios so that a failure comes soon: the seeds of scenarios, and
// branches of runs that came into situations that are rare. It knows scenarios by their names, and of runs what they
// cost and into which situations they came; it plays nothing itself.
//
// Nothing but the seed of a search and what it is told decides what it does: with one run at a time the same search is
// the same again.
package search

import (
	"math/rand/v2"
	"time"

	"raftlab/src/cluster"
	"raftlab/src/recipe"
)

// Parts are those of a search that can be left out, so that it can be measured what each is good for.
type Parts struct {
	Rests    bool // a scenario that brings nothing new has fewer turns
	Gain     bool // half of the runs are of scenarios that lately brought much that was new for what they cost
	Branches bool // runs in which something rare came about are branched off
	Timeline bool // and those whose marks come in an order unlike that of all others
}

// All are the parts that a search has unless it is told otherwise.
var All = Parts{Rests: true, Gain: true, Branches: true}

// Options are what a search depends on.
type Options struct {
	Scenarios []string // by name; each is played once, in this order, before anything else
	First     uint64   // the first seed of every scenario
	Seed      uint64   // decides what the search draws
	Parts     Parts
}

// A Run is one that is to be played.
type Run struct {
	Scenario int // its number in Options
	Recipe   recipe.Recipe
	parent   *entry // that it branches off, nil if it does not
}

// An Outcome is what came of a Run.
type Outcome struct {
	Virtual  time.Duration
	Traffic  cluster.Traffic
	Coverage *cluster.Coverage // nil if nothing is known
}

// A Search is one that goes on. Next and Done must not be called at the same time.
type Search struct {
	options Options
	rng     *rand.Rand
	arms    []arm
	turn    int // of an arm
	corpus  []*entry
	seen    seen
	stats   Stats
}

// An arm is a scenario, as what time is spent on.
type arm struct {
	seeds  uint64  // that were taken
	runs   int     // that are over
	cost   float64 // of all these, in estimated ms
	gain   float64 // what a ms lately brought, as a moving average
	dull   int     // how many runs there were since one brought something new
	passed int     // how many turns it has passed since its last
}

// New begins a search.
func New(o Options) *Search {
	s := &Search{options: o, rng: rand.New(rand.NewPCG(o.Seed, 0)), arms: make([]arm, len(o.Scenarios))}
	s.seen.init()
	return s
}

// Next is the run to play next. Before the outcomes of those under way are known others can be asked for.
func (s *Search) Next() Run {
	if s.options.Parts.Branches && s.turn >= len(s.arms) && len(s.corpus) > 0 && s.rng.IntN(branchOneIn) == 0 {
		e, at := s.pick()
		return Run{Scenario: e.scenario, Recipe: s.branch(e, at), parent: e}
	}
	n := s.choose()
	a := &s.arms[n]
	a.seeds++
	return Run{Scenario: n, Recipe: recipe.Recipe{Seed: s.options.First + a.seeds - 1}}
}

// branchOneIn: of so many runs, one is a branch.
const branchOneIn = 3

// choose returns the scenario for the next run.
func (s *Search) choose() int {
	if s.turn < len(s.arms) { // each has been played once before anything else
		s.turn++
		return s.turn - 1
	}
	if s.options.Parts.Gain && s.rng.IntN(2) == 0 {
		return weighted(s.rng, len(s.arms), func(i int) float64 { return s.arms[i].gain / s.arms[i].mean() })
	}
	for {
		n := s.turn % len(s.arms)
		s.turn++
		a := &s.arms[n]
		if !s.options.Parts.Rests || a.passed >= 1<<min(a.dull, longestRest)-1 {
			a.passed = 0
			return n
		}
		a.passed++
	}
}

// longestRest: a scenario that brings nothing new has a turn in at least each 2^longestRest rounds.
const longestRest = 2

// mean is what a run of the scenario costs.
func (a *arm) mean() float64 { return max(1, a.cost) / float64(max(1, a.runs)) }

// weighted draws one of n, more often the larger its weight is.
func weighted(rng *rand.Rand, n int, weight func(int) float64) int {
	all := 0.0
	for i := range n {
		all += weight(i)
	}
	at := rng.Float64() * all
	for i := range n {
		if at -= weight(i); at < 0 {
			return i
		}
	}
	return n - 1
}

// cost estimates the processor time of a run, in ms. It is not measured, since that is the machine's.
func cost(o Outcome) float64 {
	return 5 + float64(o.Traffic.RPCs)/8 + float64(o.Traffic.Bytes)/100_000 + o.Virtual.Seconds()/2
}

// Done takes in what came of a run.
func (s *Search) Done(r Run, o Outcome) {
	a, cost := &s.arms[r.Scenario], cost(o)
	a.cost += cost
	a.runs++
	if r.parent != nil {
		r.parent.children++
	}
	news := s.seen.add(o.Coverage)
	const forget = 0.25
	gained := (float64(len(news.states)) + 10*float64(len(news.marks)) + leastGain) / cost
	a.dull++
	if len(news.states)+len(news.marks) > 0 {
		a.dull = 0
	}
	if a.gain += forget * (gained - a.gain); a.runs == 1 {
		a.gain = gained
	}
	s.stats.add(news, r.parent != nil)
	if o.Coverage != nil {
		s.keep(r, o, news)
	}
}

// leastGain is what a run is worth that brings nothing new.
const leastGain = 0.1
