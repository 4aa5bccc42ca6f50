package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"raftlab/grader/internal/grading"
	"raftlab/grader/internal/report"
	"raftlab/src/cluster"
	"raftlab/src/lab"
	"raftlab/src/raft/rafttest"
	"raftlab/src/recipe"
)

// scheme has points for the scenarios of suite: 6 for each classic one of 2A, and 2 for each of 2B but Figure8, which
// has 4 in the strict tier.
func scheme(t testing.TB, settings string) *grading.Scheme {
	t.Helper()
	s, err := grading.Parse("grading.toml", []byte(settings+"\n[classic]\n2A = 18\n2B = 4\n[strict]\n2B = 4\n"),
		raftOf(suite(rafttest.Elections, rafttest.Log)))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const evil = "]]></failure><script>alert('x')</script> | `a` **b** <!-- \x00\x1b[31m\u202e\ufffe </pre></details> " +
	"@all http://evil.example/ [x](javascript:y)\n\n# heading\n\n- item"

// everything has a run of every sort, and one submission that cannot be graded, one that lacks a part and one that is
// hostile.
func everything(t *testing.T) (report.Plan, func(o *report.Outcome)) {
	p := plan(t, 8, impl("ticker-timer"), impl("polling-sleep"), impl("no-log"),
		report.Impl{Name: "broken", Dir: "./impls/broken", LoadError: brokenCode},
		report.Impl{Name: evil, Dir: "./impls/" + evil, Notes: []string{evil}})
	p.Scenarios = suite(rafttest.Elections, rafttest.Log)
	p.Impls[1].Notes = []string{"the lab's own files, replaced by the grader's: config.go, persister.go, labrpc"}
	p.Impls[2].NotImplemented = map[string]string{"2B": "Start returns at once (raft.go:120)"}
	p.Grading = scheme(t, "")
	return p, func(o *report.Outcome) {
		mixed(o)
		if o.Impl == 4 {
			o.Result.Warnings = []string{evil}
			switch o.Scenario.Name {
			case "InitialElection":
				fail(o, cluster.Panic, "%s", evil)
			case "BasicAgree":
				o.Result.Skipped = evil
			}
		}
	}
}

// playPlanned adds the runs that the plan has: none of what is not implemented.
func playPlanned(t *testing.T, r *report.Report, p report.Plan, change func(o *report.Outcome)) {
	t.Helper()
	for n := range p.Count {
		for s, scenario := range p.Scenarios {
			for i, m := range p.Impls {
				if _, lacks := m.Lacks(p.Lab, scenario); lacks || m.LoadError != "" {
					continue
				}
				o := outcome(i, scenario, uint64(n+1))
				o.Result.Virtual += time.Duration(s) * 700 * time.Millisecond
				change(&o)
				add(t, r, o)
			}
		}
	}
}

func render(t testing.TB, p report.Plan, write func(io.Writer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(b.String(), p.LogDir, "LOGDIR")
}

// The forms, as people and programs see them.
func TestForms(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, change := everything(t)
		r := report.New(p)
		playPlanned(t, r, p, change)
		time.Sleep(1500 * time.Millisecond)
		golden(t, "junit.golden.xml", render(t, p, r.JUnit))
		golden(t, "summary-several.golden.md", render(t, p, r.Markdown))
		golden(t, "points.golden.json", render(t, p, r.JSON))
		golden(t, "table-points.golden", shown(r, p, false))
	})
}

// alone is the plan of one submission.
func alone(t *testing.T, m report.Impl) report.Plan {
	p := plan(t, 8, m)
	p.Scenarios = suite(rafttest.Elections, rafttest.Log)
	p.Grading = scheme(t, "")
	return p
}

func TestFormsOfOneSubmission(t *testing.T) {
	lacking := impl("mine")
	lacking.NotImplemented = map[string]string{"2B": "Start returns at once (raft.go:120)"}
	lacking.Notes = []string{"the lab's own files, replaced by the grader's: config.go"}
	for _, tt := range []struct {
		name   string
		impl   report.Impl
		runs   int // that are done
		change func(o *report.Outcome)
	}{
		{"flawed", impl("mine"), 8, flawed(0)},
		{"unsafe", impl("mine"), 8, func(o *report.Outcome) {
			if o.Scenario.Name == "StableLeader" && o.Result.Seed == 5 {
				fail(o, cluster.Safety, "Election Safety: two leaders in T4: S0 and S2")
			}
		}},
		{"lacking", lacking, 8, func(o *report.Outcome) {}},
		{"unfinished", impl("mine"), 3, flawed(0)},
		{"nothing-done", impl("mine"), 0, nil},
		{"not-graded", report.Impl{Name: "broken", Dir: "./impls/broken", LoadError: brokenCode}, 0, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := alone(t, tt.impl)
				r := report.New(p)
				done := p
				done.Count = tt.runs
				playPlanned(t, r, done, tt.change)
				time.Sleep(1500 * time.Millisecond)
				golden(t, "gradescope-"+tt.name+".golden.json", render(t, p, r.Gradescope))
				golden(t, "summary-"+tt.name+".golden.md", render(t, p, r.Markdown))
				golden(t, "table-alone-"+tt.name+".golden", shown(r, p, false))
			})
		})
	}
}

// results is what Gradescope reads, with no other fields.
type results struct {
	Score         float64 `json:"score"`
	ExecutionTime float64 `json:"execution_time"`
	Output        string  `json:"output"`
	OutputFormat  string  `json:"output_format"`
	Visibility    string  `json:"visibility"`
	Tests         []struct {
		Score        float64 `json:"score"`
		MaxScore     float64 `json:"max_score"`
		Status       string  `json:"status"`
		Name         string  `json:"name"`
		Number       string  `json:"number"`
		Output       string  `json:"output"`
		OutputFormat string  `json:"output_format"`
		Visibility   string  `json:"visibility"`
	} `json:"tests"`
}

func gradescope(t testing.TB, r *report.Report) results {
	t.Helper()
	var b bytes.Buffer
	if err := r.Gradescope(&b); err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(&b)
	d.DisallowUnknownFields()
	var res results
	if err := d.Decode(&res); err != nil {
		t.Fatal(err)
	}
	return res
}

// The score is that of the tests, whatever came of the runs.
func TestGradescopeScore(t *testing.T) {
	failEvery := func(name string, nth uint64, kind cluster.Kind) func(o *report.Outcome) {
		return func(o *report.Outcome) {
			if o.Scenario.Name == name && o.Result.Seed%nth == 0 {
				fail(o, kind, "no")
			}
		}
	}
	for _, tt := range []struct {
		name, settings string
		lacks          string
		runs           int
		change         func(o *report.Outcome)
		want           float64
	}{
		{"all", "", "", 8, func(*report.Outcome) {}, 26},
		{"one of eight runs", "", "", 8, failEvery("ReElection", 8, cluster.Assertion), 20},
		{"the same, by rate", "credit = \"rate\"", "", 8, failEvery("ReElection", 8, cluster.Assertion), 26 - 6./8},
		{"half of the runs, by rate", "credit = \"rate\"", "", 4, func(*report.Outcome) {}, 13},
		{"half of the runs", "", "", 4, func(*report.Outcome) {}, 0},
		{"the strict tier has no points", "", "", 8, failEvery("StableLeader", 1, cluster.Assertion), 26},
		{"but where it has", "", "", 8, failEvery("Figure8", 1, cluster.Assertion), 22},
		{"a safety finding in the strict tier", "", "", 8, failEvery("StableLeader", 8, cluster.Safety), 17},
		{"that costs all", "safety.lose = 1", "", 8, failEvery("StableLeader", 8, cluster.Safety), 8},
		{"that costs nothing", "safety.lose = 0", "", 8, failEvery("StableLeader", 8, cluster.Safety), 26},
		{"part not implemented", "", "2B", 8, func(*report.Outcome) {}, 18},
		{"skipped", "", "", 8, func(o *report.Outcome) {
			if o.Scenario.Name == "ReElection" {
				o.Result.Skipped = "no"
			}
		}, 20},
		{"skipped once", "", "", 8, func(o *report.Outcome) {
			if o.Scenario.Name == "ReElection" && o.Result.Seed == 3 {
				o.Result.Skipped = "no"
			}
		}, 26},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := impl("mine")
			if tt.lacks != "" {
				m.NotImplemented = map[string]string{tt.lacks: "no"}
			}
			p := alone(t, m)
			p.Grading = scheme(t, tt.settings)
			r := report.New(p)
			done := p
			done.Count = tt.runs
			playPlanned(t, r, done, tt.change)
			res := gradescope(t, r)
			var sum, highest float64
			for _, test := range res.Tests {
				sum += test.Score
				highest += test.MaxScore
				lost := strings.Contains(test.Output, "of its points are lost")
				if test.Status == "passed" && test.Score < test.MaxScore != lost || test.Score > test.MaxScore {
					t.Errorf("%+v", test)
				}
			}
			if math.Abs(res.Score-tt.want) > 1e-9 || math.Abs(sum-tt.want) > 1e-3 || highest != 26 {
				t.Errorf("score %v, tests %v of %v, want %v of 26", res.Score, sum, highest, tt.want)
			}
		})
	}
}

func TestGradescopeIsForOneSubmission(t *testing.T) {
	p := plan(t, 1, impl("a"), impl("b"))
	p.Grading = scheme(t, "")
	if err := report.New(p).Gradescope(io.Discard); err == nil || !strings.Contains(err.Error(), "one submission") {
		t.Errorf("two submissions: %v", err)
	}
}

// A part that is not implemented is not waited for, and its runs are not taken.
func TestNotImplemented(t *testing.T) {
	m := impl("mine")
	m.NotImplemented = map[string]string{"2B": "no Start"}
	p := plan(t, 2, m, impl("other"))
	p.Scenarios = append(suite(rafttest.Elections, rafttest.Log),
		lab.Scenario{Name: "Both", Part: rafttest.Elections, Tier: lab.Strict, Needs: []string{rafttest.Log}})
	r := report.New(p)
	if _, total := r.Done(); total != 2*7+2*11 {
		t.Errorf("%d runs are planned, want %d", total, 2*7+2*11)
	}
	if err := r.Add(outcome(0, p.Scenarios[10], 1)); err == nil {
		t.Error("a run of a scenario that needs what is not implemented is taken")
	}
	playPlanned(t, r, p, func(*report.Outcome) {})
	if runs, total := r.Done(); runs != total || r.Failed() {
		t.Errorf("%d of %d runs, failed is %v", runs, total, r.Failed())
	}
}

// A log that an earlier grader kept is not written again.
func TestLogOfAnEarlierReport(t *testing.T) {
	p := plan(t, 2, impl("ticker-timer"))
	first := report.New(p)
	o := outcome(0, p.Scenarios[0], 1)
	fail(&o, cluster.Panic, "boom")
	add(t, first, o)
	kept := first.LogFile(0, o.Scenario.Name, 1)
	if kept == "" {
		t.Fatal("no log")
	}
	second := report.New(p)
	o.Log, o.LogFile = nil, kept
	add(t, second, o)
	again := second.LogFile(0, o.Scenario.Name, 1)
	if diff := cmp.Diff([]string{"ticker-timer-InitialElection-1.log"}, files(t, p)); again != kept || diff != "" {
		t.Errorf("the log is %q, was %q; files: %s", again, kept, diff)
	}
	if second.LogFile(0, o.Scenario.Name, 2) != "" {
		t.Error("a log of a run that did not fail")
	}
}

var tag = regexp.MustCompile(`<[^>]*>`)

// Whatever a submission says, the forms stay what they are, and the next lines are not its.
func FuzzForms(f *testing.F) {
	for _, s := range []string{"", "plain", evil, "\xff\xfe", "]]>", "</pre>", "\n\n", strings.Repeat("long ", 10000),
		"&#60;", "a|b\\|c", "www.x.y"} {
		f.Add(s, s, s)
	}
	suite := suite(rafttest.Elections)[:2]
	f.Fuzz(func(t *testing.T, name, message, note string) {
		p := report.Plan{
			Lab: rafttest.Lab(),
			Impls: []report.Impl{{Name: name, Dir: name, Notes: []string{note},
				NotImplemented: map[string]string{"2C": note}}},
			Scenarios: suite,
			Count:     1,
			LogDir:    t.TempDir(),
			Grading:   scheme(t, ""),
			Replay:    func(m report.Impl, s string, drawn recipe.Recipe) string { return "replay " + m.Dir },
		}
		r := report.New(p)
		o := outcome(0, suite[0], 1)
		fail(&o, cluster.Panic, "%s", message)
		add(t, r, o)
		o = outcome(0, suite[1], 1)
		o.Result.Skipped = message + "!"
		o.Result.Warnings = []string{note}
		add(t, r, o)

		res := gradescope(t, r)
		if len(res.Tests) != 2 || res.Score != 0 || res.Tests[0].Status != "failed" || res.Tests[1].Status != "failed" {
			t.Errorf("%+v", res)
		}
		for _, test := range res.Tests {
			clean(t, test.Output)
		}
		clean(t, res.Output)

		var suites struct {
			Suite []struct {
				Case []struct {
					Class   string `xml:"classname,attr"`
					Failure *struct {
						Message string `xml:"message,attr"`
						Text    string `xml:",chardata"`
					} `xml:"failure"`
					Skipped *struct{} `xml:"skipped"`
				} `xml:"testcase"`
			} `xml:"testsuite"`
		}
		x := render(t, p, r.JUnit)
		if err := xml.Unmarshal([]byte(x), &suites); err != nil {
			t.Fatalf("%v in %s", err, x)
		}
		cases := suites.Suite[0].Case
		if len(suites.Suite) != 1 || len(cases) != 2 || cases[0].Class != "classic.2A" || cases[0].Failure == nil ||
			cases[1].Skipped == nil {
			t.Errorf("%s", x)
		}
		clean(t, cases[0].Failure.Text)
		clean(t, x)

		md := render(t, p, r.Markdown)
		clean(t, md)
		// The only tags are ours, and every row of the table has its cells.
		want := "<details><summary></summary><pre></pre></details>"
		if got := strings.Join(tag.FindAllString(md, -1), ""); got != want {
			t.Errorf("tags %s, want %s in\n%s", got, want, md)
		}
		rows := 0
		for line := range strings.Lines(md[:strings.Index(md, "<details>")]) {
			if strings.HasPrefix(line, "|") {
				rows++
				if n := strings.Count(line, "|"); n != 7 {
					t.Errorf("%d cells in %s", n, line)
				}
			} else if line != "\n" && line != "## Raft\n" && strings.ContainsAny(line[:1], "#>`~+*=_\t") {
				t.Errorf("a line begins with markup: %q", line)
			}
		}
		if rows != 4 {
			t.Errorf("%d rows in\n%s", rows, md)
		}
	})
}

// clean checks that text has no control characters and an end.
func clean(t *testing.T, s string) {
	t.Helper()
	if !utf8.ValidString(s) || strings.ContainsAny(s, "\x00\x1b\r\a\u202e\ufffe") || len(s) > 200<<10 {
		t.Errorf("%d bytes: %.1000q", len(s), s)
	}
}

// A class in which everything fails has a summary that GitHub still shows.
func TestSummaryHasALimit(t *testing.T) {
	var impls []report.Impl
	for i := range 300 {
		impls = append(impls, impl(fmt.Sprintf("student%03d", i)))
	}
	p := plan(t, 1, impls...)
	r := report.New(p)
	playPlanned(t, r, p, func(o *report.Outcome) {
		fail(o, cluster.Panic, "%s", strings.Repeat(strings.Repeat("<&>", 100)+"\n", 20))
	})
	if md := render(t, p, r.Markdown); len(md) > 1<<20 || !strings.Contains(md, "more, left out for lack of room") {
		t.Errorf("%d bytes that end with %s", len(md), md[len(md)-200:])
	}
}
