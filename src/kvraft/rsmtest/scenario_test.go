package rsmtest_test

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"raftlab/src/lab"
	"raftlab/src/raft/rafttest"

	"raftlab/src/kvraft/rsmtest"
)

var update = flag.Bool("update", false, "write golden files anew")

// The scenarios by part and tier are those of the golden file: names that people write into points files.
func TestScenarios(t *testing.T) {
	var b strings.Builder
	for _, p := range rsmtest.Lab().Parts {
		for _, tier := range lab.Tiers() {
			for _, s := range rsmtest.Lab().Scenarios {
				if s.Part == p.Name && s.Tier == tier {
					fmt.Fprintf(&b, "%s %s %s\n", tier, p.Name, s.Name)
				}
			}
		}
	}
	const golden = "testdata/scenarios.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// Names differ, and each says of itself what people need.
func TestNames(t *testing.T) {
	name := regexp.MustCompile(`^[A-Z][A-Za-z0-9]*$`)
	seen := make(map[string]bool)
	for _, s := range rsmtest.Lab().Scenarios {
		if seen[s.Name] || !name.MatchString(s.Name) {
			t.Errorf("%s: a name is one word, and no other scenario's", s.Name)
		}
		seen[s.Name] = true
		if strings.HasSuffix(s.Checks, ".") || len(strings.Fields(s.Checks)) < 4 {
			t.Errorf("%s: Checks is no sentence without its full stop: %q", s.Name, s.Checks)
		}
		if s.Judge == nil || len(s.Nodes) < 3 {
			t.Errorf("%s: no Judge, or %d nodes", s.Name, len(s.Nodes))
		}
	}
}

// A strict scenario quotes the sentence that asks for it: of the contract, which is read here, or of the paper.
func TestSources(t *testing.T) {
	contract := comments(t, "../kvraft.go")
	ofLab := regexp.MustCompile(`^the lab, of \w+: "(.*)"$`)
	ofPaper := regexp.MustCompile(`^(section \d|Figure \d+).*: ".+"$`)
	for _, s := range rsmtest.Lab().Scenarios {
		switch quoted := ofLab.FindStringSubmatch(s.Source); {
		case (s.Tier == lab.Strict) != (s.Source != ""):
			t.Errorf("%s: tier %s, source %q", s.Name, s.Tier, s.Source)
		case quoted != nil && !strings.Contains(contract, quoted[1]):
			t.Errorf("%s: the contract does not say: %s", s.Name, quoted[1])
		case quoted == nil && s.Source != "" && !ofPaper.MatchString(s.Source):
			t.Errorf("%s: Source quotes no sentence: %q", s.Name, s.Source)
		}
	}
}

// comments are those of a Go file, their lines joined.
func comments(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for line := range strings.Lines(string(data)) {
		if text, ok := strings.CutPrefix(strings.TrimSpace(line), "//"); ok {
			words = append(words, strings.Fields(text)...)
		}
	}
	return strings.Join(words, " ")
}

// What failures begin with is explained, and stands on the lab that explains what is wrong in the Raft.
func TestExplanations(t *testing.T) {
	explained := make(map[string]bool)
	for _, e := range rsmtest.Lab().Explanations {
		if e.Name == "" || e.Rule == "" || e.Paper == "" || len(e.Mistakes) == 0 {
			t.Errorf("the explanation of %q lacks something: %+v", e.Name, e)
		}
		explained[e.Name] = true
	}
	for _, name := range []string{"Own Result", "Executed Once", "Order of Results", "Same Count", "Submits Return",
		"Maybe for a Reason", "Operations Return"} {
		if !explained[name] {
			t.Errorf("%s is not explained", name)
		}
	}
	if base := rsmtest.Lab().BaseLab(); base == nil || base.Name != rafttest.Lab().Name {
		t.Errorf("it stands on %v", base)
	}
}
