package report_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"

	"raftlab/grader/internal/report"
	"raftlab/src/cluster"
)

// What a report keeps does not grow with the number of runs, whatever they say.
func TestMemoryHasALimit(t *testing.T) {
	const runs = 50_000
	letters := func(seed uint64) string { // numbers alone are taken for alike
		return strings.Map(func(r rune) rune { return r - '0' + 'a' }, fmt.Sprint(seed))
	}
	for _, tt := range []struct {
		name   string
		change func(o *report.Outcome)
	}{
		{"passed", func(o *report.Outcome) { o.Trace = o.Result.Seed * 7919 }},
		{"fail alike", func(o *report.Outcome) {
			fail(o, cluster.Assertion, "expected %d\nmore of it",
				o.Result.Seed)
		}},
		{"fail differently", func(o *report.Outcome) {
			fail(o, cluster.Panic, "%s\nand more",
				letters(o.Result.Seed))
		}},
		{"warnings", func(o *report.Outcome) { o.Result.Warnings = []string{letters(o.Result.Seed)} }},
		{"skipped", func(o *report.Outcome) { o.Result.Skipped = letters(o.Result.Seed) }},
		{"not played", func(o *report.Outcome) { o.Result.GraderError = letters(o.Result.Seed) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := plan(t, runs, impl("ticker-timer"))
			p.Scenarios = p.Scenarios[:1]
			r := report.New(p)
			heap := func() int64 {
				runtime.GC()
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				return int64(m.HeapAlloc)
			}
			before := heap()
			for seed := range uint64(runs) {
				o := outcome(0, p.Scenarios[0], seed+1)
				tt.change(&o)
				add(t, r, o)
			}
			if grown := heap() - before; grown > 1<<20 {
				t.Errorf("%d runs take %d KiB", runs, grown>>10)
			}
			for _, form := range []func(io.Writer) error{r.JSON, r.JUnit, r.Markdown} {
				if text := render(t, p, form); len(text) > 2<<20 {
					t.Errorf("a form of %d KiB", len(text)>>10)
				}
			}
		})
	}
}

// Of many that fail alike the lowest seeds are listed, in whatever order they came, and all are counted.
func TestManyFailAlike(t *testing.T) {
	p := plan(t, 5000, impl("ticker-timer"))
	p.Scenarios = p.Scenarios[:1]
	list := func(backward bool) (seeds []uint64) {
		r := report.New(p)
		for n := range uint64(p.Count) {
			seed := n
			if backward {
				seed = uint64(p.Count) - 1 - n
			}
			o := outcome(0, p.Scenarios[0], seed)
			fail(&o, cluster.Assertion, "expected %d", seed)
			add(t, r, o)
		}
		var d struct {
			Implementations []struct {
				Scenarios []struct {
					Failed   int
					Failures []struct{ Seed uint64 }
				}
			}
		}
		var b bytes.Buffer
		if err := r.JSON(&b); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(b.Bytes(), &d); err != nil {
			t.Fatal(err)
		}
		s := d.Implementations[0].Scenarios[0]
		if s.Failed != p.Count {
			t.Errorf("%d failed, want %d", s.Failed, p.Count)
		}
		for _, f := range s.Failures {
			seeds = append(seeds, f.Seed)
		}
		if text := shown(r, p, false); !strings.Contains(text, "5000 of 5000 runs  seeds 0, 1, 2, 3, 4 and 4995 more") {
			t.Errorf("the table does not tell of all:\n%s", text)
		}
		return seeds
	}
	var lowest []uint64
	for seed := range uint64(200) {
		lowest = append(lowest, seed)
	}
	if got := list(false); !slices.Equal(got, lowest) {
		t.Errorf("listed are %d", got)
	}
	if got := list(true); !slices.Equal(got, lowest) {
		t.Errorf("listed are %d", got)
	}
}

// The trace of a scenario is that of its runs, in whatever order they come.
func TestTraceOfAScenario(t *testing.T) {
	trace := func(seeds []uint64, change uint64) string {
		p := plan(t, len(seeds), impl("ticker-timer"))
		r := report.New(p)
		for _, seed := range seeds {
			o := outcome(0, p.Scenarios[0], seed)
			o.Trace = 1000 + seed/2
			if seed == change {
				o.Trace++
			}
			add(t, r, o)
		}
		var d struct {
			Implementations []struct{ Scenarios []struct{ Trace string } }
		}
		if err := json.Unmarshal([]byte(render(t, p, r.JSON)), &d); err != nil {
			t.Fatal(err)
		}
		return d.Implementations[0].Scenarios[0].Trace
	}
	want := trace([]uint64{1, 2, 3}, 0)
	if got := trace([]uint64{3, 1, 2}, 0); len(got) != 16 || got != want {
		t.Errorf("%q and %q in two orders", want, got)
	}
	for _, got := range []string{trace([]uint64{1, 2, 3}, 2), trace([]uint64{1, 2}, 0), trace([]uint64{1, 2, 4}, 0),
		trace([]uint64{2, 3}, 0)} {
		if got == want {
			t.Errorf("other runs have the same trace %q", got)
		}
	}
}
