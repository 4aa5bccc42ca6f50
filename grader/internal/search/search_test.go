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

// Branches are recipes that can be read, and come into what is rare much more often than other runs.
func TestBranches(t *testing.T) {
	s, runs := play(search.All, 3000)
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
	if branches < 500 || branches > 1500 || rare < branches/4 {
		t.Errorf("%d branches, %d with something rare, which one of 50 runs is without", branches, rare)
	}
	if got := s.Stats().Branches; got != branches {
		t.Errorf("the search says %d branches, and made %d", got, branches)
	}
}

// What brings nothing new has less of the time, and more has what brings much for what it costs.
func TestShares(t *testing.T) {
	inOrder, _ := play(search.Parts{}, 300)
	rests, _ := play(search.Parts{Rests: true}, 300)
	gains, _ := play(search.Parts{Gain: true}, 300)
	was := inOrder.Shares()
	if was[0] < 0.8 || was[1] != was[2] {
		t.Errorf("in order the shares of the time are %.2f", was)
	}
	if s := rests.Shares(); s[2] > 0.4*was[2] || s[1] < was[1] {
		t.Errorf("what is dull has %.3f of the time, was %.3f; all are %.3f", s[2], was[2], s)
	}
	if s := gains.Shares(); s[1] < 2*was[1] || s[2] > was[2]*2 {
		t.Errorf("what is cheap and new has %.3f of the time, was %.3f; all are %.3f", s[1], was[1], s)
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
