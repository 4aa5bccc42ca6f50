package sim_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"raftlab/src/cluster"
	"raftlab/src/lab"
	"raftlab/src/labrpc"
	"raftlab/src/raft/rafttest"
	"raftlab/src/record"
	"raftlab/src/sim"
	"raftlab/src/sim/inspect"
)

var update = flag.Bool("update", false, "write golden files anew")

// Who looks at what nodes hold does not change the run: not its trace, and nothing that is written down of it.
func TestLookingChangesNothing(t *testing.T) {
	for _, name := range []string{"ticker-timer", "polling-sleep"} {
		m := module(t, name)
		for _, s := range scenarios(t, "^(ChaosElections|PausedLeaders|CrashBeforeReply|SnapshotBasic2D|SkewedClocks)$") {
			t.Run(name+"/"+s.Name, func(t *testing.T) {
				t.Parallel()
				opt := sim.Options{Schedule: true}
				plain := sim.Play(m, run(s, 1), opt)
				opt.Record = true
				recorded := sim.Play(m, run(s, 1), opt)
				if recorded.Recording.States != nil {
					t.Error("states are written down that nobody asked for")
				}
				opt.InspectFrom = max(1, len(recorded.Recording.Events)-500)
				looked := sim.Play(m, run(s, 1), opt)
				if plain.Trace != recorded.Trace || plain.Trace != looked.Trace {
					t.Errorf("trace %x, %x when recorded, %x when looked at", plain.Trace, recorded.Trace, looked.Trace)
				}
				if diff := cmp.Diff(recorded.Recording.Events, looked.Recording.Events); diff != "" {
					t.Error(diff)
				}
				checkStates(t, looked.Recording, opt.InspectFrom)
			})
		}
	}
}

// checkStates reports what is wrong with the states of a recording.
func checkStates(t *testing.T, rec *record.Recording, from int) {
	held := make(map[int]map[string]string)
	last := from
	for i, s := range rec.States {
		if s.Event < last || s.Event > len(rec.Events) {
			t.Errorf("state %d is of event %d, after one of %d", i, s.Event, last)
		}
		last = s.Event
		if s.Changes == nil && s.Goroutines == nil {
			t.Errorf("state %d says nothing", i)
		}
		values := held[s.Node]
		if values == nil {
			values = make(map[string]string)
			held[s.Node] = values
		}
		for _, c := range s.Changes {
			if old, ok := values[c.Path]; c.Gone && !ok || ok && old == c.Value {
				t.Errorf("state %d: %+v is no change", i, c)
			}
			if values[c.Path] = c.Value; c.Gone {
				delete(values, c.Path)
			}
		}
	}
	if len(rec.States) < 20 || len(held) != len(rec.Nodes) {
		t.Errorf("%d states of %d nodes", len(rec.States), len(held))
	}
	for node, values := range held {
		if values["applyCh"] != "chan" || values["peers"] == "" {
			t.Errorf("of node %d is known in the end: %v", node, values)
		}
	}
}

// story plays a run in which a server is started with commands, 100 ms after each other. Its goroutines go in Go's own
// order: where they rest otherwise differs between versions of Go.
func story(t *testing.T, opt sim.Options, commands ...string) sim.Result {
	t.Helper()
	s := lab.Scenario{
		Name: "Story", Part: rafttest.Elections, Nodes: cluster.Servers(1), Weather: labrpc.Reliable(),
		Judge: rafttest.Playing(func(c *rafttest.Cluster) {
			for _, command := range commands {
				c.Sleep(100 * time.Millisecond)
				c.Start(0, command)
			}
		}),
	}
	opt.Record = true
	return sim.Play(module(t, "shapes"), run(s, 1), opt)
}

// TestLookingEndsEarly looks at nodes up to an event only: then each says so, and nothing else is said.
func TestLookingEndsEarly(t *testing.T) {
	all := story(t, sim.Options{InspectFrom: 1}, "nothing", "follower", "forget").Recording
	to := all.States[len(all.States)/2].Event
	some := story(t, sim.Options{InspectFrom: 1, InspectTo: to}, "nothing", "follower", "forget").Recording
	ended := make(map[int]bool)
	for i, s := range some.States {
		switch {
		case ended[s.Node]:
			t.Errorf("S%d is looked at after it was said that it is not", s.Node)
		case s.Event <= to:
			if diff := cmp.Diff(all.States[i], s); diff != "" {
				t.Errorf("-all +some:\n%s", diff)
			}
		case len(s.Changes) != 1 || s.Changes[0].Path != "…" || !strings.HasPrefix(s.Changes[0].Value, "not looked at"):
			t.Errorf("S%d is looked at after event %d: %v", s.Node, to, s.Changes)
		default:
			ended[s.Node] = true
		}
	}
	if len(ended) == 0 {
		t.Error("nobody says that it is not looked at any more")
	}
}

func TestStates(t *testing.T) {
	var text strings.Builder
	rec := story(t, sim.Options{InspectFrom: 1}, "nothing", "follower", "forget").Recording
	for _, s := range rec.States {
		e := rec.Events[s.Event-1]
		fmt.Fprintf(&text, "%s at %v: %s %s\n", rec.Nodes[s.Node].Name, time.Duration(e.At), e.Kind, e.Method)
		for _, c := range s.Changes {
			if c.Gone {
				fmt.Fprintf(&text, "\t%s is gone\n", c.Path)
			} else {
				fmt.Fprintf(&text, "\t%s = %s\n", c.Path, c.Value)
			}
		}
		for _, g := range s.Goroutines {
			fmt.Fprintf(&text, "\tin %s waits for %s\n", g.Place, g.Waits)
			for call := range strings.Lines(g.Stack) {
				fmt.Fprintf(&text, "\t\t%s\n", strings.TrimSpace(call))
			}
		}
	}
	const golden = "testdata/states.golden.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(text.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), text.String()); diff != "" {
		t.Error(diff)
	}
}

// Where looking at a node takes too long, or too much memory, or ends its fork, it is not looked at any more, and the
// run goes on.
func TestLookingEnds(t *testing.T) {
	for command, why := range map[string]string{
		"big": "it takes too much memory", "loops": "it takes more than 1s", "exits": "it ends the process",
	} {
		t.Run(command, func(t *testing.T) {
			opt := sim.Options{Memory: 64 << 20}
			unseen := story(t, opt, "nothing", command)
			opt.InspectFrom = 1
			res := story(t, opt, "nothing", command)
			if res.Failure != nil || res.Trace != unseen.Trace {
				t.Errorf("%v, trace %x, and not looked at %x", res.Failure, res.Trace, unseen.Trace)
			}
			states := res.Recording.States
			want := []record.Change{{Path: "…", Value: "not looked at from here on: " + why}}
			if diff := cmp.Diff(want, states[len(states)-1].Changes); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Of nodes whose memory is all new again and again not all is written down.
func TestStatesAreLimited(t *testing.T) {
	res := story(t, sim.Options{InspectFrom: 1}, slices.Repeat([]string{"floods"}, 30)...)
	if res.Failure != nil {
		t.Error(res.Failure)
	}
	size := 0
	for _, s := range res.Recording.States {
		for _, c := range s.Changes {
			size += len(c.Value)
		}
	}
	if size < 40<<20 || size > 70<<20 {
		t.Errorf("%d bytes are written down", size)
	}
	states := res.Recording.States
	want := []record.Change{{Path: "…", Value: "not looked at from here on: it would be more than 64 MiB"}}
	if diff := cmp.Diff(want, states[len(states)-1].Changes); diff != "" {
		t.Error(diff)
	}
}

// A fork that says more than it is asked for is not heard: its messages, saves and lines reach nobody.
func TestForksAreNotHeard(t *testing.T) {
	unseen := story(t, sim.Options{}, "nothing", "speaks")
	seen := story(t, sim.Options{InspectFrom: 1}, "nothing", "speaks")
	if diff := cmp.Diff(unseen.Recording.Events, seen.Recording.Events); diff != "" || seen.Trace != unseen.Trace {
		t.Errorf("trace %x, and not looked at %x: %s", seen.Trace, unseen.Trace, diff)
	}
	states := seen.Recording.States
	calls := func(g record.Goroutine) bool { return g.Waits == "the reply to an RPC" }
	if last := states[len(states)-1]; !slices.ContainsFunc(last.Goroutines, calls) {
		t.Errorf("the fork did not speak: %+v", last.Goroutines)
	}
}

// FuzzChanges has a node say anything of what it holds.
func FuzzChanges(f *testing.F) {
	f.Add(inspect.Append(nil, time.Time{}, inspect.Root{Value: &struct{ A, B int }{1, 2}}), []byte{})
	f.Add([]byte{1, 'a', 2, 0xff, 0x1b}, []byte{1, 'a', 1, 'c', 1, 'a', 1, 'b'})
	f.Fuzz(func(t *testing.T, first, second []byte) {
		var h sim.Held
		before, after := h.Changes(first), h.Changes(second)
		size := 0
		for _, c := range append(before, after...) {
			size += len(c.Path) + len(c.Value)
			if strings.ContainsFunc(c.Path+c.Value, func(r rune) bool { return r == 0x1b }) {
				t.Errorf("%+q", c.Path+c.Value)
			}
		}
		if size > 3*(2*len(first)+len(second)) { // a byte may become a mark of three
			t.Errorf("%d and %d bytes become %d", len(first), len(second), size)
		}
	})
}
