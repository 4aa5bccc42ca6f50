// Package rsmtest is the lab of a key-value store on Raft as it is since 2025: a replicated state machine, and on it a
// store whose keys have versions. Its scenarios are here, by part. How clerks are asked, what they returned noted and
// judged, is package kvtest's; servers of the replicated state machine are asked and judged here.
package rsmtest

import (
	_ "embed"
	"slices"
	"strings"

	"raftlab/src/cluster"
	"raftlab/src/kvraft/editions/program"
	"raftlab/src/kvraft/kvnode"
	"raftlab/src/kvraft/kvtest"
	"raftlab/src/lab"
	"raftlab/src/raft/rafttest/monitor"
)

// The parts.
const (
	StateMachine = "4A"
	Store        = "4B"
	Snapshots    = "4C"
)

//go:embed explanations.txt
var explanations string

func init() { lab.Register(Lab()) }

// Lab is the lab of the replicated state machine and of the store with versions.
func Lab() *lab.Lab {
	return &lab.Lab{
		Name:  "kv-rsm",
		Title: "KV on Raft, since 2025",
		Parts: []lab.Part{
			{Name: StateMachine, Title: "the replicated state machine"},
			{Name: Store, Title: "the store", Needs: []string{StateMachine}},
			{Name: Snapshots, Title: "snapshots", Needs: []string{StateMachine, Store}},
		},
		Scenarios:       scenarios(),
		Contract:        "raftlab/src/kvraft",
		Checkouts:       program.Since2025(),
		Package:         "raftlab/src/kvraft/rsmtest",
		Program:         "raftlab/src/kvraft/rsmnode",
		Constructor:     "StartKVServer",
		ConstructorType: "kvraft.StartFunc",
		Further: []lab.Function{
			{Name: "MakeClerk", Type: "kvraft.ClerkFunc"},
			{Name: "MakeRSM", Type: "kvraft.MakeRSMFunc"},
		},
		Type:         "KVServer",
		Base:         "raft",
		Marks:        monitor.Marks(monitor.Rules{Log: true, Persistence: true, Snapshots: true}),
		Explanations: slices.Concat(lab.ParseExplanations(explanations), kvtest.Explanations()),
		Callers:      kvnode.Callers,
		Poll:         cluster.Question{Method: "GetState", Data: kvnode.GetState()},
	}
}

// scenarios returns all scenarios, by part, in the order of the lab and with the strict ones after the classic ones.
func scenarios() []lab.Scenario {
	all := slices.Concat(classicRSM(), classicStore(), classicSnapshots(), strictRSM(), strictStore(), strictSnapshots())
	slices.SortStableFunc(all, func(a, b lab.Scenario) int { return strings.Compare(a.Part, b.Part) })
	return all
}
