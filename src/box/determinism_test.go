package box_test

import (
	"encoding/binary"
	"fmt"
	"hash"
	"hash/fnv"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"raftlab/src/box"
)

// A cluster is boxes that gossip over a network with seeded delays, and the trace of what they said.
type cluster struct {
	boxes  []*box.Box
	events []event // sorted
	now    int64
	source *rand.PCG
	random *rand.Rand // from source
	frames int
	trace  hash.Hash64
}

type event struct {
	at    int64
	to    int
	frame []byte
}

func newCluster(m *box.Module, servers int, seed uint64, args ...string) *cluster {
	return newScheduledCluster(m, servers, seed, 0, args...)
}

func newScheduledCluster(m *box.Module, servers int, seed, schedule uint64, args ...string) *cluster {
	c := &cluster{source: rand.NewPCG(seed, 0), trace: fnv.New64a()}
	c.random = rand.New(c.source)
	for i := range servers {
		c.boxes = append(c.boxes, m.Start(box.Config{
			Args:     append([]string{"probe", "gossip", fmt.Sprint(i), fmt.Sprint(servers)}, args...),
			Seed:     seed<<8 + uint64(i),
			Schedule: schedule,
			Wall:     int64(seed)<<40 + int64(i)*7e9,
			Receive:  c.receive(i),
		}))
	}
	return c
}

// receive takes what a box says.
func (c *cluster) receive(i int) func(frame []byte) {
	return func(frame []byte) {
		c.trace.Write(binary.LittleEndian.AppendUint64([]byte{byte(i)}, uint64(c.now)))
		c.trace.Write(frame)
		c.frames++
		e := event{c.now + c.random.Int64N(27e6), int(frame[0]), slices.Clone(frame)}
		e.frame[0] = byte(i)
		at, _ := slices.BinarySearchFunc(c.events, e, func(a, b event) int {
			if a.at > b.at {
				return 1
			}
			return -1
		})
		c.events = slices.Insert(c.events, at, e)
	}
}

// step lets one box run, that with the next timer or frame, and reports whether there was one before end.
func (c *cluster) step(end int64) bool {
	at, who := end, -1
	for i, b := range c.boxes {
		if t, ok := b.Deadline(); ok && t < at {
			at, who = t, i
		}
	}
	if len(c.events) > 0 && c.events[0].at < at {
		e := c.events[0]
		c.events = c.events[1:]
		at, who = e.at, e.to
		c.boxes[who].Deliver(e.frame)
	}
	if who < 0 {
		return false
	}
	c.now = max(c.now, at)
	c.boxes[who].Run(c.now)
	return true
}

func (c *cluster) run(end int64) uint64 {
	for c.step(end) {
	}
	c.close()
	return c.trace.Sum64()
}

func (c *cluster) close() {
	for _, b := range c.boxes {
		b.Close()
	}
}

func TestSameSeedSameTrace(t *testing.T) {
	const (
		seeds = 4
		end   = 5e9
	)
	m := module(t, lab.probe)
	var want [seeds]uint64
	seen := map[uint64]bool{}
	for seed := range want {
		c := newCluster(m, 5, uint64(seed))
		want[seed] = c.run(end)
		seen[want[seed]] = true
		if c.frames < 100 {
			t.Fatalf("only %d frames", c.frames)
		}
	}
	if len(seen) != seeds {
		t.Errorf("%d different traces of %d seeds", len(seen), seeds)
	}

	t.Run("interleaved", func(t *testing.T) {
		var all [seeds]*cluster
		for seed := range all {
			all[seed] = newCluster(m, 5, uint64(seed))
		}
		for more := true; more; {
			more = false
			for _, c := range all {
				more = c.step(end) || more
			}
		}
		for seed, c := range all {
			c.close()
			if got := c.trace.Sum64(); got != want[seed] {
				t.Errorf("seed %d: trace %x, want %x", seed, got, want[seed])
			}
		}
	})
	for _, procs := range []int{1, 4} {
		t.Run(fmt.Sprintf("GOMAXPROCS=%d", procs), func(t *testing.T) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
			var wg sync.WaitGroup
			for seed := range want {
				for range 2 {
					wg.Go(func() {
						if got := newCluster(m, 5, uint64(seed)).run(end); got != want[seed] {
							t.Errorf("seed %d: trace %x, want %x", seed, got, want[seed])
						}
					})
				}
			}
			wg.Wait()
		})
	}
	t.Run("schedule", func(t *testing.T) {
		orders := map[uint64]bool{}
		for schedule := range uint64(4) {
			run := func(args ...string) uint64 {
				return newScheduledCluster(m, 5, 1, schedule, args...).run(end)
			}
			first := run()
			orders[first] = true
			if again, logged := run(), run("log"); again != first || logged != first {
				t.Errorf("schedule %d: traces %x, %x, with logging %x", schedule, first, again, logged)
			}
		}
		if len(orders) != 4 {
			t.Errorf("%d different traces of 4 schedules", len(orders))
		}
	})
	t.Run("another engine", func(t *testing.T) {
		engine, err := box.NewEngine("")
		if err != nil {
			t.Fatal(err)
		}
		defer engine.Close()
		m, err := loadInto(engine, "probe")
		if err != nil {
			t.Fatal(err)
		}
		// Other environments come first, more than a module remembers.
		for i := range 20 {
			r := start(m, box.Config{Args: []string{"probe", "args"}, Env: []string{fmt.Sprint("PROBE=", i)}})
			r.Run(0)
			if diff := cmp.Diff([]string{fmt.Sprintf("[] %q", fmt.Sprint(i))}, r.frames); diff != "" {
				t.Error(diff)
			}
		}
		for seed := range want {
			if got := newCluster(m, 5, uint64(seed)).run(end); got != want[seed] {
				t.Errorf("seed %d: trace %x, want %x", seed, got, want[seed])
			}
		}
	})
	t.Run("logging", func(t *testing.T) {
		for seed := range want {
			if got := newCluster(m, 5, uint64(seed), "log").run(end); got != want[seed] {
				t.Errorf("seed %d: trace %x, want %x", seed, got, want[seed])
			}
		}
	})
}

func TestSeedDecidesRandomness(t *testing.T) {
	m := module(t, lab.probe)
	draw := func(seed uint64, wall int64) []string {
		r := start(m, box.Config{Args: []string{"probe", "random"}, Seed: seed, Wall: wall})
		if r.Run(0); fmt.Sprint(r.Err()) != "exit status 0" {
			t.Fatal(r.Err(), &r.stderr)
		}
		return r.frames
	}
	one := draw(1, 1)
	if diff := cmp.Diff(one, draw(1, 1)); diff != "" {
		t.Error("same seed, other draws:", diff)
	}
	two := draw(2, 2)
	for i := range one {
		source := one[i][:strings.LastIndex(one[i], " ")]
		if one[i] == two[i] {
			t.Errorf("%s: same draw with another seed: %s", source, one[i])
		}
		for _, later := range one[i+1:] {
			if later == one[i] {
				t.Errorf("%s: drew the same twice: %s", source, later)
			}
		}
	}
}

// What a guest logs does not change what its selects choose.
func TestLoggingLeavesSelectsAlone(t *testing.T) {
	m := module(t, lab.probe)
	choices := func(args ...string) []string {
		r := start(m, box.Config{Args: append([]string{"probe", "selects"}, args...), Seed: 1})
		if r.Run(0); fmt.Sprint(r.Err()) != "exit status 0" {
			t.Fatal(r.Err(), &r.stderr)
		}
		return r.frames
	}
	quiet := choices()
	if !strings.Contains(quiet[0], "01") || !strings.Contains(quiet[0], "10") {
		t.Errorf("nothing is left to chance: %s", quiet)
	}
	if diff := cmp.Diff(quiet, choices("log")); diff != "" {
		t.Error("with a log, other choices:", diff)
	}
}

// That a guest has collected, which depends on what it allocates for its log, wakes nobody later.
func TestCollectionSetsNoTimer(t *testing.T) {
	r := probe(t, "collects")
	r.runUntil(100e6) // the timers of package variables
	if at, ok := r.Deadline(); ok {
		t.Errorf("after a collection the guest wants to be woken at %v", at)
	}
	if diff := cmp.Diff([]string{"collected true"}, r.frames); diff != "" {
		t.Error(diff)
	}
}

// That a guest has collected takes no time for it, however much there is to look at.
func TestCollectionTakesNoTime(t *testing.T) {
	r := probe(t, "much")
	r.runUntil(100e6)
	if diff := cmp.Diff([]string{"collected true, which took 0s"}, r.frames); diff != "" {
		t.Error(diff)
	}
}

// Package variables that depend on the clock or on randomness differ from box to box.
func TestInitIsOwn(t *testing.T) {
	m := module(t, lab.own)
	seen := map[string]bool{}
	for seed := range uint64(3) {
		for range 2 {
			r := start(m, box.Config{Args: []string{"ownstart"}, Seed: seed, Wall: int64(seed)})
			r.Run(0)
			if len(r.frames) != 1 {
				t.Fatal(r.Err(), &r.stderr)
			}
			seen[r.frames[0]] = true
		}
	}
	if len(seen) != 3 {
		t.Errorf("three seeds twice: %d different starts, want 3", len(seen))
	}
}
