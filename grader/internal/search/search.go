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
	Share    bool // scenarios get like shares of the time, and not like numbers of runs
	Gain     bool // half of the time goes to scenarios in which new states are still found
	Branches bool // runs in which something rare came about are branched off
	Timeline bool // and those whose marks come in an order unlike that of all others
}

// All are the parts that a search has unless it is told otherwise.
var All = Parts{Share: true, Gain: true, Branches: true}

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
	shared   bool   // the scenario had its turn, whatever it has gained
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
	corpus  []*entry
	seen    seen
	stats   Stats
}

// An arm is a scenario, as what time is spent on.
type arm struct {
	seeds  uint64  // that were taken
	cost   float64 // of all runs, in estimated ms
	shared float64 // of those that were its turn
	gain   float64 // what lately came of ms, as a moving average
	runs   int
}

// New begins a search.
func New(o Options) *Search {
	s := &Search{options: o, rng: rand.New(rand.NewPCG(o.Seed, 0)), arms: make([]arm, len(o.Scenarios))}
	s.seen.init()
	return s
}

// Next is the run to play next. Before the outcomes of those under way are known others can be asked for.
func (s *Search) Next() Run {
	n, shared := s.choose()
	if s.options.Parts.Branches && s.rng.IntN(branchOneIn) == 0 {
		if e := s.pick(n); e != nil {
			return Run{Scenario: n, Recipe: s.branch(e), parent: e, shared: shared}
		}
	}
	a := &s.arms[n]
	a.seeds++
	return Run{Scenario: n, Recipe: recipe.Recipe{Seed: s.options.First + a.seeds - 1}, shared: shared}
}

// branchOneIn: of so many runs, one is a branch, if there is what to branch off.
const branchOneIn = 3

// choose returns the scenario for the next run, and whether that is its turn.
func (s *Search) choose() (n int, shared bool) {
	played := 0
	for i := range s.arms {
		if s.arms[i].seeds == 0 {
			return i, true
		}
		played += int(s.arms[i].seeds)
	}
	switch p := s.options.Parts; {
	case p.Gain && s.rng.IntN(2) == 0:
		return weighted(s.rng, len(s.arms), func(i int) float64 { return s.arms[i].gain }), false
	case p.Share:
		least := 0
		for i, a := range s.arms {
			if a.shared < s.arms[least].shared {
				least = i
			}
		}
		return least, true
	default:
		return played % len(s.arms), true
	}
}

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
	if r.shared {
		a.shared += cost
	}
	a.runs++
	if r.parent != nil {
		r.parent.children++
	}
	news := s.seen.add(o.Coverage)
	const forget = 0.25
	gained := (float64(len(news.states)) + 10*float64(len(news.marks)) + leastGain) / cost
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
