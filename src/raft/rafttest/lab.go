// Package rafttest is the Raft lab: its scenarios by part, what they ask of a cluster of Rafts, and the judge that
// hears what Rafts say. Package monitor below it watches Raft's promises in every scenario; package raftnode is the
// lab's code within a node.
//
// A scenario that fails has found a mistake, in the implementation or in the suite. A scenario that passes has found
// none this time: run it with many seeds, and under the race detector.
//
// To add a scenario, write a function over a *Cluster and name it in the list of its part and tier, in
// elections_classic.go and its neighbours.
package rafttest

import (
	_ "embed"
	"slices"
	"strings"

	"raftlab/src/lab"
	"raftlab/src/raft/editions/program"
	"raftlab/src/raft/rafttest/monitor"
	"raftlab/src/raft/rafttest/raftnode"
)

// The parts. The lab calls them 3A to 3D since 2024; here they are 2A to 2D.
const (
	Elections   = "2A"
	Log         = "2B"
	Persistence = "2C"
	Snapshots   = "2D"
)

//go:embed grading.toml
var grading string

func init() { lab.Register(Lab()) }

// Lab is the Raft lab.
func Lab() *lab.Lab {
	return &lab.Lab{
		Name:  "raft",
		Title: "Raft",
		Parts: []lab.Part{
			{Name: Elections, Aliases: []string{"3A"}, Title: "elections"},
			{Name: Log, Aliases: []string{"3B"}, Title: "the log"},
			{Name: Persistence, Aliases: []string{"3C"}, Title: "persistence", Needs: []string{Log}},
			{Name: Snapshots, Aliases: []string{"3D"}, Title: "snapshots", Needs: []string{Log}},
		},
		Scenarios:       scenarios(),
		Contract:        "raftlab/src/raft",
		Checkouts:       program.Checkouts(),
		Package:         "raftlab/src/raft/rafttest",
		Program:         "raftlab/src/raft/rafttest/raftnode",
		Constructor:     "Make",
		ConstructorType: "raft.MakeFunc",
		Type:            "Raft",
		Grading:         grading,
		Explanations:    monitor.Explanations(),
		Promising:       promising(),
		Marks:           monitor.Marks(monitor.Rules{Log: true, Persistence: true, Snapshots: true}),
		Callers:         raftnode.Callers,
		Poll:            getState,
	}
}

// scenarios returns all scenarios, by part, in the order of the lab and with the strict ones after the classic ones,
// and then those that mix everything.
func scenarios() []lab.Scenario {
	all := slices.Concat(
		classicElections(), strictElections(), faultyElections(),
		classicLog(), strictLog(), speed(),
		timing(), halves(), unequalCandidates(), lateFollowers(), unlikeSnapshots(),
		classicPersistence(), strictPersistence(),
		classicSnapshots(), strictSnapshots(),
		lingering(), chaoticScenarios(),
	)
	slices.SortStableFunc(all, func(a, b lab.Scenario) int { return strings.Compare(a.Part, b.Part) })
	return all
}

// demands is the last part whose promises hold in a scenario. The names of the parts are in their order.
func demands(s *lab.Scenario) (part string) { return slices.Max(append([]string{s.Part}, s.Needs...)) }
