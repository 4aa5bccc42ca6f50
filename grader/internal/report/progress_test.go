package report_test

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jedib0t/go-pretty/v6/text"

	"raftlab/grader/internal/report"
	"raftlab/src/cluster"
)

// forty is a plan of 40 runs.
func forty(t *testing.T) report.Plan {
	p := plan(t, 20, impl("ticker-timer"), impl("polling-sleep"))
	p.Scenarios = p.Scenarios[:1]
	return p
}

// run adds runs that take a second of real time each and tells p of them. The thirteenth fails.
func run(t *testing.T, r *report.Report, plan report.Plan, p *report.Progress, from, to int) {
	t.Helper()
	for seed := from; seed < to; seed++ {
		o := outcome(seed%2, plan.Scenarios[0], uint64(seed))
		if seed == 12 {
			fail(&o, cluster.Timeout, "no verdict")
		}
		time.Sleep(time.Second)
		add(t, r, o)
		p.Update()
	}
}

func TestProgressLines(t *testing.T) {
	p := forty(t)
	synctest.Test(t, func(t *testing.T) {
		r := report.New(p)
		var b bytes.Buffer
		progress := report.NewProgress(&b, false, r)
		run(t, r, p, progress, 0, 17)
		// Quiet for long, as when each run takes minutes.
		time.Sleep(time.Minute)
		run(t, r, p, progress, 17, 39)
		progress.Close()
		progress.Close()
		want := `4 of 40 runs (0 of 2 implementations) after 4s, about 36s left
8 of 40 runs (0 of 2 implementations) after 8s, about 32s left
12 of 40 runs (0 of 2 implementations) after 12s, about 28s left
16 of 40 runs (0 of 2 implementations) after 16s, 1 failed, about 24s left
18 of 40 runs (0 of 2 implementations) after 1m18s, 1 failed, about 1m35s left
20 of 40 runs (0 of 2 implementations) after 1m20s, 1 failed, about 1m20s left
24 of 40 runs (0 of 2 implementations) after 1m24s, 1 failed, about 56s left
28 of 40 runs (0 of 2 implementations) after 1m28s, 1 failed, about 38s left
32 of 40 runs (0 of 2 implementations) after 1m32s, 1 failed, about 23s left
36 of 40 runs (0 of 2 implementations) after 1m36s, 1 failed, about 11s left
39 of 40 runs (1 of 2 implementations) after 1m39s, 1 failed
`
		if diff := cmp.Diff(want, b.String()); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	})
}

func TestProgressWithNothingToDo(t *testing.T) {
	p := plan(t, 20, report.Impl{Name: "broken", LoadError: brokenCode})
	r := report.New(p)
	var b bytes.Buffer
	for _, terminal := range []bool{false, true} {
		progress := report.NewProgress(&b, terminal, r)
		progress.Update()
		progress.Close()
	}
	if b.Len() > 0 {
		t.Errorf("progress of nothing: %q", b.String())
	}
}

// screen is what a terminal shows in its last line after what was written.
func screen(written string) string {
	lines := strings.Split(strings.TrimSuffix(written, "\n"), "\n")
	last := lines[len(lines)-1]
	if i := strings.LastIndex(last, text.EraseLine.Sprint()); i >= 0 {
		last = last[i+len(text.EraseLine.Sprint()):]
	}
	return last
}

func TestProgressBar(t *testing.T) {
	for _, tt := range []struct {
		name string
		runs int
		want []string // at half time and at the end
	}{
		{"finished", 40, []string{
			" 50% ║█████████░░░░░░░░░║ [20 of 40 runs (0 of 2 implementations) after 21s, 1 failed, about 21s left]",
			"done [40 of 40 runs (2 of 2 implementations) after 41s, 1 failed]",
		}},
		{"stopped", 30, []string{
			" 50% ║█████████░░░░░░░░░║ [20 of 40 runs (0 of 2 implementations) after 21s, 1 failed, about 21s left]",
			"stopped [30 of 40 runs (0 of 2 implementations) after 31s, 1 failed]",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := forty(t)
			synctest.Test(t, func(t *testing.T) {
				r := report.New(p)
				var b lockedBuffer
				progress := report.NewProgress(&b, true, r)
				run(t, r, p, progress, 0, 20)
				time.Sleep(550 * time.Millisecond) // between two redraws
				synctest.Wait()
				got := []string{screen(b.String())}
				run(t, r, p, progress, 20, tt.runs)
				progress.Close()
				got = append(got, screen(b.String()))
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("-want +got:\n%s", diff)
				}
				before := b.String()
				time.Sleep(time.Second)
				if b.String() != before {
					t.Error("the bar is drawn after Close")
				}
			})
		})
	}
}

// A bar that is closed at once, before it was ever drawn, ends too.
func TestProgressBarClosedAtOnce(t *testing.T) {
	p := forty(t)
	synctest.Test(t, func(t *testing.T) {
		var b lockedBuffer
		report.NewProgress(&b, true, report.New(p)).Close()
		if want := "stopped [0 of 40 runs (0 of 2 implementations) after 0s]\n"; b.String() != want {
			t.Errorf("got %q, want %q", b.String(), want)
		}
	})
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
