package box_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"raftlab/src/box"
)

// doubleVotes runs a guest that votes once in a term if nothing comes between its check and its vote, and reports
// whether it voted twice.
func doubleVotes(t *testing.T, name string, cfg box.Config, apart, linger int64) bool {
	t.Helper()
	cfg.Args = []string{"probe", name}
	r := start(module(t, lab.probe), cfg)
	defer r.Close()
	r.Linger(linger)
	now := int64(0)
	r.Run(now)
	for term := range byte(5) {
		for candidate := range byte(2) {
			r.Deliver([]byte{term, candidate})
			if apart > 0 {
				now += apart
				r.runUntil(now)
				r.Run(now)
			}
		}
		now += 20e6
		r.Run(now)
		r.runUntil(now)
	}
	r.runUntil(now + 1e9)
	if r.Err() != nil {
		t.Fatal(r.Err(), &r.stderr)
	}
	terms := map[string]bool{}
	for _, f := range r.frames {
		term := strings.Fields(f)[1]
		if terms[term] {
			return true
		}
		terms[term] = true
	}
	if len(terms) != 5 {
		t.Fatalf("votes in %d terms, want 5", len(terms))
	}
	return false
}

func TestScheduleFindsRace(t *testing.T) {
	const seeds = 100
	for _, tt := range []struct {
		name  string
		apart int64
		by    string // what it takes where it is further apart than naps are long: slow places, or lingering
	}{
		{"race", 0, ""},
		{"race", 200e3, ""},
		{"rwrace", 0, ""},
		{"rwrace", 200e3, ""},
		{"race", 10e6, "places"},
		{"rwrace", 10e6, "places"},
		{"late", 10e6, "places"},
		{"race", 300e6, "linger"},
		{"rwrace", 300e6, "linger"},
	} {
		if tt.by != "" && doubleVotes(t, tt.name, box.Config{Seed: 1, Schedule: 1}, tt.apart, 0) {
			t.Fatalf("%s, %d ns apart: voted twice without %s", tt.name, tt.apart, tt.by)
		}
		first := uint64(0)
		for seed := uint64(1); seed <= seeds; seed++ {
			if doubleVotes(t, tt.name, box.Config{Seed: seed}, tt.apart, 0) {
				t.Fatalf("%s, %d ns apart: voted twice in Go's own order, seed %d", tt.name, tt.apart, seed)
			}
			varied, linger := box.Config{Seed: 1, Schedule: seed}, int64(0)
			switch tt.by {
			case "places":
				varied = box.Config{Seed: 1, Schedule: 1, Places: seed}
			case "linger":
				varied, linger = box.Config{Seed: seed, Schedule: 1}, 600e6
			}
			if first == 0 && doubleVotes(t, tt.name, varied, tt.apart, linger) {
				first = seed
			}
		}
		if first == 0 {
			t.Errorf("%s, %d ns apart: not found with %d seeds", tt.name, tt.apart, seeds)
		}
		t.Logf("%s, %d ns apart: found by seed %d", tt.name, tt.apart, first)
	}
}

func TestScheduleVariesOrder(t *testing.T) {
	m := module(t, lab.probe)
	turns := func(seed, schedule uint64) string {
		r := start(m, box.Config{Args: []string{"probe", "turns"}, Seed: seed, Schedule: schedule})
		r.Run(0)
		if len(r.frames) != 40 {
			t.Fatal(r.frames, r.Err(), &r.stderr)
		}
		return strings.Join(r.frames, ",")
	}
	own := turns(1, 0)
	seen := map[string]bool{own: true}
	for schedule := range uint64(20) {
		got := turns(1, schedule+1)
		if again := turns(1, schedule+1); again != got {
			t.Errorf("schedule %d: two orders", schedule+1)
		}
		seen[got] = true
	}
	if len(seen) != 21 {
		t.Errorf("%d different orders, want 21", len(seen))
	}
	if turns(2, 0) != own {
		t.Error("the seed of randomness changes the order")
	}
}

// What a guest logs, and the garbage that makes, changes nothing.
func TestScheduleWithLogging(t *testing.T) {
	m := module(t, lab.probe)
	run := func(schedule uint64, args ...string) *run {
		r := start(m, box.Config{Args: append([]string{"probe", "logged"}, args...), Schedule: schedule})
		r.runUntil(1e12)
		return r
	}
	for schedule := range uint64(10) {
		quiet, loud := run(schedule), run(schedule, "log")
		if quiet.stdout.Len() > 0 || loud.stdout.Len() == 0 {
			t.Fatalf("logged %d and %d bytes", quiet.stdout.Len(), loud.stdout.Len())
		}
		if diff := cmp.Diff(quiet.frames, loud.frames); diff != "" {
			t.Errorf("schedule %d: %s", schedule, diff)
		}
	}
}
