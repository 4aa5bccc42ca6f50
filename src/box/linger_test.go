package box_test

import (
	"fmt"
	"testing"

	"raftlab/src/box"
)

// A goroutine lingers where it holds no lock, once until it waits again, and for no longer than it is told.
func TestLinger(t *testing.T) {
	const (
		longest = 1_000e6
		naps    = 64 * 2e6 // of the order of goroutines, and what they may come to
	)
	m := module(t, lab.probe)
	play := func(seed uint64, linger int64) (held, once, again int64) {
		r := start(m, box.Config{Args: []string{"probe", "lingers"}, Seed: seed, Schedule: 1})
		defer r.Close()
		r.Run(0)
		r.Linger(linger)
		r.Deliver(nil)
		r.Run(1)
		r.runUntil(10e9)
		if len(r.frames) != 1 {
			t.Fatal(r.frames, r.Err(), &r.stderr)
		}
		fmt.Sscanf(r.frames[0], "held %d %d %d", &held, &once, &again)
		return held, once, again
	}
	lingered := 0
	for seed := range uint64(30) {
		held, once, again := play(seed, longest)
		if h, o, a := play(seed, longest); h != held || o != once || a != again {
			t.Errorf("seed %d: two runs", seed)
		}
		if held > naps || once > longest+naps || again > longest+naps {
			t.Errorf("seed %d: it took %d, %d and %d ns", seed, held, once, again)
		}
		if once > naps && again > naps {
			lingered++
		}
		if held, once, again := play(seed, 0); max(held, once, again) > naps {
			t.Errorf("seed %d, without lingering: it took %d, %d and %d ns", seed, held, once, again)
		}
	}
	if lingered == 0 {
		t.Error("no seed has it linger both times")
	}
}
