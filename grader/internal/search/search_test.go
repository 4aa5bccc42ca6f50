package search_test

import (
	"fmt"
	"slices"
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
	seed := r.Recipe.Seed
	for _, b := range r.Recipe.Branches {
		seed = seed*31 + b.Seed
	}
	if r.Scenario != 2 {
		o.Coverage.States = []cluster.Reached{{State: seed % 1000, At: 2 * time.Second}}
	}
	if seed%50 == 7 {
		mark("rare", 4*time.Second)
	}
	return o
}

// play plays a search of n runs.
func play(parts search.Parts, n int) (s *search.Search, runs []search.Run) {
	s = search.New(search.Options{Scenarios: scenarios, First: 5, Seed: 1, Parts: parts})
	for range n {
		r := s.Next()
		runs = append(runs, r)
		s.Done(r, outcome(r))
	}
	return s, runs
}

// Without its parts a search is what it is compared with: all scenarios with one seed, and then with the next.
func TestInOrder(t *testing.T) {
	_, runs := play(search.Parts{}, 30)
	for i, r := range runs {
		if r.Scenario != i%3 || r.Recipe.String() != fmt.Sprint(5+i/3) {
			t.Fatalf("run %d is of scenario %d, %v", i, r.Scenario, r.Recipe)
		}
	}
}

// The same search is the same again; each scenario comes once first, and no run twice.
func TestSearchRepeats(t *testing.T) {
	_, runs := play(search.All, 2000)
	_, again := play(search.All, 2000)
	seen := make(map[string]bool)
	for i, r := range runs {
		name := fmt.Sprint(r.Scenario, " ", r.Recipe)
		if name != fmt.Sprint(again[i].Scenario, " ", again[i].Recipe) {
			t.Fatalf("run %d is %s, and then %d %v", i, name, again[i].Scenario, again[i].Recipe)
		}
		if i < len(scenarios) && name != fmt.Sprint(i, " 5") {
			t.Errorf("run %d is %s", i, name)
		}
		if seen[name] {
			t.Errorf("%s is played twice", name)
		}
		seen[name] = true
	}
}

// Branches are recipes that can be read, off runs that were played, and most of them off those with what is rare.
func TestBranches(t *testing.T) {
	s, runs := play(search.All, 3000)
	branches, ofRare := 0, 0
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
		parent := search.Run{Scenario: r.Scenario, Recipe: recipe.Recipe{Seed: r.Recipe.Seed}}
		if len(outcome(parent).Coverage.Marks) > 1 || n > 1 {
			ofRare++
		}
	}
	if branches < 500 || branches > 1500 || ofRare < branches/4 {
		t.Errorf("%d branches, %d of runs with something rare", branches, ofRare)
	}
	if got := s.Stats().Branches; got != branches {
		t.Errorf("the search says %d branches, and made %d", got, branches)
	}
}

// Time goes to scenarios and not runs, and to where there is something new.
func TestShares(t *testing.T) {
	inOrder, _ := play(search.Parts{}, 300)
	alike, _ := play(search.Parts{Share: true}, 3000)
	newer, _ := play(search.Parts{Share: true, Gain: true}, 3000)
	if dear := inOrder.Shares()[0]; dear < 0.8 {
		t.Errorf("in order the dear scenario has %.2f of the time", dear)
	}
	for i, share := range alike.Shares() {
		if share < 0.30 || share > 0.37 {
			t.Errorf("%s has %.2f of the time, expected a third", scenarios[i], share)
		}
	}
	if shares := newer.Shares(); shares[1] < 1.3*shares[2] {
		t.Errorf("what is cheap and new has %.2f of the time, what is dull %.2f", shares[1], shares[2])
	}
}

func TestStats(t *testing.T) {
	s, runs := play(search.All, 250)
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
	if slices.Max(s.Shares()) > 1 {
		t.Errorf("shares %v", s.Shares())
	}
}
