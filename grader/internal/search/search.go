// Package search decides what to play next of a lab's scenarios so that a failure comes soon: the seeds of scenarios,
// and branches of runs that came into situations that are rare. It knows scenarios by their names, and of runs what
// they cost and into which situations they came; it plays nothing itself.
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

// Options are what a search depends on.
type Options struct {
	Scenarios []string // by name, in the order in which they are played
	First     uint64   // the first seed of every scenario
	Seed      uint64   // decides what the search draws
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
	turn    int // how many runs were no branches
	costs   []costs
	ahead   float64 // by how much more the runs of seeds cost than the branches, after the first round
	corpus  []*entry
	seen    seen
	stats   Stats
}

// New begins a search.
func New(o Options) *Search {
	s := &Search{options: o, rng: rand.New(rand.NewPCG(o.Seed, 0)), costs: make([]costs, len(o.Scenarios))}
	s.seen.init()
	return s
}

// Next is the run to play next: all scenarios with the first seed, and from then on a branch or the next scenario with
// the next seed, so that both get half of the time. It may be asked for before the outcomes of those under way are
// known.
func (s *Search) Next() Run {
	n := len(s.options.Scenarios)
	if s.turn >= n && len(s.corpus) > 0 && s.ahead > 0 {
		e, at := s.pick()
		return Run{Scenario: e.scenario, Recipe: s.branch(e, at), parent: e}
	}
	s.turn++
	return Run{Scenario: (s.turn - 1) % n, Recipe: recipe.Recipe{Seed: s.options.First + uint64((s.turn-1)/n)}}
}

// Done takes in what came of a run.
func (s *Search) Done(r Run, o Outcome) {
	cost := cost(o)
	s.costs[r.Scenario].add(cost)
	switch {
	case r.parent != nil:
		r.parent.children++
		s.ahead -= cost
	case r.Recipe.Seed > s.options.First:
		s.ahead += cost
	}
	news := s.seen.add(o.Coverage)
	s.stats.add(news, r.parent != nil)
	if o.Coverage != nil {
		s.keep(r, o, news)
	}
}

// cost estimates the processor time of a run, in ms. It is not measured, since that is the machine's.
func cost(o Outcome) float64 {
	return 5 + float64(o.Traffic.RPCs)/8 + float64(o.Traffic.Bytes)/100_000 + o.Virtual.Seconds()/2
}

// costs are what the runs of a scenario cost.
type costs struct{ runs, all float64 }

func (c *costs) add(cost float64) {
	c.runs++
	c.all += cost
}

func (c *costs) mean() float64 { return c.all / c.runs }

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
