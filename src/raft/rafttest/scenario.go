package rafttest

import (
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
	Advice  Tier = "advice"  // nobody: it finds what would be better otherwise, and does not fail for it
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
	Source        string // of a strict one: the sentence that asks for it, of the paper (extended version) or else of the lab
	Run           func(c *Cluster)
}

// demands is the last part whose promises hold in this scenario.
func (s *Scenario) demands() Part {
	return slices.Max(append([]Part{s.Part}, s.Needs...))
}

// Tiers returns all tiers, in the order in which they are shown.
func Tiers() []Tier { return []Tier{Classic, Strict, Advice} }

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
