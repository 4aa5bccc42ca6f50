package sim_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"raftlab/src/recipe"
	"raftlab/src/record"
	"raftlab/src/sim"
)

// A run with branches is that of its parent until the first one, another from there on, and the same each time.
func TestBranches(t *testing.T) {
	m := module(t, "ticker-timer")
	for _, s := range scenarios(t, "^(ChaosElections|ReElection|Figure8Unreliable|BasicAgree)$") {
		play := func(branches ...recipe.Branch) sim.Result {
			r := run(s, 7)
			r.Branches = branches
			return sim.Play(m, r, sim.Options{Schedule: true, Record: true})
		}
		parent := play()
		at := parent.Virtual / 2
		child := play(recipe.Branch{At: at, Seed: 33})
		if again := play(recipe.Branch{At: at, Seed: 33}); again.Trace != child.Trace {
			t.Errorf("%s: the branch has the traces %x and %x", s.Name, child.Trace, again.Trace)
		}
		sameUntil(t, s.Name, at, parent, child)
		later := at + at/4
		grandchild := play(recipe.Branch{At: at, Seed: 33}, recipe.Branch{At: later, Seed: 9})
		sameUntil(t, s.Name, later, child, grandchild)
		if got := grandchild.Recording.Recipe(); got.String() != grandchild.Recipe().String() || len(got.Branches) != 2 {
			t.Errorf("%s: the recording is of %v, the result of %v", s.Name, got, grandchild.Recipe())
		}
	}
}

// sameUntil holds that two runs do the same until a time, and not afterwards.
func sameUntil(t *testing.T, scenario string, at time.Duration, a, b sim.Result) {
	t.Helper()
	early := func(r *record.Recording) int {
		for i, e := range r.Events {
			if e.At >= int64(at) {
				return i
			}
		}
		return len(r.Events)
	}
	n := early(a.Recording)
	if n == 0 || n != early(b.Recording) {
		t.Fatalf("%s: %d and %d events before %v", scenario, n, early(b.Recording), at)
	}
	if diff := cmp.Diff(a.Recording.Events[:n], b.Recording.Events[:n]); diff != "" {
		t.Errorf("%s: before %v: %s", scenario, at, diff)
	}
	if a.Trace == b.Trace {
		t.Errorf("%s: nothing differs after %v", scenario, at)
	}
}

// What a node draws after a branch is drawn anew: elections that only its timeouts decide end otherwise.
func TestBranchesReachNodes(t *testing.T) {
	m := module(t, "ticker-timer")
	s := scenarios(t, "^ReElection$")[0]
	times := make(map[string]bool)
	for seed := range uint64(4) {
		r := run(s, 7)
		r.Branches = recipe.Branches{{At: 10 * time.Millisecond, Seed: seed}}
		rec := sim.Play(m, r, sim.Options{Record: true}).Recording
		for _, e := range rec.Events {
			if e.Method == "Raft.RequestVote" && e.At > int64(time.Second) {
				times[time.Duration(e.At).Truncate(10*time.Millisecond).String()] = true
				break
			}
		}
	}
	if len(times) < 3 {
		t.Errorf("four branches elect the second leader at %v", times)
	}
}

// Who asks into which situations a run comes does not change it.
func TestCoverage(t *testing.T) {
	m := module(t, "ticker-timer")
	s := scenarios(t, "^ChaosElections$")[0]
	plain := sim.Play(m, run(s, 3), sim.Options{Schedule: true})
	r := run(s, 3)
	r.Coverage = true
	covered := sim.Play(m, r, sim.Options{Schedule: true})
	if plain.Coverage != nil || covered.Coverage == nil {
		t.Fatal("the coverage does not depend on whether it is wanted")
	}
	if plain.Trace != covered.Trace {
		t.Errorf("the traces are %x and %x", plain.Trace, covered.Trace)
	}
	if c := covered.Coverage; len(c.Marks) < 3 || len(c.States) < 10 {
		t.Errorf("%d marks and %d states", len(c.Marks), len(c.States))
	}
}
