package search

import (
	"maps"
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
	children int
}

// How many runs the corpus keeps, and how many branches a recipe has at most.
const (
	mostEntries  = 300
	mostBranches = 6
)

// keep takes a run into the corpus, if it came into something new or rare.
func (s *Search) keep(r Run, o Outcome, n news) {
	e := &entry{scenario: r.Scenario, recipe: r.Recipe, end: o.Virtual, marks: o.Coverage.Marks}
	for _, at := range n.states {
		e.states = append(e.states, at.At)
	}
	if !s.rare(e) && len(e.states) == 0 {
		return
	}
	s.corpus = append(s.corpus, e)
	if len(s.corpus) > mostEntries {
		// What was new to the oldest is so no longer.
		i := max(0, slices.IndexFunc(s.corpus, func(e *entry) bool { return !s.rare(e) }))
		s.corpus = slices.Delete(s.corpus, i, i+1)
	}
}

// rare reports whether a run came into a situation that few others came into.
func (s *Search) rare(e *entry) bool {
	return slices.ContainsFunc(e.marks, func(m cluster.Mark) bool { return s.seen.marks[m.Name] <= rareRuns })
}

// rareRuns is in how many runs a mark may have been seen that is rare.
const rareRuns = 10

// energy is how much a run is worth branching off, if it came into what is wanted: the more, the fewer branches it has
// and the less it costs.
func (s *Search) energy(e *entry) float64 {
	return 1 / float64(1+e.children) / s.costs[e.scenario].mean()
}

// pick draws a run of the corpus to branch off, and the time at which something came about in it: mostly a mark, the
// rarer the likelier, and else a state that was new.
func (s *Search) pick() (*entry, time.Duration) {
	if names := slices.Sorted(maps.Keys(s.seen.marks)); len(names) > 0 && s.rng.IntN(4) > 0 {
		name := names[weighted(s.rng, len(names), func(i int) float64 { return 1 / float64(s.seen.marks[names[i]]) })]
		e := s.draw(func(e *entry) float64 {
			if e.mark(name) == nil {
				return 0
			}
			return s.energy(e)
		})
		if m := e.mark(name); m != nil { // if all that came into it were dropped, e is any
			return e, []time.Duration{m.First, m.Last}[s.rng.IntN(2)]
		}
	}
	e := s.draw(func(e *entry) float64 { return s.energy(e) * float64(len(e.states)) })
	if len(e.states) == 0 {
		return e, time.Duration(s.rng.Int64N(int64(e.end) + 1))
	}
	return e, e.states[s.rng.IntN(len(e.states))]
}

// draw draws a run of the corpus.
func (s *Search) draw(weight func(*entry) float64) *entry {
	return s.corpus[weighted(s.rng, len(s.corpus), func(i int) float64 { return weight(s.corpus[i]) })]
}

// mark returns when the run came into the situation of a name, nil if it did not.
func (e *entry) mark(name string) *cluster.Mark {
	for i := range e.marks {
		if e.marks[i].Name == name {
			return &e.marks[i]
		}
	}
	return nil
}

// branch makes a recipe that leaves the run of an entry near a time.
func (s *Search) branch(e *entry, at time.Duration) recipe.Recipe {
	switch s.rng.IntN(4) {
	case 0: // what leads to it comes otherwise
		at -= time.Duration(s.rng.Int64N(int64(200 * time.Millisecond)))
	case 1: // what follows at once
		at += time.Duration(s.rng.Int64N(int64(5 * time.Millisecond)))
	default:
		at += time.Duration(s.rng.ExpFloat64() * float64(200*time.Millisecond))
	}
	at = max(time.Microsecond, min(at, e.end).Truncate(time.Microsecond))
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
