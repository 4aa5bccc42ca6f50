package report_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"raftlab/grader/internal/grading"
	"raftlab/grader/internal/report"
	"raftlab/src/cluster"
	"raftlab/src/lab"
	"raftlab/src/raft/rafttest"
)

// files lists the logs that were kept.
func files(t *testing.T, p report.Plan) []string {
	t.Helper()
	entries, err := os.ReadDir(p.LogDir)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestLogsOfDistinctFailures(t *testing.T) {
	p := plan(t, 20, impl("ticker-timer"), impl("polling-sleep"))
	r := report.New(p)
	play(t, r, p, flawed(1))
	want := []string{
		"polling-sleep-DeposedLeaderStepsDown-8.log",
		"polling-sleep-ReElection-11.log",
		"polling-sleep-ReElection-2.log",
	}
	if diff := cmp.Diff(want, files(t, p)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// Which run ends first depends on the machine. What is said of them does not: the failure with the lowest seed stands
// for those that are alike, and has the log.
func TestOrderOfRunsDoesNotMatter(t *testing.T) {
	p := plan(t, 4, impl("ticker-timer"))
	var want string
	for _, seeds := range [][]uint64{{1, 2, 3, 4}, {4, 3, 2, 1}, {3, 1, 4, 2}, {2, 4, 1, 3}} {
		p.LogDir = filepath.Join(t.TempDir(), "logs")
		r := report.New(p)
		for _, seed := range seeds {
			o := outcome(0, p.Scenarios[0], seed)
			o.Log = []byte("000001 TEST -- it began\n")
			fail(&o, cluster.Assertion, "expected %d\nand more\nand more\nand more\nand more\nand more of seed %d",
				seed, seed)
			add(t, r, o)
		}
		name := fmt.Sprintf("ticker-timer-%s-1.log", p.Scenarios[0].Name)
		if got := files(t, p); !slices.Equal(got, []string{name}) {
			t.Errorf("in the order %d the logs are %q", seeds, got)
		}
		var b bytes.Buffer
		if err := r.JSON(&b); err != nil {
			t.Fatal(err)
		}
		got := regexp.MustCompile(`"(wall|cpu)_seconds": [0-9.e+-]+`).ReplaceAllString(strings.ReplaceAll(b.String(),
			p.LogDir, "LOGS"), "")
		if want == "" {
			want = got
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("in the order %d, -want +got:\n%s", seeds, diff)
		}
	}
}

func TestNoFailureNoDirectory(t *testing.T) {
	p := plan(t, 2, impl("ticker-timer"))
	r := report.New(p)
	play(t, r, p, nil)
	if _, err := os.Stat(p.LogDir); !os.IsNotExist(err) {
		t.Errorf("the directory for logs exists though nothing failed (%v)", err)
	}
	if r.Failed() {
		t.Error("Failed() though all passed")
	}
}

func TestLogSaysWhyAndHowToRepeat(t *testing.T) {
	for _, tt := range []struct {
		name, log, want string
	}{
		{"the log tells", "000001 TEST begins\n000042 TEST FAIL S1 is stuck\n",
			"000001 TEST begins\n000042 TEST FAIL S1 is stuck\n\n" +
				"InitialElection, seed 7; repeat with: grader run -run '^InitialElection$' -count 1 -seed 7 ./impls/ticker-timer\n"},
		{"the log was cut off", "000001 TEST begins\n000002 TIM",
			"000001 TEST begins\n000002 TIM\n\nFAIL timeout at 2.53s: S1 is stuck\n\n" +
				"InitialElection, seed 7; repeat with: grader run -run '^InitialElection$' -count 1 -seed 7 ./impls/ticker-timer\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := plan(t, 1, impl("ticker-timer"))
			r := report.New(p)
			o := outcome(0, p.Scenarios[0], 7)
			fail(&o, cluster.Timeout, "S1 is stuck")
			o.Log = []byte(tt.log)
			add(t, r, o)
			got, err := os.ReadFile(filepath.Join(p.LogDir, "ticker-timer-InitialElection-7.log"))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, string(got)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// Names of submissions are whatever their directories are called.
func TestLogsStayInTheirDirectory(t *testing.T) {
	p := plan(t, 1, impl("../../etc/x"), impl("a b/ü"), impl("raft"), impl("raft"), impl("raft.2"),
		impl(strings.Repeat("n", 300)))
	r := report.New(p)
	play(t, r, p, func(o *report.Outcome) {
		if o.Scenario.Name == "ReElection" {
			fail(o, cluster.Assertion, "no")
		}
	})
	want := []string{
		".._.._etc_x-ReElection-1.log",
		"a_b_-ReElection-1.log",
		strings.Repeat("n", 100) + "-ReElection-1.log",
		"raft-ReElection-1.log",
		"raft.2-ReElection-1.log",
		"raft.2.2-ReElection-1.log",
	}
	got := files(t, p)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestAddWhenLogCannotBeWritten(t *testing.T) {
	p := plan(t, 1, impl("ticker-timer"))
	if err := os.WriteFile(p.LogDir, nil, 0o666); err != nil { // where a directory should be
		t.Fatal(err)
	}
	r := report.New(p)
	o := outcome(0, p.Scenarios[0], 1)
	fail(&o, cluster.Panic, "boom")
	if err := r.Add(o); err == nil || !strings.Contains(err.Error(), p.LogDir) {
		t.Errorf("Add returns %v, want an error that names %s", err, p.LogDir)
	}
	if runs, _ := r.Done(); runs != 1 || !r.Failed() {
		t.Errorf("%d runs done, failed is %v; the failure must count", runs, r.Failed())
	}
	if text := shown(r, p, false); !strings.Contains(text, "boom") || strings.Contains(text, "log: ") {
		t.Errorf("the table must tell of the failure and of no log:\n%s", text)
	}
}

func TestAddOfWhatIsNotPlanned(t *testing.T) {
	p := plan(t, 1, impl("ticker-timer"), report.Impl{Name: "broken", LoadError: brokenCode})
	r := report.New(p)
	for _, o := range []report.Outcome{
		outcome(0, lab.Scenario{Name: "Unheard"}, 1),
		outcome(1, p.Scenarios[0], 1),
		outcome(2, p.Scenarios[0], 1),
		outcome(-1, p.Scenarios[0], 1),
	} {
		if err := r.Add(o); err == nil {
			t.Errorf("Add of %s for implementation %d returns no error", o.Scenario.Name, o.Impl)
		}
	}
	if runs, total := r.Done(); runs != 0 || total != 7 {
		t.Errorf("Done() = %d, %d, want 0, 7", runs, total)
	}
}

// Workers add while people look.
func TestConcurrentUse(t *testing.T) {
	p := plan(t, 20, impl("ticker-timer"), impl("polling-sleep"))
	r := report.New(p)
	var lines lockedBuffer
	progress := report.NewProgress(&lines, true, r)
	var workers, watchers sync.WaitGroup
	for i := range p.Impls {
		for _, s := range p.Scenarios {
			workers.Go(func() {
				for seed := range 20 {
					o := outcome(i, s, uint64(seed))
					o.Result.Warnings = []string{"a warning"}
					if i == 0 && seed%4 == 0 {
						fail(&o, cluster.Assertion, "seed %d fails", seed)
					}
					if err := r.Add(o); err != nil {
						t.Error(err)
					}
					progress.Update()
				}
			})
		}
	}
	stop := make(chan struct{})
	watchers.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				r.Table(io.Discard, true)
				if err := r.JSON(io.Discard); err != nil {
					t.Error(err)
				}
				r.Failed()
			}
		}
	})
	workers.Wait()
	close(stop)
	watchers.Wait()
	progress.Close()
	if runs, total := r.Done(); runs != 280 || total != 280 {
		t.Errorf("Done() = %d, %d, want 280, 280", runs, total)
	}
	if n := len(files(t, p)); n != 7 {
		t.Errorf("%d logs, want one for each of 7 scenarios: %q", n, files(t, p))
	}
	if text := screen(lines.String()); !strings.HasPrefix(text, "done [280 of 280 runs") {
		t.Errorf("the bar ends with %q", text)
	}
}

// Where no directory is named a new one is made, at the first failure, which only this user may enter; and all logs go
// there.
func TestLogsGoIntoADirectoryOfTheirOwn(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	p := plan(t, 20, impl("ticker-timer"))
	p.LogDir = ""
	r := report.New(p)
	made := func() []string {
		list, err := filepath.Glob(filepath.Join(tmp, "*"))
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	play(t, r, p, nil)
	if list := made(); len(list) > 0 {
		t.Errorf("nothing failed, but there are %q", list)
	}
	r = report.New(p)
	play(t, r, p, flawed(0))
	list := made()
	if len(list) != 1 {
		t.Fatalf("there are %q, want one directory", list)
	}
	info, err := os.Stat(list[0])
	logs, _ := os.ReadDir(list[0])
	if err != nil || info.Mode().Perm() != 0o700 || len(logs) != 3 ||
		!strings.HasPrefix(filepath.Base(list[0]), "raftlab-2") {
		t.Errorf("%v, %v with %d logs", err, info.Mode(), len(logs))
	}
	if text := shown(r, report.Plan{LogDir: "no such"}, false); !strings.Contains(text, "logs in "+list[0]+"\n") {
		t.Errorf("the table does not name %s:\n%s", list[0], text)
	}
}

// What panics say may be anything: at one place they are the same. Whoever fails otherwise each time has so many logs
// and no more, of which none is written through a link that somebody has put there.
func TestLogsAreBounded(t *testing.T) {
	p := plan(t, 2000, impl("ticker-timer"))
	r := report.New(p)
	for seed := range uint64(2000) {
		o := outcome(0, p.Scenarios[0], seed+1)
		o.Log = bytes.Repeat([]byte("000001 TEST \x1b[2J\u202e\n"), 10)
		fail(&o, cluster.Panic, "S0: panic: %c%c, in raft.init at raft.go:7", 'a'+seed%26, 'a'+seed/26%26)
		if err := r.Add(o); err != nil {
			t.Fatal(err)
		}
	}
	if got := files(t, p); len(got) != 1 {
		t.Errorf("%d logs of panics at one place: %q", len(got), got)
	}
	target := filepath.Join(t.TempDir(), "target")
	if err := errors.Join(os.WriteFile(target, []byte("mine"), 0o666),
		os.Symlink(target, filepath.Join(p.LogDir, "ticker-timer-"+p.Scenarios[1].Name+"-1.log"))); err != nil {
		t.Fatal(err)
	}
	for i, s := range p.Scenarios[1:] {
		for seed := range uint64(100) {
			o := outcome(0, s, seed+1)
			o.Log = bytes.Repeat([]byte("000001 TEST long\n"), 1000)
			fail(&o, cluster.Assertion, "expected %c%c of %d", 'a'+seed%26, 'a'+seed/26%26, i)
			if err := r.Add(o); err != nil {
				t.Fatal(err)
			}
		}
	}
	names := files(t, p)
	if len(names) > 500 {
		t.Errorf("%d logs are kept", len(names))
	}
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(p.LogDir, name))
		if err != nil || bytes.ContainsAny(data, "\x1b\u202e") {
			t.Errorf("%s: %v, %.100q", name, err, data)
		}
	}
	if data, err := os.ReadFile(target); err != nil || string(data) != "mine" {
		t.Errorf("what a link leads to is now %.100q (%v)", data, err)
	}
}

// Runs that are left undone earn nothing, and all forms say why.
func TestStop(t *testing.T) {
	p := plan(t, 2, impl("ticker-timer"))
	p.Grading = grading.Default(rafttest.Lab())
	r := report.New(p)
	if err := r.Add(outcome(0, p.Scenarios[0], 1)); err != nil {
		t.Fatal(err)
	}
	const why = "its budget of 1s of processor time is used up"
	r.Stop(0, why)
	if !r.Stopped() || r.Failed() {
		t.Errorf("stopped: %v, failed: %v", r.Stopped(), r.Failed())
	}
	for _, form := range report.Forms() {
		var b bytes.Buffer
		if err := form.Render(r, &b); err != nil || !strings.Contains(b.String(), why) {
			t.Errorf("%s: %v\n%s", form.Flag, err, &b)
		}
	}
	if text := shown(r, p, false); !strings.Contains(text, why) || strings.Contains(text, "PASS") {
		t.Errorf("the table:\n%s", text)
	}
}
