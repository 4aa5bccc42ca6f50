package corpus_test

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"raftlab/grader/internal/corpus"
	"raftlab/src/raft/rafttest"
)

var update = flag.Bool("update", false, "write golden files anew")

// The results of one run of the grader, and of a second one with the strict scenarios of some.
const (
	classic = `{"version": 1, "implementations": [
	{"dir": "corpus/good", "scenarios": [
		{"part": "2A", "name": "ReElection", "tier": "classic", "passed": 5},
		{"part": "2B", "name": "FailAgree", "tier": "classic", "passed": 4, "failures": [
			{"kind": "safety", "message": "Apply Order: S1 applied index 3\nand more", "replay": "grader replay corpus/good FailAgree 2"}]}]},
	{"dir": "corpus/forgets", "scenarios": [
		{"part": "2A", "name": "ReElection", "tier": "classic", "passed": 5},
		{"part": "2C", "name": "Persist1", "tier": "classic", "failures": [
			{"kind": "safety", "message": "One Vote per Term: S1 voted twice", "replay": "r1"},
			{"kind": "expectation", "message": "expected one leader", "replay": "r2"}]}]},
	{"dir": "corpus/half", "not_implemented": {"2D": "Snapshot is empty"}, "scenarios": [
		{"part": "2A", "name": "ReElection", "tier": "classic", "passed": 5},
		{"part": "2D", "name": "SnapshotBasic", "tier": "classic"}]},
	{"dir": "corpus/new", "not_implemented": {"2C": "no persist", "2D": "none"}, "scenarios": [
		{"part": "2A", "name": "ReElection", "tier": "classic", "passed": 3, "failures": [
			{"kind": "expectation", "message": "expected one leader in T\"3\"\u0007", "replay": "r3"}, {"kind": "expectation", "message": "expected one leader in T\"4\"\u0007", "replay": "r4"}]},
		{"part": "2A", "name": "ManyElections", "tier": "classic", "failures": [
			{"kind": "expectation", "message": "expected one leader in T\"7\"\u0007", "replay": "r5"}]}]},
	{"dir": "corpus/nogo", "load_error": "no Go package here\nmore", "scenarios": []}]}`
	strict = `{"version": 1, "implementations": [
	{"dir": "corpus/forgets", "scenarios": [
		{"part": "2C", "name": "VoteSurvivesRestart", "tier": "strict", "passed": 3}]}]}`
)

func read(t *testing.T, documents ...string) (r corpus.Results) {
	t.Helper()
	for _, d := range documents {
		if err := r.Read(strings.NewReader(d)); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

func parse(t *testing.T, text string) corpus.Truth {
	t.Helper()
	truth, err := corpus.ParseTruth("truth.toml", []byte(text), rafttest.Lab())
	if err != nil {
		t.Fatal(err)
	}
	return truth
}

func TestCompare(t *testing.T) {
	const mistake = "[[forgets.mistakes]]\nwhy = 'votedFor is not saved'\n"
	tests := []struct {
		name, checkout, truth string
		agree                 int
		accused               []string // where
		missed                []string
	}{
		{"a false accusation", "good", "[good]", 1, []string{"FailAgree"}, nil},
		{"a right one", "good", "[[good.mistakes]]\nwhy = 'applies twice'\nin = ['3B']", 2, nil, nil},
		{"by the scenario", "good", "[[good.mistakes]]\nwhy = 'applies twice'\nin = ['FailAgree']", 2, nil, nil},
		{"of another scenario", "good", "[[good.mistakes]]\nwhy = 'applies twice'\nin = ['ReElection']", 1,
			[]string{"FailAgree"}, []string{"applies twice"}},
		{"a mistake that need not be found", "good", "[[good.mistakes]]\nwhy = 'applies twice'\nin = ['ReElection']\nrare = true", 1, []string{"FailAgree"}, nil},
		{"a mistake where nothing was played", "forgets", mistake +
			"in = ['2C']\n[[forgets.mistakes]]\nwhy = 'leaks'\nin = ['2D']", 3, nil, nil},
		{"named wrongly", "forgets", mistake + "in = ['2C']\nsays = 'One Vote per Term'", 2, []string{"Persist1"}, nil},
		{"named well", "forgets", mistake + "in = ['2C']\nsays = 'One Vote per Term'\n[[forgets.mistakes]]\nwhy = 'no leader'\nin = ['Persist1']", 3, nil, nil},
		{"a miss", "forgets", mistake + "in = ['2C']\n[[forgets.mistakes]]\nwhy = 'lost'\nin = ['VoteSurvivesRestart']",
			3, nil, []string{"lost"}},
		{"a part that is missing", "half", "[half]\nlacks = ['3D']", 1, nil, nil},
		{"a part that is said to be missing", "half", "[half]", 1, []string{"2D"}, nil},
		{"a part that is missing, and passes", "half", "[half]\nlacks = ['2A', '2D']", 0, nil,
			[]string{"2A is not implemented, and passes"}},
		{"refused", "nogo", "[nogo]\nrefused = 'it is empty'", 0, nil, nil},
		{"refused wrongly", "nogo", "[nogo]", 0, []string{""}, nil},
	}
	results := read(t, classic, strict)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := corpus.Compare(results, parse(t, test.truth))
			i := slices.IndexFunc(c.Rows, func(r corpus.Row) bool { return r.Name() == test.checkout })
			row := c.Rows[i]
			var accused []string
			for _, a := range row.Accused {
				accused = append(accused, a.Where)
			}
			if !row.Known || row.Agree != test.agree || !slices.Equal(accused, test.accused) ||
				!slices.Equal(row.Missed, test.missed) {
				t.Errorf("known %v: %d agree, accused in %q, missed %q; want %d, %q, %q", row.Known, row.Agree, accused,
					row.Missed, test.agree, test.accused, test.missed)
			}
			if c.Accused() != (len(test.accused) > 0) {
				t.Errorf("Accused() = %v", c.Accused())
			}
		})
	}
}

func TestMarkdown(t *testing.T) {
	truth := parse(t, `[good]
[elsewhere]
[half]
lacks = ["2D"]
[[forgets.mistakes]]
why = "votedFor is not saved"
in = ["Persist1"]
[[forgets.mistakes]]
why = "a vote is forgotten at a step-down"
in = ["VoteSurvivesRestart"]
`)
	var b strings.Builder
	if err := corpus.Compare(read(t, classic, strict), truth).Markdown(&b, "truth.toml", rafttest.Lab()); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join("testdata", "table.golden.md")
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; -update writes it", err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("%s differs, -want +got; -update writes it anew:\n%s", file, diff)
	}
}

// The entries for checkouts that a truth file lacks can be put into it, and agree.
func TestEntriesAreTruths(t *testing.T) {
	results := read(t, classic, strict)
	var b strings.Builder
	if err := corpus.Compare(results, nil).Markdown(&b, "", rafttest.Lab()); err != nil {
		t.Fatal(err)
	}
	_, entries, _ := strings.Cut(b.String(), "```toml\n")
	entries, _, found := strings.Cut(entries, "```")
	if !found {
		t.Fatalf("no entries in:\n%s", &b)
	}
	c := corpus.Compare(results, parse(t, entries))
	for _, r := range c.Rows {
		if !r.Known || len(r.Accused)+len(r.Missed) > 0 {
			t.Errorf("%s: known %v, accused of %v, missed %v with the entries\n%s", r.Name(), r.Known, r.Accused,
				r.Missed, entries)
		}
	}
}

func TestParseTruthErrors(t *testing.T) {
	tests := []struct{ text, want string }{
		{"[a]\nnotes = ''", "t.toml:2: there is no setting a.notes; a checkout has note, refused, lacks and mistakes, a mistake has why, in, says and rare"},
		{"[a\n", "t.toml:1: "},
		{"[a]\nlacks = '2A'", "t.toml:2: "},
		{"[a]\nlacks = ['2E']", `t.toml: a: lacks "2E", which is not a part; the parts are 2A, 2B, 2C and 2D`},
		{"[[a.mistakes]]\nin = ['2A']", "t.toml: a: mistake 1 has no why; say in words what is wrong"},
		{"[[a.mistakes]]\nwhy = 'slow'", "t.toml: a: mistake 1 (slow) has no in; list there the parts and scenarios that may fail by it"},
		{"[[a.mistakes]]\nwhy = 'slow'\nin = ['Figure9']", `t.toml: a: mistake 1 (slow) is in "Figure9", which is neither a part nor a scenario; grader list shows both`},
	}
	for _, test := range tests {
		if _, err := corpus.ParseTruth("t.toml", []byte(test.text), rafttest.Lab()); err == nil ||
			!strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%q: %v, want %s", test.text, err, test.want)
		}
	}
}

func TestReadErrors(t *testing.T) {
	for text, want := range map[string]string{
		"PASS":           "not the results of grader run -json: invalid character 'P' looking for beginning of value",
		`{"version": 2}`: "not the results of grader run -json: version 2, want 1",
	} {
		var r corpus.Results
		if err := r.Read(strings.NewReader(text)); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}
