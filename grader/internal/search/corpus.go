package search

import (
	"slices"
	"time"

	"raftlab/src/cluster"
	"raftlab/src/recipe"
)

// seen is what all runs together came into.
type seen struct {
	marks  map[string]int // in how many runs
	states map[uint64]bool
}

func (k *seen) init() { k.marks, k.states = make(map[string]int), make(map[uint64]bool) }

// news is what no run before came into.
type news struct {
	marks  []string
	states []cluster.Reached
}

func (k *seen) add(c *cluster.Coverage) (n news) {
	if c == nil {
		return n
	}
	for _, m := range c.Marks {
		if k.marks[m.Name]++; k.marks[m.Name] == 1 {
			n.marks = append(n.marks, m.Name)
		}
	}
	for _, r := range c.States {
		if !k.states[r.State] {
			k.states[r.State] = true
			n.states = append(n.states, r)
		}
	}
	return n
}

// An entry is a run of the corpus, which is worth branching off.
type entry struct {
	scenario int
	recipe   recipe.Recipe
	end      time.Duration
	marks    []cluster.Mark
	states   []time.Duration // when it came into states that were new then
	timeline []uint64        // see signature
	far      float64         // how unlike its timeline is to others, from 0 to 1
	children int
}

// How many runs of a scenario the corpus keeps, and how many branches a recipe has at most.
const (
	mostEntries  = 100
	mostBranches = 6
)

// keep takes a run into the corpus, if it came into something new or rare.
func (s *Search) keep(r Run, o Outcome, n news) {
	e := &entry{scenario: r.Scenario, recipe: r.Recipe, end: o.Virtual, marks: o.Coverage.Marks}
	for _, at := range n.states {
		e.states = append(e.states, at.At)
	}
	rare := slices.ContainsFunc(e.marks, func(m cluster.Mark) bool { return s.seen.marks[m.Name] <= rareRuns })
	if s.options.Parts.Timeline {
		e.timeline = signature(o.Coverage.Marks)
		e.far = s.distance(e)
	}
	if !rare && len(e.states) == 0 && e.far < farEnough {
		return
	}
	s.corpus = append(s.corpus, e)
	mine, worst := 0, -1
	for i, other := range s.corpus {
		if other.scenario != e.scenario {
			continue
		}
		if mine++; worst < 0 || s.energy(other) < s.energy(s.corpus[worst]) {
			worst = i
		}
	}
	if mine > mostEntries {
		s.corpus = slices.Delete(s.corpus, worst, worst+1)
	}
}

// rareRuns is in how many runs a mark may have been seen that is rare.
const rareRuns = 10

// energy is how much a run is worth branching off: the rarer its marks are, the more new states it found, and the fewer
// branches it has.
func (s *Search) energy(e *entry) float64 {
	worth := 0.05*float64(len(e.states)) + e.far
	for _, m := range e.marks {
		worth += 1 / float64(s.seen.marks[m.Name])
	}
	return worth / float64(1+e.children)
}

// pick draws a run of a scenario to branch off, nil if there is none.
func (s *Search) pick(scenario int) *entry {
	var of []*entry
	for _, e := range s.corpus {
		if e.scenario == scenario {
			of = append(of, e)
		}
	}
	if len(of) == 0 {
		return nil
	}
	return of[weighted(s.rng, len(of), func(i int) float64 { return s.energy(of[i]) })]
}

// branch makes a recipe that leaves the run of an entry near a time at which it came into something rare or new.
func (s *Search) branch(e *entry) recipe.Recipe {
	at := s.moment(e)
	switch s.rng.IntN(4) {
	case 0: // what leads to it comes otherwise
		at -= time.Duration(s.rng.Int64N(int64(200 * time.Millisecond)))
	case 1: // what follows at once
		at += time.Duration(s.rng.Int64N(int64(5 * time.Millisecond)))
	default:
		at += time.Duration(s.rng.ExpFloat64() * float64(200*time.Millisecond))
	}
	at = max(time.Nanosecond, min(at, e.end)).Truncate(time.Microsecond) + 1
	r := recipe.Recipe{Seed: e.recipe.Seed}
	for _, b := range e.recipe.Branches {
		if b.At < at && len(r.Branches) < mostBranches-1 {
			r.Branches = append(r.Branches, b)
		}
	}
	if n := len(r.Branches); n > 0 && s.rng.IntN(4) == 0 { // without what a branch before has changed
		r.Branches = r.Branches[:n-1]
	}
	r.Branches = append(r.Branches, recipe.Branch{At: at, Seed: s.rng.Uint64() >> 40})
	return r
}

// moment draws a time at which something rare or new came about in a run.
func (s *Search) moment(e *entry) time.Duration {
	marks := len(e.marks)
	i := weighted(s.rng, marks+len(e.states), func(i int) float64 {
		if i < marks {
			return 1 / float64(s.seen.marks[e.marks[i].Name])
		}
		return 0.05
	})
	switch {
	case i < 0:
		return time.Duration(s.rng.Int64N(int64(e.end) + 1))
	case i >= marks:
		return e.states[i-marks]
	case s.rng.IntN(2) == 0:
		return e.marks[i].Last
	}
	return e.marks[i].First
}
