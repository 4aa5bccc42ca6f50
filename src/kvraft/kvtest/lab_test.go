package kvtest_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode"

	"raftlab/src/kvraft/kvtest"
	"raftlab/src/lab"
)

// The lab's own tests are all there, by part.
func TestClassicScenarios(t *testing.T) {
	want := map[string]int{kvtest.Store: 14, kvtest.Snapshots: 9}
	got := make(map[string]int)
	for _, s := range kvtest.Lab().Scenarios {
		if s.Tier == lab.Classic {
			got[s.Part]++
		}
	}
	for part, n := range want {
		if got[part] != n {
			t.Errorf("part %s has %d of the lab's tests, want %d", part, got[part], n)
		}
	}
}

var quotation = regexp.MustCompile(`"[^"]{10,}"`)

// Each scenario says what it checks, and a strict one which sentence asks for it.
func TestScenarioWords(t *testing.T) {
	names := make(map[string]bool)
	for _, s := range kvtest.Lab().Scenarios {
		if names[s.Name] {
			t.Errorf("two scenarios are called %s", s.Name)
		}
		names[s.Name] = true
		if first := []rune(s.Checks + " ")[0]; !unicode.IsLower(first) || strings.HasSuffix(s.Checks, ".") {
			t.Errorf("%s: Checks is not a sentence without beginning and end: %q", s.Name, s.Checks)
		}
		if s.Tier == lab.Strict && !quotation.MatchString(s.Source) {
			t.Errorf("%s: Source quotes no sentence: %q", s.Name, s.Source)
		}
	}
}

// Explanations have all that explains.
func TestExplanations(t *testing.T) {
	for _, e := range kvtest.Explanations() {
		if e.Name == "" || e.Rule == "" || e.Paper == "" || len(e.Mistakes) == 0 {
			t.Errorf("%q lacks a rule, what asks for it, or mistakes: %+v", e.Name, e)
		}
	}
}
