package box_test

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"raftlab/src/box"
)

// What a guest's package initialisation notes of the time is, in each box, what that box's clock showed, and its
// files are its own; and yet it is done once for all boxes.
func TestDatedStart(t *testing.T) {
	m, err := load("datedstart")
	if err != nil {
		t.Fatal(err)
	}
	walls := []int64{0, 1, 1e9 - 1, time.Date(2025, 12, 31, 23, 59, 59, 999_999_999, time.UTC).UnixNano()}
	for i, wall := range append(walls, -5e18, math.MaxInt64-int64(time.Hour)) {
		for range 2 {
			r := start(m, box.Config{
				Args: []string{fmt.Sprint("S", i)}, Seed: uint64(i), Wall: wall, Files: map[string]string{},
			})
			r.Run(7e9)
			// The zero of its monotonic clock is the first Run, at which it shows 1 ns.
			begin := wall + 7e9
			want := []string{fmt.Sprintf(`0s %d %[1]d %[1]d %[1]d %[1]d "begin\nS%d"`, begin, i)}
			if diff := cmp.Diff(want, r.frames); diff != "" {
				t.Errorf("wall clock %d: %s %v %s", wall, diff, r.Err(), &r.stderr)
			}
			r.Close()
		}
	}
	if !m.Captured() {
		t.Error("each box starts anew")
	}
}

// Where more is made of the time than to note it, each box does it by itself.
func TestDatedSeed(t *testing.T) {
	m, err := load("datedseed")
	if err != nil {
		t.Fatal(err)
	}
	for _, what := range []string{"seed", "log", "often"} {
		seen := make(map[string]bool)
		for i := range int64(3) {
			for range 2 {
				r := start(m, box.Config{
					Args: []string{"S"}, Env: []string{"DATED=" + what}, Wall: 1e18 + i*1e6, Files: map[string]string{},
				})
				r.Run(0)
				if len(r.frames) != 1 || r.frames[0] == "" {
					t.Fatal(r.frames, r.Err(), &r.stderr)
				}
				seen[r.frames[0]] = true
				r.Close()
			}
		}
		if len(seen) != 3 {
			t.Errorf("%s: three clocks twice: %d different starts, want 3: %q", what, len(seen), slices.Collect(maps.Keys(seen)))
		}
	}
	if m.Captured() {
		t.Error("one start for all boxes")
	}
}
