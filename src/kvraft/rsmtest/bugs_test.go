package rsmtest_test

import (
	"regexp"
	"testing"
	"time"

	"raftlab/impls/ticker-timer"
	"raftlab/src/cluster"
	"raftlab/src/kvraft/rsmnode"
	"raftlab/src/kvraft/rsmtest"
	"raftlab/src/live"
)

// play plays a scenario with servers and clerks that have a bug.
func play(t *testing.T, scenario string, seed uint64, b bug) cluster.Result {
	t.Helper()
	l := rsmtest.Lab()
	s, ok := l.Scenario(scenario)
	if !ok {
		t.Fatalf("there is no scenario %s", scenario)
	}
	program := rsmnode.Program(b.startKVServer, b.makeClerk, b.makeRSM, tickertimer.Make, nil)
	return live.Play(t, program, l.Run(s, seed, ""), time.Minute)
}

// What is right passes every scenario.
func TestRight(t *testing.T) {
	for _, s := range rsmtest.Lab().Scenarios {
		if s.Faults || testing.Short() && s.Part == rsmtest.Snapshots {
			continue
		}
		t.Run(s.Name, func(t *testing.T) {
			if f := play(t, s.Name, 1, none).Failure; f != nil {
				t.Error(f)
			}
		})
	}
}

// A server need not know whether what it refuses will be executed. Then clerks return ErrMaybe more often.
func TestCautious(t *testing.T) {
	for _, scenario := range []string{"NoMaybeWithoutLoss", "OnePartition", "LostReplies", "PersistConcurrent"} {
		t.Run(scenario, func(t *testing.T) {
			if f := play(t, scenario, 1, cautious).Failure; f != nil {
				t.Error(f)
			}
		})
	}
}

// Each bug is found by a scenario that is about it, and called by its name.
func TestBugs(t *testing.T) {
	tests := []struct {
		name     string
		bug      bug
		scenario string
		want     string // how the failure begins: a regular expression
	}{
		{"Submit waits for its index", neverReturns, "DeposedWithoutCommands", "Submits Return: "},
		{"Submit takes what is at its index", byIndex, "OthersAtTheIndex", "Own Result: "},
		{"numbers begin anew", idsFromOne, "SubmitAfterRestart", "Own Result: "},
		{"executed twice", startsTwice, "RSMBasic", "Executed Once: "},
		{"an impatient Submit", impatient, "LeaderPartition", "expected Submit on "},
		{"the applier waits for nobody", blocksApplier, "DeposedWithoutCommands",
			`S\d: the store's receiving from applyCh has not returned `},
		{"Submits are not told of Kill", forgetsWaiting, "ShutdownCutOff", "Submits Return: "},
		{"no Restore at the start", ignoresSnapshot, "Snapshot", "Executed Once: |Own Result: "},
		{"a Get beside the log", readsLocally, "OnePartition", "expected a Put and a Get "},
		{"ErrMaybe for every ErrVersion", alwaysMaybe, "Concurrent", "Maybe for a Reason: "},
		{"likewise, where nobody else puts", alwaysMaybe, "NoMaybeWithoutLoss", "Maybe for a Reason: "},
		{"a Put is repeated for ever after", remembersRetry, "Unreliable", "Maybe for a Reason: "},
		{"ErrVersion though it was executed", versionAfterResend, "LostReplies", "expected OK or ErrMaybe of Put\\("},
		{"likewise, of a key that all put", versionAfterResend, "PersistConcurrentUnreliable",
			"an error though it took effect: |Executed Once: "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			const seeds = 10 // most are found by the first; goroutines have an order of their own in each run
			for seed := range uint64(seeds) {
				f := play(t, test.scenario, seed, test.bug).Failure
				if f == nil {
					continue
				}
				if !regexp.MustCompile("^(" + test.want + ")").MatchString(f.Message) {
					t.Errorf("got  %s\nwant %s…", f.Message, test.want)
				}
				return
			}
			t.Errorf("%s has not found it with %d seeds", test.scenario, seeds)
		})
	}
}
