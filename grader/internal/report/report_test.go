package report_test

import (
	"bytes"
	gocmp "cmp"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jedib0t/go-pretty/v6/text"

	"raftlab/grader/internal/grading"
	"raftlab/grader/internal/report"
	"raftlab/src/cluster"
	"raftlab/src/lab"
	"raftlab/src/raft/rafttest"
	"raftlab/src/recipe"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares what people read with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; -update writes it", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs, -want +got; -update writes it anew:\n%s", name, diff)
	}
}

// suite is what the tests run: some scenarios, in the order of the real one.
func suite(parts ...string) []lab.Scenario {
	names := map[string][2][]string{
		rafttest.Elections: {
			{"InitialElection", "ReElection", "ManyElections"},
			{"StableLeader", "ReorderedElections", "VoteSurvivesRestart", "DeposedLeaderStepsDown"},
		},
		rafttest.Log: {{"BasicAgree", "FailAgree"}, {"Figure8"}},
	}
	var all []lab.Scenario
	for _, p := range parts {
		for i, tier := range []lab.Tier{lab.Classic, lab.Strict} {
			for _, name := range names[p][i] {
				all = append(all, lab.Scenario{Name: name, Part: p, Tier: tier, Nodes: cluster.Servers(5)})
			}
		}
	}
	return all
}

// raftOf is the Raft lab with these scenarios only.
func raftOf(scenarios []lab.Scenario) *lab.Lab {
	l := rafttest.Lab()
	l.Scenarios = scenarios
	return l
}

func plan(t *testing.T, count int, impls ...report.Impl) report.Plan {
	return report.Plan{
		Lab:       rafttest.Lab(),
		Impls:     impls,
		Scenarios: suite(rafttest.Elections),
		Count:     count,
		Clock:     "bubble",
		LogDir:    filepath.Join(t.TempDir(), "logs"),
		Replay: func(m report.Impl, scenario string, drawn recipe.Recipe) string {
			return fmt.Sprintf("grader run -run '^%s$' -count 1 -seed %v %s", scenario, drawn, m.Dir)
		},
		Explain: func(name string) string { return fmt.Sprintf("grader explain %q", name) },
	}
}

func impl(name string) report.Impl { return report.Impl{Name: name, Dir: "./impls/" + name} }

// play adds all of a plan's runs to its report; those that change knows are not just passed.
func play(t *testing.T, r *report.Report, p report.Plan, change func(o *report.Outcome)) {
	t.Helper()
	for n := range p.Count {
		for s, scenario := range p.Scenarios {
			for i, m := range p.Impls {
				if m.LoadError != "" || m.GraderError != "" {
					continue
				}
				o := outcome(i, scenario, uint64(n+1))
				o.Result.Virtual += time.Duration(s) * 700 * time.Millisecond
				o.Result.Traffic.RPCs += 30 * s
				if change != nil {
					change(&o)
				}
				add(t, r, o)
			}
		}
	}
}

func outcome(impl int, s lab.Scenario, seed uint64) report.Outcome {
	return report.Outcome{
		Impl:     impl,
		Scenario: s,
		Result: cluster.Result{
			Scenario: s.Name,
			Seed:     seed,
			Virtual:  2530 * time.Millisecond,
			Traffic:  cluster.Traffic{RPCs: 40 + impl, Bytes: 4000},
		},
		CPU: 12 * time.Millisecond,
	}
}

func add(t *testing.T, r *report.Report, o report.Outcome) {
	t.Helper()
	if err := r.Add(o); err != nil {
		t.Fatal(err)
	}
}

// fail turns an outcome into a failure.
func fail(o *report.Outcome, kind cluster.Kind, format string, args ...any) {
	message := fmt.Sprintf(format, args...)
	o.Result.Failure = &cluster.Failure{Kind: kind, Message: message, At: o.Result.Virtual}
	o.Log = fmt.Appendf(nil, "000001 TEST %s begins\n025300 TEST FAIL %s\n", o.Scenario.Name, message)
}

// shown renders the table, with the directory of the logs replaced by a name that is the same every time.
func shown(r *report.Report, p report.Plan, color bool) string {
	var b bytes.Buffer
	r.Table(&b, color)
	return strings.ReplaceAll(b.String(), p.LogDir, "LOGDIR")
}

const brokenCode = `# example.test/broken
impls/broken/raft.go:17:2: declared and not used: term
impls/broken/raft.go:23:9: undefined: rf.becomeLeader`

// flawed makes some runs fail, as an implementation with three mistakes does.
func flawed(impl int) func(o *report.Outcome) {
	return func(o *report.Outcome) {
		seed := o.Result.Seed
		switch {
		case o.Impl != impl:
		case o.Scenario.Name == "ReElection" && seed%5 == 2:
			fail(o, cluster.Assertion, "expected one leader, got none, since %v (%v)\nS0: not leader in T%d, S1: "+
				"unknown (crashed)",
				time.Duration(seed)*time.Second, 5*time.Second+time.Duration(seed), seed)
		case o.Scenario.Name == "ReElection" && seed == 11:
			fail(o, cluster.Safety, "Election Safety: two leaders in T4: S0 (GetState says) and S2 (it sends "+
				"AppendEntries)")
		case o.Scenario.Name == "DeposedLeaderStepsDown" && seed == 8:
			fail(o, cluster.Deadlock, "a lock is held for more than 3s: taken in (*Raft).Kill at raft.go:88, waited "+
				"for in (*Raft).GetState at raft.go:41\n\n%s",
				strings.Repeat("goroutine 17 [sync.Mutex.Lock, synctest bubble "+
					"1]:\n\nraft.(*Raft).GetState(0xc000010a80)\n\t/src/raft.go:41 +0x3d\n", 10))
		}
	}
}

// leaderless makes a skeleton of an implementation: nearly everything fails alike.
func leaderless(impl int) func(o *report.Outcome) {
	return func(o *report.Outcome) {
		switch seed := o.Result.Seed; {
		case o.Impl != impl:
		case o.Scenario.Name == "StableLeader" && seed%2 == 0:
			fail(o, cluster.Assertion, "expected the first leader to lead on, S%d leads T%d", seed%5, seed)
		default:
			fail(o, cluster.Assertion, "expected one leader, got none, since %v (%v)\nS0: not leader in T0",
				time.Duration(seed)*time.Second, 5*time.Second+time.Duration(seed))
		}
	}
}

func TestTable(t *testing.T) {
	brokenImpl := report.Impl{Name: "broken", Dir: "./impls/broken", LoadError: brokenCode}
	for _, tt := range []struct {
		name   string
		color  bool
		count  int
		impls  []report.Impl
		adjust func(p *report.Plan)
		change func(o *report.Outcome)
	}{
		{name: "passed", count: 20, impls: []report.Impl{impl("ticker-timer"), impl("polling-sleep")}},
		{name: "one-scenario", count: 40, impls: []report.Impl{impl("ticker-timer")},
			adjust: func(p *report.Plan) { p.Scenarios = p.Scenarios[:1] }},
		{name: "wall", count: 1, impls: []report.Impl{impl("ticker-timer")},
			adjust: func(p *report.Plan) { p.Clock = "wall" }},
		{name: "failures", count: 20, impls: []report.Impl{impl("ticker-timer"), impl("polling-sleep"), brokenImpl},
			change: flawed(1)},
		{name: "color", color: true, count: 20,
			impls: []report.Impl{impl("ticker-timer"), impl("polling-sleep"), brokenImpl}, change: flawed(1)},
		{name: "not-graded", count: 20, impls: []report.Impl{brokenImpl}},
		{name: "skipped", count: 4, impls: []report.Impl{impl("ticker-timer"), impl("polling-sleep")},
			change: func(o *report.Outcome) {
				if o.Impl == 0 && o.Scenario.Name == "VoteSurvivesRestart" ||
					o.Impl == 1 && o.Scenario.Name == "ReElection" && o.Result.Seed == 3 {
					o.Result.Skipped = "it never saved anything"
				}
				if o.Impl == 1 {
					o.Result.Warnings = []string{"labgob: field term of RequestVoteArgs is not exported and will be " +
						"lost"}
				}
			}},
		{name: "parts", count: 3, impls: []report.Impl{impl("ticker-timer"), impl("polling-sleep")},
			adjust: func(p *report.Plan) { p.Scenarios = suite(rafttest.Elections, rafttest.Log) }, change: flawed(0)},
		{name: "four", count: 20, impls: []report.Impl{impl("ticker-timer"), impl("polling-sleep"),
			impl("polling-jitter"), impl("lazy-votes")}, change: flawed(2)},
		{name: "same-names", count: 20, impls: []report.Impl{{Name: "raft", Dir: "a/raft"},
			{Name: "raft", Dir: "b/raft"}}, change: flawed(1)},
		{name: "alike", count: 20, impls: []report.Impl{impl("ticker-timer"), impl("mine")}, change: leaderless(1)},
		{name: "hostile-text", count: 2, impls: []report.Impl{impl("evil")}, change: func(o *report.Outcome) {
			if o.Scenario.Name == "StableLeader" {
				fail(o, cluster.Panic, "\x1b[2J\x1b[Hall passed\a\u202e %d\n%s", o.Result.Seed,
					strings.Repeat("x", 1000))
			}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := plan(t, tt.count, tt.impls...)
			if tt.adjust != nil {
				tt.adjust(&p)
			}
			synctest.Test(t, func(t *testing.T) {
				r := report.New(p)
				play(t, r, p, tt.change)
				time.Sleep(1500 * time.Millisecond)
				golden(t, "table-"+tt.name+".golden", shown(r, p, tt.color))
			})
		})
	}
}

// On a terminal tables are as wide as it is, if their columns let them, and sentences are broken between words.
func TestTableOnATerminal(t *testing.T) {
	for _, width := range []int{60, 80, 200} {
		for name, impls := range map[string][]report.Impl{
			"one":   {impl("ticker-timer")},
			"three": {impl("ticker-timer"), impl("polling-sleep"), impl("lazy-votes")},
			"class": {impl("alice"), impl("bob-and-the-others-of-his-group"), impl("carol"), impl("dave"), impl("erin"),
				impl("frank"), impl("grace"), impl("heidi")},
		} {
			p := plan(t, 20, impls...)
			p.Scenarios = suite(rafttest.Elections, rafttest.Log)
			p.Grading = scheme(t, "")
			p.Width = width
			synctest.Test(t, func(t *testing.T) {
				r := report.New(p)
				play(t, r, p, flawed(len(impls)/2))
				time.Sleep(1500 * time.Millisecond)
				got := shown(r, p, false)
				golden(t, fmt.Sprintf("table-%s-%d.golden", name, width), got)
				for line := range strings.Lines(got) {
					// Commands and paths are to be copied as they are.
					if n := text.StringWidth(line); n > width && !strings.HasPrefix(line, "    repeat: ") &&
						!strings.HasPrefix(line, "    log: ") && !strings.HasPrefix(line, "What that means") {
						t.Errorf("%s at %d columns has a line of %d: %s", name, width, n, line)
					}
				}
			})
		}
	}
}

// A class: a row for each submission, and failures in brief.
func TestTableOfAClass(t *testing.T) {
	var impls []report.Impl
	for i := range 30 {
		m := report.Impl{Name: fmt.Sprintf("student%02d", i), Dir: fmt.Sprintf("submissions/student%02d", i)}
		if i == 7 {
			m.LoadError = brokenCode
		}
		impls = append(impls, m)
	}
	p := plan(t, 20, impls...)
	synctest.Test(t, func(t *testing.T) {
		r := report.New(p)
		play(t, r, p, func(o *report.Outcome) {
			flawed(3)(o)
			flawed(12)(o)
			leaderless(26)(o)
			if o.Impl == 21 && o.Scenario.Tier == lab.Strict {
				fail(o, cluster.Exit, "the process ended with status %d\nmore\nand more", 2)
			}
		})
		time.Sleep(90 * time.Second)
		golden(t, "table-class.golden", shown(r, p, false))
	})
}

// A class that was graded by all parts: as many columns as fit.
func TestTableOfAClassInAllParts(t *testing.T) {
	for _, tt := range []struct {
		name  string
		class int
		count int
		names string
	}{
		{"all-columns", 30, 20, "s%02d"},
		{"strict-summed", 10, 150, "student%02d"},
		{"tiers-only", 10, 150, "raft-by-a-group-with-a-long-name-%02d"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var impls []report.Impl
			for i := range tt.class {
				m := impl(fmt.Sprintf(tt.names, i))
				switch i {
				case 7:
					m.LoadError = brokenCode
				case 6:
					m.NotImplemented = map[string]string{"2D": "Snapshot has no body (raft.go:120)"}
					m.Notes = []string{"the lab's own files, replaced by the grader's: config.go, persister.go"}
				}
				impls = append(impls, m)
			}
			p := plan(t, tt.count, impls...)
			p.Scenarios = allParts()
			var err error
			if p.Grading, err = grading.Parse("default", []byte(grading.DefaultFile(rafttest.Lab())),
				raftOf(p.Scenarios)); err != nil {
				t.Fatal(err)
			}
			synctest.Test(t, func(t *testing.T) {
				r := report.New(p)
				playPlanned(t, r, p, func(o *report.Outcome) {
					flawed(3)(o)
					switch {
					case o.Impl == 5 && o.Scenario.Name == "ChaosElections" && o.Result.Seed == 9:
						fail(o, cluster.Safety, "Election Safety: two leaders in T4: S0 and S2")
					case o.Impl == 8 && o.Scenario.Part >= rafttest.Persistence:
						fail(o, cluster.Exit, "the process ended with status %d\nmore\nand more", 2)
					}
				})
				time.Sleep(90 * time.Second)
				table, _, _ := strings.Cut(shown(r, p, false), "\nFailures\n")
				golden(t, "table-class-"+tt.name+".golden", table)
			})
		})
	}
}

// allParts is a suite as large as the real one, which may grow.
func allParts() []lab.Scenario {
	var all []lab.Scenario
	for part, n := range map[string][2]int{rafttest.Elections: {3, 17}, rafttest.Log: {10, 9},
		rafttest.Persistence: {8, 4}, rafttest.Snapshots: {7, 6}} {
		for i, tier := range []lab.Tier{lab.Classic, lab.Strict} {
			for k := range n[i] {
				name := fmt.Sprintf("%s%s%02d", tier, part, k)
				switch name {
				case "classic2A01":
					name = "ReElection"
				case "strict2A16":
					name = "ChaosElections"
				}
				all = append(all, lab.Scenario{Name: name, Part: part, Tier: tier})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b lab.Scenario) int {
		return gocmp.Or(strings.Compare(string(a.Part), string(b.Part)),
			strings.Compare(string(a.Tier), string(b.Tier)))
	})
	return all
}

// Ctrl-C: what is done is shown, and what is not is not counted.
func TestTableOfAnUnfinishedRun(t *testing.T) {
	p := plan(t, 20, impl("ticker-timer"), impl("polling-sleep"))
	synctest.Test(t, func(t *testing.T) {
		r := report.New(p)
		golden(t, "table-nothing-done.golden", shown(r, p, false))
		for seed := range 3 {
			for s, scenario := range p.Scenarios[:2] {
				for i := range p.Impls {
					o := outcome(i, scenario, uint64(seed))
					if i == 1 && s == 1 && seed == 2 {
						fail(&o, cluster.Race, "two goroutines use rf.votes")
					}
					add(t, r, o)
				}
			}
		}
		time.Sleep(time.Second)
		golden(t, "table-unfinished.golden", shown(r, p, false))
		if runs, total := r.Done(); runs != 12 || total != 280 {
			t.Errorf("Done() = %d, %d, want 12, 280", runs, total)
		}
	})
}
