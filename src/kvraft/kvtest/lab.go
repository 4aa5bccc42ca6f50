// Package kvtest is the lab of a key-value store on Raft: its scenarios (tests) by part, what they do with a cluster of
// servers and clerks (the store's clients), and the judge, which watches a run from outside and records the clerks'
// calls and results. Package kvnode is the lab's code within a node; package history checks the clerks' calls and
// results. This package has the lab as it was until 2024, with Get, Put and Append; package rsmtest has the lab since
// 2025.
package kvtest

import (
	"slices"
	"strings"
	"time"

	"raftlab/src/kvraft/editions/program"
	"raftlab/src/kvraft/kvnode"
	"raftlab/src/lab"
	"raftlab/src/labrpc"
	"raftlab/src/raft/rafttest/monitor"
)

// The parts. The lab called them 4A and 4B in 2024.
const (
	Store     = "3A"
	Snapshots = "3B"
)

func init() { lab.Register(Lab()) }

// Lab is the lab of the store with Get, Put and Append.
func Lab() *lab.Lab {
	return &lab.Lab{
		Name:  "kv-classic",
		Title: "KV on Raft, until 2024",
		Parts: []lab.Part{
			{Name: Store, Aliases: []string{"4A"}, Title: "the store"},
			{Name: Snapshots, Aliases: []string{"4B"}, Title: "snapshots", Needs: []string{Store}},
		},
		Scenarios:       scenarios(),
		Contract:        "raftlab/src/kvraft/classic",
		Checkouts:       program.Classic(),
		Package:         "raftlab/src/kvraft/kvtest",
		Program:         "raftlab/src/kvraft/kvnode",
		Constructor:     "StartKVServer",
		ConstructorType: "classic.StartFunc",
		Further:         []lab.Function{{Name: "MakeClerk", Type: "classic.ClerkFunc"}},
		Type:            "KVServer",
		Base:            "raft",
		Explanations:    Explanations(),
		Marks:           monitor.Marks(monitor.Rules{Log: true, Persistence: true, Snapshots: true}),
		Callers:         kvnode.Callers,
		Poll:            getState,
	}
}

// scenarios returns all scenarios, by part, in the order of the lab and with the strict ones after the classic ones.
func scenarios() []lab.Scenario {
	all := slices.Concat(classicStore(), strictStore(), classicSnapshots(), strictSnapshots(), strictInstalls())
	slices.SortStableFunc(all, func(a, b lab.Scenario) int { return strings.Compare(a.Part, b.Part) })
	return all
}

// hop is how long a message takes at least, in each direction: about as long as on a local network. Clients call again
// as soon as they are answered, so that without it no time would pass.
const hop = 500 * time.Microsecond

// Reliable is the lab's good weather for these labs, in which a call to a dead server fails within 99 ms.
func Reliable() labrpc.Weather { return late(labrpc.Weather{}) }

// Unreliable is the lab's bad weather.
func Unreliable() labrpc.Weather {
	w := labrpc.Unreliable()
	w.Timeout = labrpc.Delay{}
	return late(w)
}

// late has each request and reply take a hop longer.
func late(w labrpc.Weather) labrpc.Weather {
	for _, d := range []*labrpc.Delay{&w.RequestDelay, &w.HoldFor} {
		d.Min += hop
		d.Max += hop
	}
	if w.HoldReply == 0 {
		w.HoldReply, w.HoldFor = 1, labrpc.Delay{Min: hop, Max: hop}
	}
	return w
}
