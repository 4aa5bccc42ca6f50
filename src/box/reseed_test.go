package box_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"raftlab/src/box"
)

// A box that gets new seeds draws from them what it draws from then on, and forks of it do, too: all but what the
// program draws from a generator that it seeded itself.
func TestReseed(t *testing.T) {
	const kinds = 7
	m := module(t, lab.probe)
	begin := func() *run {
		r := start(m, box.Config{Args: []string{"probe", "redraws"}, Seed: 1, Schedule: 1})
		t.Cleanup(r.Close)
		r.Run(0)
		r.Deliver(nil)
		r.Run(1)
		return r
	}
	second := func(r *run) []string {
		r.Deliver(nil)
		if r.Run(2) != box.Idle || len(r.frames) != 2*kinds {
			t.Fatal(r.frames, r.Err(), &r.stderr)
		}
		return r.frames[kinds:]
	}
	old, redrawn, alike := begin(), begin(), begin()
	redrawn.Reseed(2, 3, 0)
	alike.Reseed(2, 3, 0)
	if diff := cmp.Diff(old.frames, redrawn.frames); diff != "" {
		t.Errorf("they differ before one gets new seeds: %s", diff)
	}
	fork := &run{frames: redrawn.frames}
	var err error
	fork.Box, err = redrawn.Fork(box.Config{Receive: func(f []byte) { fork.frames = append(fork.frames, string(f)) }})
	if err != nil {
		t.Fatal(err)
	}
	defer fork.Close()
	was, is := second(old), second(redrawn)
	for name, r := range map[string]*run{"the same seeds": alike, "a fork": fork} {
		if diff := cmp.Diff(is, second(r)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	for i := range was {
		if same, own := was[i] == is[i], strings.HasPrefix(was[i], "its own"); same != own {
			t.Errorf("with the old seeds %s, with new ones %s", was[i], is[i])
		}
	}
}
