package live

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"raftlab/src/raft"
	"raftlab/src/raft/editions"
	"raftlab/src/raft/rafttest"
)

// The flags of a test binary that uses this package, besides go test's.
var (
	clockFlag = clock("bubble")
	seedFlag  = flag.Uint64("seed", 0, "the seed of each scenario's choices and of the network's weather; 0 draws one each time")
)

func init() {
	flag.Var(&clockFlag, "clock", "what time is: bubble (virtual) or wall")
}

// clock is the value of the flag -clock.
type clock string

func (c *clock) String() string { return string(*c) }

func (c *clock) Set(s string) error {
	if s != "bubble" && s != "wall" {
		return fmt.Errorf("must be bubble or wall")
	}
	*c = clock(s)
	return nil
}

// InBubble reports whether time is virtual in this process.
func InBubble() bool { return clockFlag == "bubble" }

// runTimeout is the real time that one run may take under go test. The longest
// scenarios take two minutes on the wall clock.
const runTimeout = 4 * time.Minute

// Run runs all scenarios of a part, such as "2A", against an implementation, a
// subtest each. The seed of a failure is in its message; on a live clock it
// fixes the scenario's choices and the weather but not the scheduler's. A
// test that calls it should have both of the part's names in its own, as Test2A3A
// has, so that go test -run finds it by either.
func Run(t *testing.T, part string, makeRaft raft.MakeFunc) {
	if _, ok := rafttest.ParsePart(part); !ok {
		t.Fatalf("live.Run: %q is no part; there are 2A, 2B, 2C and 2D", part)
	}
	scenarios, err := rafttest.Select(part)
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
			seed := *seedFlag
			if seed == 0 {
				seed = rand.Uint64()
			}
			res := play(t, makerOf(editions.Contract(makeRaft)), editions.Rules{}, s, seed, runTimeout)
			for _, w := range res.Warnings {
				t.Logf("warning: %s", w)
			}
			for _, a := range res.Advice {
				t.Logf("advice: %s", a)
			}
			switch {
			case res.Failure != nil:
				t.Errorf("%v\n(-clock %s -seed %d)", res.Failure, clockFlag, seed)
			case res.Skipped != "":
				t.Skip(res.Skipped)
			default:
				t.Logf("passed after %v with %d RPCs", res.Virtual.Round(time.Millisecond), res.Traffic.RPCs)
				for _, m := range res.Margins {
					t.Logf("%d %s; the limit is %d", m.Used, m.Name, m.Limit)
				}
			}
		})
	}
}
