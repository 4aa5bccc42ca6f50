package rafttest_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"raftlab/src/lab"
	"raftlab/src/raft/rafttest"
)

func TestParsePart(t *testing.T) {
	parts := map[string]string{
		"2A": rafttest.Elections, "2B": rafttest.Log, "2C": rafttest.Persistence, "2D": rafttest.Snapshots,
		"3A": rafttest.Elections, "3B": rafttest.Log, "3C": rafttest.Persistence, "3D": rafttest.Snapshots,
		"2a": rafttest.Elections, "3d": rafttest.Snapshots,
	}
	for s, want := range parts {
		if got, ok := rafttest.Lab().Part(s); !ok || got.Name != want {
			t.Errorf("ParsePart(%q) = %q, %v; want %q", s, got.Name, ok, want)
		}
	}
	for _, s := range []string{"", "A", "2", "2E", "1A", "4A", "2AB", " 2A", "22A", "3", "Ä"} {
		if got, ok := rafttest.Lab().Part(s); ok {
			t.Errorf("ParsePart(%q) = %q, want no part", s, got.Name)
		}
	}
}

func names(scenarios []lab.Scenario) []string {
	var names []string
	for _, s := range scenarios {
		names = append(names, s.Name)
	}
	return names
}

// What is said to be promising is there, once, and comes first in its order.
func TestPromising(t *testing.T) {
	l := rafttest.Lab()
	got := l.PromisingFirst(l.Scenarios)
	for i, name := range l.Promising {
		if got[i].Name != name {
			t.Errorf("%s is there twice, or not at all", name)
		}
	}
	if rest := got[len(l.Promising):]; len(got) != len(l.Scenarios) || rest[0].Part != rafttest.Elections ||
		rest[len(rest)-1].Part != rafttest.Snapshots {
		t.Errorf("of %d scenarios %d are there, the others beginning with %s", len(l.Scenarios), len(got), rest[0].Name)
	}
}

func TestSelect(t *testing.T) {
	const classic, strict = lab.Classic, lab.Strict
	all := func(lab.Scenario) bool { return true }
	part := func(p string) func(lab.Scenario) bool {
		return func(s lab.Scenario) bool { return s.Part == p }
	}
	tests := []struct {
		pattern string
		tiers   []lab.Tier
		want    func(lab.Scenario) bool
	}{
		{"", nil, all},
		{"", []lab.Tier{classic, strict}, func(s lab.Scenario) bool { return s.Tier != lab.Advice }},
		{"", []lab.Tier{lab.Advice}, func(s lab.Scenario) bool {
			return slices.Contains([]string{"KillStopsGoroutines", "KilledServersAreSilent", "PromptCommands"}, s.Name)
		}},
		{"", []lab.Tier{strict}, func(s lab.Scenario) bool { return s.Tier == strict }},
		{"2A", nil, part(rafttest.Elections)},
		{"3A", nil, part(rafttest.Elections)},
		{"2a", nil, part(rafttest.Elections)},
		{"2A", []lab.Tier{classic}, func(s lab.Scenario) bool {
			return slices.Contains([]string{"InitialElection", "ReElection", "ManyElections"}, s.Name)
		}},
		{"^ReElection$", nil, func(s lab.Scenario) bool { return s.Name == "ReElection" }},
		{"Initial|^Stable", nil, func(s lab.Scenario) bool {
			return s.Name == "InitialElection" || s.Name == "StableLeader"
		}},
		{"(?i)ELECTION", []lab.Tier{strict}, func(s lab.Scenario) bool {
			return s.Tier == strict && strings.Contains(strings.ToLower(s.Name), "election")
		}},
		{"2A|2B", nil, func(s lab.Scenario) bool { return s.Part < rafttest.Persistence }},
		{"3a, 3B", nil, func(s lab.Scenario) bool { return s.Part < rafttest.Persistence }},
		{"2D|ChaosPersistence", nil, func(s lab.Scenario) bool {
			return s.Part == rafttest.Snapshots || s.Name == "ChaosPersistence"
		}},
		{"^ReElection$,3C|^Stable", []lab.Tier{classic, strict}, func(s lab.Scenario) bool {
			return s.Part == rafttest.Persistence || s.Name == "ReElection" || s.Name == "StableLeader"
		}},
		{"^(Re|Initial)Election$|2B", nil, func(s lab.Scenario) bool {
			return s.Part == rafttest.Log || s.Name == "ReElection" || s.Name == "InitialElection"
		}},
		{"^Re[E|,]lection$,^.{6,7}Agree$", nil, func(s lab.Scenario) bool {
			return s.Name == "ReElection" || strings.HasSuffix(s.Name, "Agree") &&
				(len(s.Name) == 11 || len(s.Name) == 12)
		}},
		{"5$", nil, func(s lab.Scenario) bool { return strings.HasSuffix(s.Name, "5") }},
	}
	for _, test := range tests {
		var want []string
		for _, s := range rafttest.Lab().Scenarios {
			if test.want(s) {
				want = append(want, s.Name)
			}
		}
		got, err := rafttest.Lab().Select(test.pattern, test.tiers...)
		if err != nil || len(want) == 0 {
			t.Errorf("Select(%q, %q): %v; want %q", test.pattern, test.tiers, err, want)
		} else if diff := cmp.Diff(want, names(got)); diff != "" {
			t.Errorf("Select(%q, %q), -want +got:\n%s", test.pattern, test.tiers, diff)
		}
	}
}

func TestSelectNothing(t *testing.T) {
	tests := []struct {
		pattern string
		tiers   []lab.Tier
		want    string
	}{
		{"[", nil, "-run [: [ is neither a part (2A, 2B, 2C and 2D) nor a regular expression: error parsing regexp: " +
			"missing closing ]: `[`"},
		{"2A|x(", nil, "-run 2A|x(: x( is neither a part (2A, 2B, 2C and 2D) nor a regular expression: error parsing " +
			"regexp: missing closing ): `x(`"},
		{"2E", nil, `no scenario matches "2E"; grader list shows all`},
		{"Nothing", nil, `no scenario matches "Nothing"; grader list shows all`},
		{"2A|Nothing", nil, `no scenario matches "Nothing" of -run "2A|Nothing"; grader list shows all`},
		{"2A,2E|2B", nil, `no scenario matches "2E" of -run "2A,2E|2B"; grader list shows all`},
		{"2A|", nil, "-run 2A|: there is nothing beside a | or a comma; write parts and names, such as 2A|Chaos"},
		{"^StableLeader$", []lab.Tier{lab.Classic},
			`no scenario of tier classic matches "^StableLeader$"; grader list shows all`},
	}
	for _, test := range tests {
		got, err := rafttest.Lab().Select(test.pattern, test.tiers...)
		if err == nil || err.Error() != test.want {
			t.Errorf("Select(%q, %q) = %d scenarios, %v\nwant %s", test.pattern, test.tiers, len(got), err, test.want)
		}
	}
}

// What every scenario says of itself.
func TestScenarios(t *testing.T) {
	parts := []string{rafttest.Elections, rafttest.Log, rafttest.Persistence, rafttest.Snapshots}
	name := regexp.MustCompile(`^[A-Z][A-Za-z0-9]*$`)
	withPart := regexp.MustCompile(`^Test|[23][A-D]$`)
	seen := make(map[string]bool)
	var last string
	for _, s := range rafttest.Lab().Scenarios {
		if seen[s.Name] {
			t.Errorf("there are two scenarios %s", s.Name)
		}
		seen[s.Name] = true
		if !name.MatchString(s.Name) || withPart.MatchString(s.Name) {
			t.Errorf("%s: a name is the lab's without Test and part, and a regular expression for itself", s.Name)
		}
		if !slices.Contains(parts, s.Part) || s.Part < last {
			t.Errorf("%s: part %q after %q", s.Name, s.Part, last)
		}
		last = s.Part
		for _, p := range s.Needs {
			if !slices.Contains(parts, p) || p == s.Part {
				t.Errorf("%s: of part %s, needs part %q", s.Name, s.Part, p)
			}
		}
		if !slices.Contains(lab.Tiers(), s.Tier) {
			t.Errorf("%s: tier %q", s.Name, s.Tier)
		}
		if len(s.Nodes) < 2 || len(s.Nodes) > 9 {
			t.Errorf("%s: %d servers", s.Name, len(s.Nodes))
		}
		if s.Judge == nil {
			t.Errorf("%s: no Judge", s.Name)
		}
		// The list shows it behind a name, with others below.
		first, rest := []rune(s.Checks), strings.Fields(s.Checks)
		if len(rest) < 4 || unicode.IsSpace(first[0]) || strings.HasSuffix(s.Checks, ".") ||
			strings.Contains(s.Checks, "\n") {
			t.Errorf("%s: Checks is no sentence without its full stop: %q", s.Name, s.Checks)
		}
		if s.Tier == lab.Strict &&
			!regexp.MustCompile(`(?i)^(the end of )?(section \d|figure \d|the l).*("|section 7)`).MatchString(
				s.Source) {
			t.Errorf("%s: Source quotes no sentence: %q", s.Name, s.Source)
		}
	}
}
