package box_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"raftlab/src/box"
)

func TestTimers(t *testing.T) {
	r := probe(t, "sleep")
	if at, ok := r.Deadline(); at != 0 || !ok {
		t.Errorf("deadline of a new box %d, %v, want 0, true", at, ok)
	}
	const start = 5e9
	r.Run(start)
	if at, _ := r.Deadline(); at != start+10e6 {
		t.Errorf("deadline %d, want %d", at, int64(start+10e6))
	}
	r.Run(start + 10e6 - 1)
	if len(r.frames) != 0 {
		t.Errorf("woke early: %q", r.frames)
	}
	r.Run(start + 10e6)
	r.Run(start + 25e6) // late: the next sleep starts now
	r.runUntil(start + 1e9)
	if diff := cmp.Diff([]string{"10ms", "25ms", "35ms", "45ms", "init timer 50ms", "55ms"}, r.frames); diff != "" {
		t.Error(diff)
	}
	if at, ok := r.Deadline(); ok {
		t.Errorf("deadline %d without a timer", at)
	}
}

// Of many that sleep or wait for a timer each wakes at its time.
func TestSleepers(t *testing.T) {
	r := probe(t, "sleepers")
	r.runUntil(1e9)
	woken := map[string]int{}
	var last time.Duration
	for _, f := range r.frames {
		asked, at, _ := strings.Cut(f, " ")
		d, err := time.ParseDuration(at)
		if err != nil || asked != at {
			t.Errorf("asked for %s, woke at %s", asked, at)
		}
		if d < last {
			t.Errorf("%v after %v", d, last)
		}
		last = d
		woken[asked]++
	}
	if len(r.frames) != 100 || len(woken) != 50 {
		t.Errorf("%d woke, at %d times, want 100 at 50", len(r.frames), len(woken))
	}
}

// Time that passes without the guest being idle wakes those who sleep.
func TestSleepersDuringSpin(t *testing.T) {
	r := probe(t, "yielding")
	r.runUntil(1e9)
	if diff := cmp.Diff([]string{"woke true", "spun"}, r.frames); diff != "" {
		t.Error(diff)
	}
}

// What a guest allocates takes time, if it is to, though the guest never waits: the host hears of it, and who sleeps
// wakes.
func TestAllocTakesTime(t *testing.T) {
	for _, tt := range []struct {
		alloc int64
		last  string        // to be reported
		least time.Duration // that 8 MiB take, less what passes before the clock is read first
	}{
		{0, "woke", 0},
		{10e6, "took", 75 * time.Millisecond},
	} {
		var heard []int64
		r := start(module(t, lab.probe), box.Config{
			Args: []string{"probe", "allocate"}, Alloc: tt.alloc,
			Worked: func(now int64) { heard = append(heard, now) },
		})
		r.runUntil(1e9)
		r.Close()
		if len(r.frames) != 2 || !strings.HasPrefix(r.frames[1], tt.last) || !slices.IsSorted(heard) {
			t.Errorf("Alloc %d: reported %q, heard of %v", tt.alloc, r.frames, heard)
			continue
		}
		slices.Sort(r.frames)
		took, err := time.ParseDuration(strings.TrimPrefix(r.frames[0], "took "))
		if err != nil || took < tt.least || took > tt.least+10*time.Millisecond {
			t.Errorf("Alloc %d: took %v, %v", tt.alloc, took, err)
		}
		if n := len(heard); tt.least > 0 && (n < 7 || heard[n-1] < int64(tt.least)) || tt.least == 0 && n > 0 {
			t.Errorf("Alloc %d: heard of %v", tt.alloc, heard)
		}
	}
}

func TestClocks(t *testing.T) {
	r := start(module(t, lab.probe), box.Config{Args: []string{"probe", "clocks"}, Wall: 1e18})
	read := func(now int64) string {
		r.Deliver([]byte{1})
		r.Run(now)
		f := r.taken()
		return f[len(f)-1]
	}
	r.Run(100)
	for _, tt := range []struct {
		what string
		now  int64
		want string
		then func(now int64)
	}{
		{"start", 100, "1000000000000000100 0", nil},
		{"later", 60e6, "1000000000060000000 59999900", nil},
		{"back", 50e6, "1000000000060000000 59999900", nil},
		{"before fast", 100e6, "1000000000100000000 99999900", func(now int64) { r.SetClock(now, 1.5, 0) }},
		{"fast", 200e6, "1000000000250000000 249999900", func(now int64) { r.SetClock(now, 0.5, -100e6) }},
		{"slow, set back", 300e6, "1000000000200000000 299999900", func(now int64) { r.SetClock(now, 1, 1e9) }},
		{"set ahead", 400e6, "1000000001300000000 399999900", nil},
	} {
		if got := read(tt.now); got != tt.want {
			t.Errorf("%s: clocks %s, want %s", tt.what, got, tt.want)
		}
		if tt.then != nil {
			tt.then(tt.now)
		}
	}
}

func TestDeadlineFollowsClock(t *testing.T) {
	for _, tt := range []struct {
		rate float64
		at   int64 // of a timer of 10 ms, when 4 ms are over
	}{
		{1, 10e6},
		{2, 7e6},
		{0.5, 16e6},
		{1.05, 4e6 + 5714286},
		{0.001, 4e6 + 6e9},
		{1e-9, 4e6 + 6e9},
	} {
		r := probe(t, "sleep")
		r.Run(0)
		r.SetClock(4e6, tt.rate, 5e9)
		at, _ := r.Deadline()
		if at != tt.at {
			t.Errorf("rate %v: deadline %d, want %d", tt.rate, at, tt.at)
		}
		r.Run(at - 1)
		if len(r.frames) > 0 {
			t.Errorf("rate %v: woke early", tt.rate)
		}
		r.Run(at)
		if len(r.frames) != 1 {
			t.Errorf("rate %v: did not wake at its deadline", tt.rate)
		}
	}
}

// A guest that waits for an atomic variable in a loop lets others run, and time pass: it may be late by 8 ms.
func TestLooks(t *testing.T) {
	r := probe(t, "looks")
	for _, tt := range []struct {
		until int64
		want  []string
	}{{9e6, nil}, {18e6, []string{"seen"}}, {19e6, nil}, {36e6, []string{"taken"}}} {
		r.runUntil(tt.until)
		if diff := cmp.Diff(tt.want, r.taken()); diff != "" {
			t.Errorf("at %v: %s", time.Duration(tt.until), diff)
		}
	}
}

// A guest that waits for the time in a loop sees it pass, and waits for the host now and then: at last for 8 ms
// each time, by which it may be late.
func TestSpin(t *testing.T) {
	r := probe(t, "spin")
	r.runUntil(29e6)
	if diff := cmp.Diff([]string{"spun"}, r.taken()); diff != "" {
		t.Fatal(diff)
	}
	if at, _ := r.Deadline(); at < 30e6 || at > 38e6 {
		t.Errorf("after 20 ms of spinning a timer of 10 ms is due at %d", at)
	}
	r.runUntil(1e9)
	if diff := cmp.Diff([]string{"slept true"}, r.taken()); diff != "" {
		t.Error(diff)
	}
}
