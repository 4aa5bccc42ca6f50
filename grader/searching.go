package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v3"

	"raftlab/grader/internal/play"
	"raftlab/grader/internal/search"
	"raftlab/src/lab"
)

// longLast orders scenarios for a search, which plays each once before it knows what they cost.
func longLast(scenarios []lab.Scenario) []lab.Scenario {
	return slices.SortedStableFunc(slices.Values(scenarios), func(a, b lab.Scenario) int {
		switch {
		case a.Long == b.Long:
			return 0
		case a.Long:
			return 1
		}
		return -1
	})
}

// newSearch begins a search over scenarios.
func newSearch(scenarios []lab.Scenario, seed uint64, parts search.Parts) *search.Search {
	o := search.Options{First: seed, Seed: seed, Parts: parts}
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

// searchFlags are the parts of a search by the names that -without has for them.
func searchFlags(p *search.Parts) map[string]*bool {
	return map[string]*bool{"rests": &p.Rests, "gain": &p.Gain, "branches": &p.Branches, "timeline": &p.Timeline}
}

func withoutFlag() cli.Flag {
	return &cli.StringFlag{
		Name:  "without",
		Usage: "leave out these `parts` of the search, to see what each is good for: rests, gain, branches, timeline",
	}
}

// searchParts are those that -without leaves.
func searchParts(cmd *cli.Command) (search.Parts, error) {
	parts := search.All
	text := cmd.String("without")
	for name := range strings.SplitSeq(text, ",") {
		if text == "" {
			break
		}
		part, ok := searchFlags(&parts)[name]
		if !ok {
			return parts, fmt.Errorf("-without %s: must be some of rests, gain, branches and timeline", text)
		}
		*part = false
	}
	return parts, nil
}
