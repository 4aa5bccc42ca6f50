package box_test

import (
	"encoding"
	"errors"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"raftlab/src/box"
)

// fork returns a cluster of forks.
func (c *cluster) fork(t *testing.T) *cluster {
	source := *c.source
	f := &cluster{
		events: slices.Clone(c.events), now: c.now, source: &source, random: rand.New(&source), frames: c.frames,
		trace: fnv.New64a(),
	}
	state, err := c.trace.(encoding.BinaryMarshaler).MarshalBinary()
	if err == nil {
		err = f.trace.(encoding.BinaryUnmarshaler).UnmarshalBinary(state)
	}
	if err != nil {
		t.Fatal(err)
	}
	for i, b := range c.boxes {
		b, err := b.Fork(box.Config{Receive: f.receive(i)})
		if err != nil {
			t.Fatal(err)
		}
		f.boxes = append(f.boxes, b)
	}
	return f
}

// A cluster of forks goes on as the one that it was forked from, which goes on as if it had not been forked.
func TestForksGoOnAlike(t *testing.T) {
	const middle, end = 2e9, 4e9
	m := module(t, lab.probe)
	for seed := range uint64(8) {
		start := func() *cluster { return newScheduledCluster(m, 5, seed, seed) }
		want := start().run(end)
		c := start()
		for c.step(middle) {
		}
		fork, thrownAway := c.fork(t), c.fork(t)
		for thrownAway.step(middle + 1e9) {
		}
		if got := c.run(end); got != want {
			t.Errorf("seed %d: trace %x after forks, want %x", seed, got, want)
		}
		thrownAway.close()
		for fork.step(3e9) {
		}
		second := fork.fork(t)
		if got := fork.run(end); got != want {
			t.Errorf("seed %d: trace %x of forks, want %x", seed, got, want)
		}
		if got := second.run(end); got != want {
			t.Errorf("seed %d: trace %x of forks of forks, want %x", seed, got, want)
		}
	}
}

// echo returns a guest that sends back what it gets, and a fork of it that says what it says into the second result.
func echo(t *testing.T, cfg box.Config) (r, fork *run) {
	t.Helper()
	r, fork = probe(t, "echo"), new(run)
	r.Run(0)
	r.Deliver([]byte("one"))
	r.Deliver([]byte("two"))
	cfg.Receive = func(f []byte) { fork.frames = append(fork.frames, string(f)) }
	var err error
	if fork.Box, err = r.Fork(cfg); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(fork.Close)
	return r, fork
}

// Frames that were not read are in both; what is delivered later is in one.
func TestForkHasFrames(t *testing.T) {
	r, fork := echo(t, box.Config{})
	fork.Deliver([]byte("three"))
	r.Run(1)
	fork.Run(1)
	if diff := cmp.Diff([]string{"one", "two"}, r.frames); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"one", "two", "three"}, fork.frames); diff != "" {
		t.Error(diff)
	}
}

// A fork draws the numbers that the box will draw, and has its files, of which what it writes is its own.
func TestForkHasRandomnessAndFiles(t *testing.T) {
	r := start(module(t, lab.probe), box.Config{Args: []string{"probe", "draws"}, Files: map[string]string{}})
	defer r.Close()
	draw := func(b *box.Box) {
		b.Deliver(nil)
		b.Run(0)
	}
	draw(r.Box)
	fork := new(run)
	var err error
	fork.Box, err = r.Fork(box.Config{Receive: func(f []byte) { fork.frames = append(fork.frames, string(f)) }})
	if err != nil {
		t.Fatal(err)
	}
	defer fork.Close()
	draw(fork.Box)
	draw(fork.Box)
	draw(r.Box)
	draw(r.Box)
	if diff := cmp.Diff(r.frames[1:], fork.frames); diff != "" || len(fork.frames) != 2 {
		t.Error(diff)
	}
	if n := len(strings.Fields(r.frames[2])); n != 4 { // three, and no error
		t.Errorf("the file has %q", r.frames[2])
	}
	if r.Files() != fork.Files() {
		t.Errorf("the box has %d bytes of files, the fork %d", r.Files(), fork.Files())
	}
}

// How a fork ends is nothing to the box, and the other way round.
func TestForkEndsAlone(t *testing.T) {
	r, fork := echo(t, box.Config{})
	if dump := fork.Dump(); !strings.Contains(dump, "main.echo(") || dump != r.Stacks() {
		t.Errorf("stacks:\n%s\nand those of the box:\n%s", dump, r.Stacks())
	}
	if !errors.Is(fork.Err(), box.ErrClosed) {
		t.Errorf("the fork that printed its stacks ended with %v", fork.Err())
	}
	if r.Run(1) != box.Idle || len(r.frames) != 2 {
		t.Errorf("the box says %q, and ends with %v", r.frames, r.Err())
	}
	again, err := r.Fork(box.Config{})
	if err != nil {
		t.Fatal(err)
	}
	again.Interrupt()
	if r.Deliver(nil); r.Run(2) != box.Idle || again.Run(2) != box.Exited {
		t.Error("interrupting a fork interrupts another box")
	}
	r.Close()
	if _, err := r.Fork(box.Config{}); !errors.Is(err, box.ErrClosed) {
		t.Errorf("the fork of a closed box: %v", err)
	}
}

// A box that has not run yet can be forked, too.
func TestForkBeforeRun(t *testing.T) {
	r := probe(t, "echo")
	r.Deliver([]byte("one"))
	var frames []string
	fork, err := r.Fork(box.Config{Receive: func(f []byte) { frames = append(frames, string(f)) }})
	if err != nil {
		t.Fatal(err)
	}
	defer fork.Close()
	if fork.Run(0) != box.Idle || len(frames) != 1 || len(r.frames) != 0 {
		t.Errorf("the fork said %q and the box %q", frames, r.frames)
	}
}

// A fork has limits of its own, and takes nothing from the budget of the box.
func TestForkLimits(t *testing.T) {
	r := probe(t, "echo")
	r.Run(0)
	if _, err := r.Fork(box.Config{MemoryLimit: 1 << 20}); !errors.Is(err, box.ErrMemory) {
		t.Errorf("a fork with less memory than the box has: %v", err)
	}
	if _, err := r.Fork(box.Config{Budget: &box.Budget{Limit: 1 << 20}}); !errors.Is(err, box.ErrBudget) {
		t.Errorf("a fork with a smaller budget than the box needs: %v", err)
	}
	budget := &box.Budget{Limit: 1 << 30}
	fork, err := r.Fork(box.Config{Budget: budget})
	if err != nil {
		t.Fatal(err)
	}
	if budget.Used() == 0 {
		t.Error("a fork takes nothing from its budget")
	}
	if fork.Close(); budget.Used() != 0 {
		t.Errorf("a fork that is closed keeps %d bytes of its budget", budget.Used())
	}
}
