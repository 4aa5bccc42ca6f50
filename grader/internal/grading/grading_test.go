package grading_test

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pelletier/go-toml/v2"

	"raftlab/grader/internal/grading"
	"raftlab/src/lab"
	"raftlab/src/raft/rafttest"
)

// By default the lab's own tests are worth 100 points, whole ones, and the strict tier none.
func TestDefault(t *testing.T) {
	s := grading.Default(rafttest.Lab())
	sum := 0.
	for _, sc := range rafttest.Lab().Scenarios {
		w := s.Worth(sc)
		if w != math.Trunc(w) || (w > 0) != (sc.Tier == lab.Classic) {
			t.Errorf("%s %s is worth %v", sc.Tier, sc.Name, w)
		}
		sum += w
	}
	if sum != 100 {
		t.Errorf("together %v points, want 100", sum)
	}
}

// What the default file says is what holds where another says nothing.
func TestWhatIsLeftOut(t *testing.T) {
	s := parse(t, "[classic]\n2A = 1\n")
	d := grading.Default(rafttest.Lab())
	if s.SafetyLoss() != d.SafetyLoss() || s.Visibility(lab.Strict) != d.Visibility(lab.Strict) {
		t.Errorf("safety %v, %q; the default file says %v, %q",
			s.SafetyLoss(), s.Visibility(lab.Strict), d.SafetyLoss(), d.Visibility(lab.Strict))
	}
	for _, scheme := range []*grading.Scheme{s, d} {
		runs := grading.Runs{Scenario: first(rafttest.Elections), Planned: 2, Passed: 1, Failed: 1}
		if got := scheme.Grade([]grading.Runs{runs}); got[0].Score != 0 {
			t.Errorf("credit by rate: %v", got)
		}
	}
}

// The settings that comments of the default file show are right ones.
func TestCommentedSettings(t *testing.T) {
	text := strings.ReplaceAll(grading.DefaultFile(rafttest.Lab()), "\n# Figure8Unreliable", "\nFigure8Unreliable")
	if s := parse(t, text); s.Worth(lab.Scenario{Name: "Figure8Unreliable"}) != 6 {
		t.Errorf("Figure8Unreliable is worth %v", s.Worth(lab.Scenario{Name: "Figure8Unreliable"}))
	}
}

// small is a lab with scenarios.
var small = &lab.Lab{Name: "small", Parts: rafttest.Lab().Parts, Scenarios: scenarios}

// scenarios are a small suite: 2A has three classic ones and two strict ones.
var scenarios = []lab.Scenario{
	{Name: "A1", Part: "2A", Tier: lab.Classic},
	{Name: "A2", Part: "2A", Tier: lab.Classic},
	{Name: "A3", Part: "2A", Tier: lab.Classic},
	{Name: "A4", Part: "2A", Tier: lab.Strict},
	{Name: "A5", Part: "2A", Tier: lab.Strict},
	{Name: "B1", Part: "2B", Tier: lab.Classic},
}

func parse(t *testing.T, text string) *grading.Scheme {
	t.Helper()
	s, err := grading.Parse("grading.toml", []byte(text), rafttest.Lab())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func first(p string) lab.Scenario {
	for _, s := range rafttest.Lab().Scenarios {
		if s.Part == p {
			return s
		}
	}
	panic("no scenario of " + p)
}

func TestWorth(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       []float64
	}{
		{"equal shares", "[classic]\n2A = 9\n2B = 4", []float64{3, 3, 3, 0, 0, 4}},
		{"of 2026's names", "[classic]\n3A = 9\n3B = 4", []float64{3, 3, 3, 0, 0, 4}},
		{"one has its own", "[classic]\n2A = 9\n[scenarios]\nA2 = 5", []float64{2, 5, 2, 0, 0, 0}},
		{"one has all", "[classic]\n2A = 9\n[scenarios]\nA2 = 9", []float64{0, 9, 0, 0, 0, 0}},
		{"all have their own", "[classic]\n2A = 9\n[scenarios]\nA1 = 1\nA2 = 3\nA3 = 5", []float64{1, 3, 5, 0, 0, 0}},
		{"both tiers", "[classic]\n2A = 3\n[strict]\n2A = 1", []float64{1, 1, 1, .5, .5, 0}},
		{"inline", "classic = {2A = 3, 2B = 1.5}", []float64{1, 1, 1, 0, 0, 1.5}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, err := grading.Parse("grading.toml", []byte(tt.text), small)
			if err != nil {
				t.Fatal(err)
			}
			var got []float64
			for _, sc := range scenarios {
				got = append(got, s.Worth(sc))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestMistakes(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"", "grading.toml: nothing in it is worth a point; give parts points"},
		{"[classic]\n2A = 0", "nothing in it is worth a point"},
		{"[strict]\n2A = 0", "nothing in it is worth a point"},
		{"[classic\n2A = 1", "grading.toml:1: expected ']'"},
		{"credit = \"rate\"\nbonus = 3", `grading.toml:2: there is no setting "bonus"; grader grading prints all there are`},
		{"[safety]\nloose = 1", `grading.toml:2: there is no setting "safety.loose"`},
		{"[classics]\n2A = 1", `grading.toml:1: there is no setting "classics"`},
		{"[classic]\n2A = \"much\"", "grading.toml:2: classic.2A: "},
		{"[classic]\n2A = 1\n2A = 2", "grading.toml:3: "},
		{"[classic]\n2A = 1\n3A = 2", "grading.toml:3: part 2A has points twice"},
		{"[classic]\n\n4A = 1", `grading.toml:3: there is no part "4A"; the parts are 2A, 2B, 2C and 2D`},
		{"classic = {4A = 1}", `grading.toml:1: there is no part "4A"`},
		{"[classic]\n2A = -1", "grading.toml:2: part 2A has -1 points; it must be a number of at least 0"},
		{"[classic]\n2A = nan", "grading.toml:2: part 2A has NaN points"},
		{"[classic]\n2A = inf", "grading.toml:2: part 2A has +Inf points"},
		{"[classic]\n2C = 1", "grading.toml:2: there is no classic scenario of part 2C that could earn points; leave the part out"},
		{"credit = \"some\"", `grading.toml:1: credit is "some"; it must be "strict" or "rate"`},
		{"[safety]\nlose = 1.5", "grading.toml:2: lose is 1.5; it must be from 0 to 1"},
		{"[safety]\nlose = nan", "grading.toml:2: lose is NaN"},
		{"[gradescope]\nstrict = \"never\"", `grading.toml:2: strict is "never"; it must be one of visible, hidden, after_due_date, after_published`},
		{"[monitors]\nrequired = \"both\"", `grading.toml:2: required is "both"; it must be "none", "strict" or "all"`},
		{"[classic]\n2A = 1\n[scenarios]\nA9 = 1", `grading.toml:4: there is no scenario "A9"; grader list shows all`},
		{"[classic]\n2A = 9\n[scenarios]\nA1 = 5\nA2 = 5",
			"grading.toml:5: the scenarios of classic 2A together have more points than the 9 of the part"},
		{"[classic]\n2A = 9\n[scenarios]\nA4 = 5",
			"grading.toml:4: the scenarios of strict 2A together have more points than the 0 of the part"},
		{"[classic]\n2A = 9\n[scenarios]\nA1 = -5", "grading.toml:4: A1 has -5 points"},
		{"[classic]\n2A = 9\n[scenarios]\nA1 = 1\nA2 = 1\nA3 = 1", "grading.toml:6: all scenarios of classic 2A have points of their own, 6 fewer in all than the 9 of the part"},
	} {
		_, err := grading.Parse("grading.toml", []byte(tt.text), small)
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q:\n got %v\nwant %s", tt.text, err, tt.want)
		}
	}
}

func TestGrade(t *testing.T) {
	runs := func(name string, planned, passed, failed, skipped int) grading.Runs {
		for _, s := range scenarios {
			if s.Name == name {
				return grading.Runs{Scenario: s, Planned: planned, Passed: passed, Failed: failed, Skipped: skipped}
			}
		}
		panic(name)
	}
	undecided := func(n int, r grading.Runs) grading.Runs { r.Undecided = n; return r }
	unwatched := func(n int, r grading.Runs) grading.Runs { r.Unwatched = n; return r }
	unsafe := func(r grading.Runs) grading.Runs { r.Unsafe = true; return r }
	for _, tt := range []struct {
		name     string
		settings string
		runs     []grading.Runs
		want     []grading.Points
	}{
		{"all pass", "", []grading.Runs{runs("A1", 20, 20, 0, 0), runs("B1", 20, 20, 0, 0)},
			[]grading.Points{{Score: 3, Max: 3}, {Score: 4, Max: 4}}},
		{"one fails", "", []grading.Runs{runs("A1", 20, 19, 1, 0)}, []grading.Points{{Max: 3}}},
		{"one fails, by rate", "credit = 'rate'", []grading.Runs{runs("B1", 20, 19, 1, 0)},
			[]grading.Points{{Score: 3.8, Max: 4}}},
		{"one is missing", "", []grading.Runs{runs("A1", 20, 19, 0, 0)}, []grading.Points{{Max: 3}}},
		{"one is missing, by rate", "credit = 'rate'", []grading.Runs{runs("B1", 20, 15, 0, 0)},
			[]grading.Points{{Score: 3, Max: 4}}},
		{"one is skipped", "", []grading.Runs{runs("A1", 20, 19, 0, 1)}, []grading.Points{{Score: 3, Max: 3}}},
		{"all are skipped", "", []grading.Runs{runs("A1", 20, 0, 0, 20)}, []grading.Points{{Max: 3}}},
		{"all are skipped, by rate", "credit = 'rate'", []grading.Runs{runs("A1", 20, 0, 0, 20)},
			[]grading.Points{{Max: 3}}},
		{"one is undecided", "", []grading.Runs{undecided(1, runs("A1", 20, 19, 0, 1))}, []grading.Points{{Max: 3}}},
		{"one is undecided, by rate", "credit = 'rate'", []grading.Runs{undecided(5, runs("B1", 20, 10, 0, 10))},
			[]grading.Points{{Score: 4 * 10 / 15.0, Max: 4}}},
		{"none were planned", "", []grading.Runs{runs("A1", 0, 0, 0, 0)}, []grading.Points{{Max: 3}}},
		{"unsafe in the strict tier", "", []grading.Runs{runs("A1", 2, 2, 0, 0), runs("A2", 2, 1, 1, 0),
			unsafe(runs("A4", 2, 1, 1, 0)), runs("B1", 2, 2, 0, 0)},
			[]grading.Points{{Score: 1.5, Max: 3, Lost: 1.5}, {Max: 3}, {}, {Score: 4, Max: 4}}},
		{"which costs all", "safety.lose = 1", []grading.Runs{runs("A1", 2, 2, 0, 0), unsafe(runs("A4", 2, 1, 1, 0))},
			[]grading.Points{{Max: 3, Lost: 3}, {}}},
		{"which costs nothing", "safety.lose = 0",
			[]grading.Runs{runs("A1", 2, 2, 0, 0), unsafe(runs("A4", 2, 1, 1, 0))},
			[]grading.Points{{Score: 3, Max: 3}, {}}},
		{"unwatched, as the lab has it", "", []grading.Runs{unwatched(2, runs("A1", 2, 2, 0, 0)),
			unwatched(1, runs("A5", 2, 2, 0, 0))},
			[]grading.Points{{Score: 3, Max: 3}, {}}},
		{"unwatched in the strict tier", "strict = {2A = 4}",
			[]grading.Runs{unwatched(1, runs("A4", 2, 2, 0, 0)), runs("A5", 2, 2, 0, 0)},
			[]grading.Points{{Max: 2}, {Score: 2, Max: 2}}},
		{"which costs nothing there", "monitors = {required = 'none'}\nstrict = {2A = 4}",
			[]grading.Runs{unwatched(2, runs("A4", 2, 2, 0, 0))},
			[]grading.Points{{Score: 2, Max: 2}}},
		{"which costs points in the classic tier, too", "monitors = {required = 'all'}",
			[]grading.Runs{unwatched(1, runs("A1", 2, 2, 0, 0)), runs("A2", 2, 2, 0, 0)},
			[]grading.Points{{Max: 3}, {Score: 3, Max: 3}}},
		{"by rate", "monitors = {required = 'all'}\ncredit = 'rate'",
			[]grading.Runs{unwatched(1, runs("B1", 2, 2, 0, 0))},
			[]grading.Points{{Score: 2, Max: 4}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, err := grading.Parse("grading.toml", []byte(tt.settings+"\n[classic]\n2A = 9\n2B = 4\n"), small)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, s.Grade(tt.runs)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestPointsAsText(t *testing.T) {
	for points, want := range map[float64]string{0: "0", 10: "10", 20. / 3: "6.67", 2.5: "2.5", 99.999: "100"} {
		if got := grading.Text(points); got != want {
			t.Errorf("%v is shown as %s, want %s", points, got, want)
		}
	}
	sum := grading.Sum([]grading.Points{{Score: 1, Max: 2}, {Score: 20. / 3, Max: 10, Lost: 1}})
	if sum.String() != "7.67/12" || sum.Lost != 1 {
		t.Errorf("sum %v, %v lost", sum, sum.Lost)
	}
}

// No file makes more points than its parts have, or stops the grader.
func FuzzParse(f *testing.F) {
	f.Add(grading.DefaultFile(rafttest.Lab()))
	for _, s := range []string{"[classic]\n2A = 9\n[scenarios]\nA1 = 5\nA2 = 5", "classic = {2A = 1e308, 2B = 1e308}",
		"[classic]\n'2a' = 0x10", "[[classic]]", "a.b.c = 1\n[a]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := grading.Parse("grading.toml", []byte(text), small)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "grading.toml:") {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		var file struct {
			Classic, Strict map[string]float64
		}
		if err := toml.Unmarshal([]byte(text), &file); err != nil {
			t.Fatal(err)
		}
		var given, worth float64
		for _, points := range []map[string]float64{file.Classic, file.Strict} {
			for _, p := range points {
				given += p
			}
		}
		for _, sc := range scenarios {
			if w := s.Worth(sc); w < 0 || math.IsNaN(w) {
				t.Errorf("%s is worth %v", sc.Name, w)
			} else {
				worth += w
			}
		}
		if math.Abs(worth-given) > 1e-6*max(1, given) {
			t.Errorf("%q gives %v points, its scenarios are worth %v", text, given, worth)
		}
	})
}
