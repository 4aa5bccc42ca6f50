package search_test

import (
	"fmt"
	"testing"
	"time"

	"raftlab/grader/internal/search"
	"raftlab/src/cluster"
	"raftlab/src/recipe"
)

// A made-up lab: what a scenario costs, and into what its runs come, which a run's recipe decides.
var scenarios = []string{"Dear", "Cheap", "Dull"}

func outcome(r search.Run) search.Outcome {
	o := search.Outcome{Virtual: 10 * time.Second, Coverage: new(cluster.Coverage)}
	switch r.Scenario {
	case 0:
		o.Traffic.RPCs = 2000
	default:
		o.Traffic.RPCs = 100
	}
	mark := func(name string, at time.Duration) {
		o.Coverage.Marks = append(o.Coverage.Marks, cluster.Mark{Name: name, First: at, Last: at, Times: 1})
	}
	mark("always", time.Second)
	const rareAt = 4 * time.Second
	seed := r.Recipe.Seed
	drawn := seed // from which what happens at rareAt is
	for _, b := range r.Recipe.Branches {
		if seed = seed*31 + b.Seed; b.At <= rareAt {
			drawn = seed
		}
	}
	if r.Scenario != 2 {
		o.Coverage.States = []cluster.Reached{{State: seed%1000 + uint64(r.Scenario)<<32, At: 2 * time.Second}}
	}
	if drawn%50 == 7 {
		mark("rare", rareAt)
	}
	return o
}

// play plays a search of n runs.
func play(n int) (s *search.Search, runs []search.Run) {
	s = search.New(search.Options{Scenarios: scenarios, First: 5, Seed: 1})
	for range n {
		r := s.Next()
		runs = append(runs, r)
		s.Done(r, outcome(r))
	}
	return s, runs
}

// Each scenario is played once before anything else. From then on the seeds of all scenarios in turn have half of the
// time.
func TestSeeds(t *testing.T) {
	_, runs := play(900)
	fresh, rpcs := 0, map[bool]int{}
	for i, r := range runs {
		branch := len(r.Recipe.Branches) > 0
		if i >= len(scenarios) {
			rpcs[branch] += outcome(r).Traffic.RPCs + 80 // what a run costs without any
		}
		switch {
		case !branch && (r.Scenario != fresh%3 || r.Recipe.String() != fmt.Sprint(5+fresh/3)):
			t.Fatalf("run %d is of scenario %d, %v", i, r.Scenario, r.Recipe)
		case !branch:
			fresh++
		case i < len(scenarios):
			t.Errorf("run %d is a branch", i)
		}
	}
	if share := float64(rpcs[true]) / float64(rpcs[true]+rpcs[false]); share < 0.45 || share > 0.55 {
		t.Errorf("branches have %.2f of the time", share)
	}
}

// The same search is the same again, and no run is played twice.
func TestSearchRepeats(t *testing.T) {
	_, runs := play(2000)
	_, again := play(2000)
	seen := make(map[string]bool)
	for i, r := range runs {
		name := fmt.Sprint(r.Scenario, " ", r.Recipe)
		if name != fmt.Sprint(again[i].Scenario, " ", again[i].Recipe) {
			t.Fatalf("run %d is %s, and then %d %v", i, name, again[i].Scenario, again[i].Recipe)
		}
		if seen[name] {
			t.Errorf("%s is played twice", name)
		}
		seen[name] = true
	}
}

// Branches are recipes that can be read, and come into what is rare much more often than other runs.
func TestBranches(t *testing.T) {
	s, runs := play(3000)
	branches, rare := 0, 0
	for _, r := range runs {
		n := len(r.Recipe.Branches)
		if n == 0 {
			continue
		}
		branches++
		if again, err := recipe.Parse(r.Recipe.String()); err != nil || again.String() != r.Recipe.String() {
			t.Fatalf("%v: %v", r.Recipe, err)
		}
		if at := r.Recipe.Branches[n-1].At; at > 11*time.Second {
			t.Errorf("%v branches after the end", r.Recipe)
		}
		if len(outcome(r).Coverage.Marks) > 1 {
			rare++
		}
	}
	if branches < 300 || rare < branches/4 {
		t.Errorf("%d branches, %d with something rare, which one of 50 runs is without", branches, rare)
	}
	if got := s.Stats().Branches; got != branches {
		t.Errorf("the search says %d branches, and made %d", got, branches)
	}
}

func TestStats(t *testing.T) {
	s, runs := play(250)
	stats := s.Stats()
	rare := 0
	states := make(map[uint64]bool)
	for _, r := range runs {
		c := outcome(r).Coverage
		if len(c.Marks) > 1 {
			rare++
		}
		for _, at := range c.States {
			states[at.State] = true
		}
	}
	sum := search.Step{}
	for _, step := range stats.Steps {
		sum.Runs += step.Runs
		sum.Marks += step.Marks
		sum.States += step.States
	}
	if want := (search.Step{Runs: 250, Marks: stats.Marks, States: len(states)}); sum != want || len(stats.Steps) != 3 {
		t.Errorf("steps %+v, expected them to sum to %+v", stats.Steps, want)
	}
	if s.Marked("rare") != rare || s.Marked("always") != 250 || s.Marked("never") != 0 {
		t.Errorf("rare in %d runs, expected %d", s.Marked("rare"), rare)
	}
}
