package sim_test

import (
	"strings"
	"testing"
	"time"

	"raftlab/src/cluster"
	"raftlab/src/lab"
	"raftlab/src/labrpc"
	"raftlab/src/raft/rafttest"
	"raftlab/src/raft/rafttest/raftnode"
	"raftlab/src/sim"
)

const second = time.Second

// A method that does not return ends the run some 4 s after it was called, less than 5 s after it would not return.
// Pauses of the server do not count, and neither does the time in which it lingers.
func TestWatchdog(t *testing.T) {
	type world = cluster.World
	pause := func(c *rafttest.Cluster, server int, d time.Duration) {
		c.Pause(server)
		c.Sleep(d)
		c.Resume(server)
	}
	tests := []struct {
		name  string
		story func(*rafttest.Cluster, world)
		want  string        // the failure; none: the run passes
		at    time.Duration // when it comes, or at most pollEvery later if nobody asks at once
	}{
		{"GetState, asked", func(c *rafttest.Cluster, _ world) {
			c.Start(1, "GetState")
			c.State(1)
		}, "S1: GetState has not returned for 4s", 4 * second},
		{"GetState, polled", func(c *rafttest.Cluster, _ world) {
			c.Start(1, "GetState")
		}, "S1: GetState has not returned for 4s", 4 * second},
		{"GetState, before a pause", func(c *rafttest.Cluster, _ world) {
			c.Start(1, "GetState")
			c.Sleep(2 * second)
			pause(c, 1, second)
		}, "S1: GetState has not returned for 4s", 5 * second},
		{"GetState, before three pauses that are long", func(c *rafttest.Cluster, _ world) {
			c.Start(1, "GetState")
			c.Sleep(second)
			for range 3 {
				pause(c, 1, 10*second)
				c.Sleep(second / 2)
			}
		}, "S1: GetState has not returned for 4s", 34 * second},
		{"GetState, after a pause", func(c *rafttest.Cluster, _ world) {
			c.Pause(1)
			c.Sleep(10 * second)
			c.Resume(1)
			c.Start(1, "GetState")
			c.State(1)
		}, "S1: GetState has not returned for 4s", 14 * second},
		{"GetState, while it lingers", func(c *rafttest.Cluster, _ world) {
			c.Start(1, "GetState")
			c.Sleep(2 * second)
			c.Linger(1, second)
			c.Sleep(30 * second)
			c.NoFaults(1)
		}, "S1: GetState has not returned for 4s", 34 * second},
		{"GetState, while another server is paused", func(c *rafttest.Cluster, _ world) {
			c.Start(1, "GetState")
			pause(c, 0, 30*second)
		}, "S1: GetState has not returned for 4s", 4 * second},
		{"GetState in the life after", func(c *rafttest.Cluster, _ world) {
			c.Start(1, "GetState")
			c.Sleep(3 * second)
			c.Crash(1)
			c.Restart(1)
			c.Start(1, "GetState")
			c.State(1)
		}, "S1: GetState has not returned for 4s", 7 * second},
		{"GetState in a life that is over", func(c *rafttest.Cluster, _ world) {
			c.Start(1, "GetState")
			c.Sleep(3 * second)
			c.Crash(1)
			c.Restart(1)
		}, "", 0},
		{"Start", func(c *rafttest.Cluster, _ world) {
			c.Start(1, "Start")
			c.Start(1, "again")
		}, "S1: Start has not returned for 4s", 4 * second},
		{"Snapshot", func(c *rafttest.Cluster, w world) {
			c.Start(1, "Snapshot")
			w.Ask(1, cluster.Question{Method: "Snapshot", Data: raftnode.Snapshot(1, []byte("snapshot"))})
		}, "S1: Snapshot has not returned for 4s", 4 * second},
		{"Snapshot, called by the service", func(c *rafttest.Cluster, _ world) {
			c.Start(1, "apply")
		}, "S1: Snapshot has not returned for 4s", 4 * second},
		{"Kill", func(c *rafttest.Cluster, w world) {
			c.Start(1, "Kill")
			w.Retire()
		}, "S1: Kill has not returned for 4s", 4 * second},
		{"GetState after Kill, which nobody calls", func(c *rafttest.Cluster, w world) {
			c.Start(1, "GetState")
			if left := w.Retire(); len(left) != 3 || !strings.HasPrefix(left[0].Place, "hangs.idle at raft.go:") {
				c.Failf("not three idle goroutines are left: %q", left)
			}
		}, "", 0},
		{"Make", func(c *rafttest.Cluster, _ world) {
			c.Start(1, "Make")
			c.Crash(1)
			c.Restart(1)
		}, "S1: Make has not returned for 4s", 4 * second},
		{"GetState, which returns late", func(c *rafttest.Cluster, _ world) {
			c.Start(1, "GetState 3.9s")
			c.Sleep(second)
			pause(c, 1, second/2)
			c.State(1)
		}, "", 0},
	}
	m := module(t, "hangs")
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := lab.Scenario{
				Name: "Story", Part: rafttest.Elections, Tier: lab.Strict, Nodes: cluster.Servers(3),
				Weather: labrpc.Reliable(), Faults: true,
			}
			r := playStory(m, s, 2, sim.Options{}, func(c *rafttest.Cluster, w cluster.World) {
				test.story(c, w)
				c.Sleep(60 * second)
			})
			got := cluster.Failure{}
			if r.Failure != nil {
				got = *r.Failure
			}
			first, stacks, _ := strings.Cut(got.Message, "\n")
			if test.want == "" {
				if got.Kind != "" {
					t.Errorf("%v", got)
				}
				return
			}
			if got.Kind != cluster.Deadlock || !strings.HasPrefix(first, test.want) || got.At < test.at ||
				got.At > test.at+second/2 {
				t.Errorf("got  %s at %v: %s\nwant %s at %v: %s", got.Kind, got.At, first, cluster.Deadlock, test.at,
					test.want)
			}
			if !strings.Contains(stacks, "hangs.(*Raft).maybe") && !strings.Contains(stacks, "hangs.Make") {
				t.Errorf("who hangs is not in the stacks:\n%s", stacks)
			}
		})
	}
}

// A run in which nothing can happen any more is over, and says who waits.
func TestNothingLeft(t *testing.T) {
	s := lab.Scenario{Name: "Story", Part: rafttest.Elections, Nodes: cluster.Servers(2), Weather: labrpc.Reliable(),
		Faults: true}
	r := playStory(module(t, "hangs"), s, 2, sim.Options{}, func(c *rafttest.Cluster, w cluster.World) {
		c.Pause(0)
		c.Pause(1)
		c.Sleep(second)
		c.State(1)
	})
	if r.Failure == nil || r.Failure.Kind != cluster.Deadlock {
		t.Fatalf("%v", r.Failure)
	}
	const want = "nothing is left to happen, and the scenario waits for GetState of S1, which is paused"
	first, stacks, _ := strings.Cut(r.Failure.Message, "\n")
	if first != want || strings.Count(stacks, "hangs.idle") != 2 {
		t.Errorf("got  %s\nwant %s\nstacks: %s", first, want, stacks)
	}
}
