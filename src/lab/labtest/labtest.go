// Package labtest plays a lab's scenarios in this process, where nodes are goroutines: in a test of an implementation,
// or in a worker of the grader.
package labtest

import (
	"testing"
	"time"

	"raftlab/src/cluster/node"
	"raftlab/src/lab"
	"raftlab/src/live"
)

// runTimeout is the real time that one run may take under go test. The longest scenarios take two minutes on the wall
// clock.
const runTimeout = 4 * time.Minute

// Run runs all scenarios of a part, by any of its names, with nodes that run the program, a subtest each. The seed of a
// failure is in its message; on a live clock it fixes the scenario's choices and the weather but not the scheduler's.
func Run(t *testing.T, l *lab.Lab, part string, program node.Program) {
	if _, ok := l.Part(part); !ok {
		t.Fatalf("%q is no part of the %s lab", part, l.Title)
	}
	scenarios, err := l.Select(part)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range scenarios {
		if s.Faults {
			continue // only the sim world can make them
		}
		t.Run(s.Name, func(t *testing.T) {
			if s.Long && testing.Short() {
				t.Skip("too long under -race for -short; make grade plays it in boxes, make soak here")
			}
			run(t, l, &s, program)
		})
	}
}

func run(t *testing.T, l *lab.Lab, s *lab.Scenario, program node.Program) {
	seed := live.Seed()
	res := live.Play(t, program, l.Run(s, seed, ""), runTimeout)
	for _, w := range res.Warnings {
		t.Logf("warning: %s", w)
	}
	for _, a := range res.Advice {
		t.Logf("advice: %s", a)
	}
	switch {
	case res.Failure != nil:
		t.Errorf("%v\n(-clock %s -seed %d)", res.Failure, live.Clock(), seed)
	case res.Skipped != "":
		t.Skip(res.Skipped)
	default:
		t.Logf("passed after %v with %d RPCs", res.Virtual.Round(time.Millisecond), res.Traffic.RPCs)
		for _, m := range res.Margins {
			t.Logf("%d %s; the limit is %d", m.Used, m.Name, m.Limit)
		}
	}
}
