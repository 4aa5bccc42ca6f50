package rafttest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"raftlab/src/labrpc"
)

// A Part is a part of the lab: 2A elections, 2B the log, 2C persistence,
// 2D snapshots. The lab calls them 3A to 3D since 2024; here they are 2A to 2D.
type Part string

// The parts.
const (
	Elections   Part = "2A"
	Log         Part = "2B"
	Persistence Part = "2C"
	Snapshots   Part = "2D"
)

// ParsePart accepts both of a part's names, such as 2A and 3A.
func ParsePart(s string) (Part, bool) {
	p := Part(strings.ToUpper(s))
	if len(p) == 2 && p[0] == '3' {
		p = "2" + p[1:]
	}
	return p, slices.Contains([]Part{Elections, Log, Persistence, Snapshots}, p)
}

// A Tier says who demands what a scenario checks.
type Tier string

// The tiers.
const (
	Classic Tier = "classic" // the lab itself
	Strict  Tier = "strict"  // the paper; the lab does not test it
)

// A Scenario is one test: a story that a cluster goes through and what must
// hold on the way. Its Run touches neither package time nor the go statement,
// only the Cluster, so that it runs on every clock.
type Scenario struct {
	Name    string
	Part    Part
	Tier    Tier
	Needs   []Part // parts, besides Part, that what it checks rests on
	Servers int
	Weather labrpc.Weather // at the start
	// SnapshotEvery has the service on every server take a snapshot after each
	// entry whose index is one short of a multiple of it. 0: it takes none.
	SnapshotEvery int
	Faults        bool   // it runs only in a world that has Faults
	Long          bool   // it computes for seconds under the race detector: go test -short leaves it to others
	Checks        string // what it checks, in a sentence
	Run           func(c *Cluster)
}

// demands is the last part whose promises hold in this scenario.
func (s *Scenario) demands() Part {
	return slices.Max(append([]Part{s.Part}, s.Needs...))
}

// Scenarios returns all scenarios, by part, in the order of the lab and with
// the strict ones after the classic ones, and then those that mix everything.
func Scenarios() []Scenario {
	all := slices.Concat(
		classicElections(), strictElections(), faultyElections(),
		classicLog(), strictLog(),
		classicPersistence(), strictPersistence(),
		classicSnapshots(), strictSnapshots(),
		chaoticScenarios(),
	)
	slices.SortStableFunc(all, func(a, b Scenario) int { return strings.Compare(string(a.Part), string(b.Part)) })
	return all
}

// Select returns the scenarios that pattern means: parts, such as 2A or 3B,3C,
// or a regular expression over names, unanchored as go test's, or all if it is
// empty. tiers restricts them; none means all.
func Select(pattern string, tiers ...Tier) ([]Scenario, error) {
	match := func(Scenario) bool { return true }
	if parts, ok := parseParts(pattern); ok {
		match = func(s Scenario) bool { return slices.Contains(parts, s.Part) }
	} else if pattern != "" {
		re, err := regexp.Compile(pattern)
		if err != nil {
			return nil, fmt.Errorf("-run %s: neither a part (2A, 2B, 2C, 2D) nor a regular expression: %w", pattern, err)
		}
		match = func(s Scenario) bool { return re.MatchString(s.Name) }
	}
	var chosen []Scenario
	for _, s := range Scenarios() {
		if match(s) && (len(tiers) == 0 || slices.Contains(tiers, s.Tier)) {
			chosen = append(chosen, s)
		}
	}
	if len(chosen) == 0 {
		of := ""
		if len(tiers) > 0 {
			of = fmt.Sprintf(" of tier %s", strings.Trim(fmt.Sprint(tiers), "[]"))
		}
		return nil, fmt.Errorf("no scenario%s matches -run %q; grader list shows all", of, pattern)
	}
	return chosen, nil
}

// parseParts accepts one part or several, with commas between them.
func parseParts(s string) (parts []Part, ok bool) {
	for word := range strings.SplitSeq(s, ",") {
		p, ok := ParsePart(word)
		if !ok {
			return nil, false
		}
		parts = append(parts, p)
	}
	return parts, true
}
