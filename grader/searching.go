package main

import (
	"raftlab/grader/internal/play"
	"raftlab/grader/internal/search"
	"raftlab/src/lab"
)

// newSearch begins a search over scenarios.
func newSearch(scenarios []lab.Scenario, seed uint64) *search.Search {
	o := search.Options{First: seed, Seed: seed}
	for _, s := range scenarios {
		o.Scenarios = append(o.Scenarios, s.Name)
	}
	return search.New(o)
}

// searching makes jobs of what a search asks for, and has it learn what came of them.
func searching(s *search.Search, scenarios []lab.Scenario) (next func() play.Job, learn func(play.Outcome)) {
	underWay := make(map[string]search.Run)
	name := func(j play.Job) string { return j.Scenario.Name + " " + j.Recipe().String() }
	next = func() play.Job {
		r := s.Next()
		j := play.Job{Scenario: scenarios[r.Scenario], Seed: r.Recipe.Seed, Branches: r.Recipe.Branches, Coverage: true}
		underWay[name(j)] = r
		return j
	}
	learn = func(out play.Outcome) {
		r := underWay[name(out.Job)]
		delete(underWay, name(out.Job))
		s.Done(r, search.Outcome{Virtual: out.Result.Virtual, Traffic: out.Result.Traffic, Coverage: out.Result.Coverage})
	}
	return next, learn
}
