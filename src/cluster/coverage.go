package cluster

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// Coverage is into which situations a run came, as far as its judge tells them apart.
type Coverage struct {
	Marks  []Mark    `json:"marks"`  // by the time at which each was first seen
	States []Reached `json:"states"` // likewise; the first mostStates of them
}

// A Mark is a situation that has a name.
type Mark struct {
	Name  string        `json:"name"`
	First time.Duration `json:"first"` // of virtual time
	Last  time.Duration `json:"last"`
	Times int           `json:"times"`
}

// Reached is an abstract state, a number that stands for all states that the judge takes for the same.
type Reached struct {
	State uint64        `json:"state"`
	At    time.Duration `json:"at"` // when it was first seen
}

// mostStates is how many abstract states of a run are kept.
const mostStates = 2000

// covered is the coverage of a run that goes on.
type covered struct {
	marks  map[string]*Mark
	states map[uint64]bool
	order  []Reached
}

// Covered reports whether marks and abstract states are wanted. It is for the judge.
func (r *Run) Covered() bool { return r.Coverage }

// Mark tells that the run has come into a situation. It is for the judge, once the run plays.
func (r *Run) Mark(name string) {
	if !r.Coverage {
		return
	}
	now := r.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	m := r.covered.marks[name]
	if m == nil {
		if r.covered.marks == nil {
			r.covered.marks = make(map[string]*Mark)
		}
		m = &Mark{Name: name, First: now}
		r.covered.marks[name] = m
	}
	m.Last = now
	m.Times++
}

// Reached tells that the run has come into an abstract state. It is for the judge, once the run plays.
func (r *Run) Reached(state uint64) {
	if !r.Coverage {
		return
	}
	now := r.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	if k := &r.covered; !k.states[state] && len(k.order) < mostStates {
		if k.states == nil {
			k.states = make(map[uint64]bool)
		}
		k.states[state] = true
		k.order = append(k.order, Reached{state, now})
	}
}

// result is the coverage as a result has it.
func (k *covered) result() *Coverage {
	c := &Coverage{States: slices.Clone(k.order)}
	for _, name := range slices.Sorted(maps.Keys(k.marks)) {
		c.Marks = append(c.Marks, *k.marks[name])
	}
	slices.SortStableFunc(c.Marks, func(a, b Mark) int { return cmp.Compare(a.First, b.First) })
	return c
}
