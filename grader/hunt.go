package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"raftlab/grader/internal/play"
	"raftlab/grader/internal/pool"
	"raftlab/internal/mutants"
	"raftlab/src/cluster"
	"raftlab/src/lab"
	"raftlab/src/recipe"
	"raftlab/src/sim"
)

// A hunt plays a mutant until it is found.
type hunt struct {
	mutant    *mutants.Mutant
	impl      implementation
	builder   builder
	scenarios []lab.Scenario // in the order in which they are played
	count     int            // seeds
	seed      uint64         // the first
	most      time.Duration  // of processor time for the runs; 0 is no limit

	hunted
	lost string // why something could not be played, if so
}

// hunted is how far a hunt is.
type hunted struct {
	Mutant  string        `json:"mutant"`
	Program string        `json:"program"` // a fingerprint of all that its program is made of
	Classic bool          `json:"classic"`
	Search  bool          `json:"search,omitempty"`
	Only    string        `json:"only,omitempty"` // scenarios whose names match this
	First   uint64        `json:"first"`          // seed
	Seeds   int           `json:"seeds"`          // that it has survived in all scenarios
	Runs    int           `json:"runs"`
	CPU     time.Duration `json:"cpu"` // of the runs, without building
	Kill    *kill         `json:"kill,omitempty"`
}

// harmless reports whether the mutant is correct code, which must pass.
func (h *hunt) harmless() bool { return h.mutant.Harmless != "" }

// key is what tells a hunt apart from others.
func (h hunted) key() hunted {
	return hunted{Mutant: h.Mutant, Program: h.Program, Classic: h.Classic, Search: h.Search, Only: h.Only, First: h.First}
}

// A kill is the run that found a mutant.
type kill struct {
	Scenario string          `json:"scenario"`
	Seed     uint64          `json:"seed"`
	Branches recipe.Branches `json:"branches,omitempty"`
	Says     string          `json:"says"`            // the kind of failure, or advice, and its first line
	Named    *bool           `json:"named,omitempty"` // whether that is what the mutant's file expects, if it says
}

// scenariosFor are what a mutant is looked for with: those of its part first, since who works on a part plays that.
func (o mutantOptions) scenariosFor(l *lab.Lab, m *mutants.Mutant) []lab.Scenario {
	list := slices.Clone(l.Scenarios)
	if o.search {
		list = l.PromisingFirst(list)
	}
	list = slices.DeleteFunc(list, func(s lab.Scenario) bool {
		return o.classic && s.Tier != lab.Classic || !o.only.MatchString(s.Name)
	})
	later := func(s lab.Scenario) int {
		if s.Part == m.Part {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(list, func(a, b lab.Scenario) int { return cmp.Compare(later(a), later(b)) })
	return list
}

// goOn builds the mutant in a directory, which is made, and plays what the state does not have. The runs come one after
// another, so that the one that finds it is always the same.
func (h *hunt) goOn(ctx context.Context, dir string, state *mutantState) {
	h.hunted = state.progress(h.hunted)
	if h.Kill != nil || h.Seeds >= h.count || h.most > 0 && h.CPU >= h.most {
		return
	}
	if h.Search {
		h.hunted = h.key() // what it had learnt is not in the state
	}
	command, err := h.builder.build(ctx, h.impl, dir)
	if err != nil {
		h.lost = err.Error()
		return
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	over := 0
	next, learn := h.inOrder(), func(play.Outcome) {}
	if h.Search {
		next, learn = searching(newSearch(h.scenarios, h.seed), h.scenarios)
	}
	batch := play.Batch{Command: command, Len: (h.count - h.Seeds) * len(h.scenarios), Next: next}
	options := pool.Options{Parallel: 1, Boxed: true, Compute: compute(sim.DefaultTurn)}
	play.Run(ctx, options, []play.Batch{batch}, func(out play.Outcome) {
		if h.Kill != nil {
			return
		}
		if out.Result.GraderError != "" && h.lost == "" {
			h.lost = fmt.Sprintf("%s, seed %d: %s", out.Scenario.Name, out.Seed, out.Result.GraderError)
		}
		h.Runs++
		h.CPU += out.CPU
		over++
		learn(out)
		if h.Kill = h.kills(out.Result); h.Kill != nil {
			stop()
		} else if h.most > 0 && h.CPU >= h.most {
			stop()
		} else if over%len(h.scenarios) == 0 {
			h.Seeds++
		} else {
			return
		}
		if h.lost == "" { // what was not played is to be played
			state.note(h.hunted)
		}
	})
}

// inOrder makes the jobs that are left: all scenarios with one seed, and then with the next.
func (h *hunt) inOrder() func() play.Job {
	next := h.Seeds * len(h.scenarios)
	return func() play.Job {
		n := next
		next++
		return play.Job{Scenario: h.scenarios[n%len(h.scenarios)], Seed: h.seed + uint64(n/len(h.scenarios))}
	}
}

// kills is what a run says against the mutant, nil if nothing. Advice counts where it is what is expected.
func (h *hunt) kills(r cluster.Result) *kill {
	says, finds := seen(r), h.mutant.Finds
	if h.Classic {
		finds = nil // it is what the whole suite is expected to say
	}
	named := finds != nil && finds.MatchString(says)
	if r.Failure == nil && !named {
		return nil
	}
	summary, _, _ := strings.Cut(says, "\n")
	k := &kill{Scenario: r.Scenario, Seed: r.Seed, Branches: r.Branches, Says: summary}
	if finds != nil {
		k.Named = &named
	}
	return k
}

// seen is what was seen in a run: its failure, with the kind, or advice; "" if it passed.
func seen(r cluster.Result) string {
	switch {
	case r.Failure != nil:
		return fmt.Sprintf("%s: %s", r.Failure.Kind, r.Failure.Message)
	case len(r.Advice) > 0:
		return "advice: " + r.Advice[0]
	}
	return ""
}
