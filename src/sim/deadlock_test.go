package sim_test

import (
	"regexp"
	"strings"
	"testing"

	"raftlab/src/cluster"
	"raftlab/src/lab"
	"raftlab/src/labrpc"
	"raftlab/src/raft/rafttest"
	"raftlab/src/sim"
)

// harness is a function that is not of the code under test.
var harness = regexp.MustCompile(`(?m)^(runtime|sync|time|main|github|raftlab/src/raft/rafttest/sim/guest)\b`)

// A deadlock is told with what the method waits for, who holds that, since where, and what that one waits for.
func TestHolders(t *testing.T) {
	tests := []struct{ command, want string }{
		{"order", "it waits for a lock in stateThenLog, which is held by a goroutine that took it in logThenState " +
			"and waits for a lock in logThenState, " +
			"which is held by the goroutine before that, which took it in stateThenLog and has it: each waits for " +
			"the other"},
		{"read", "it waits for a lock in write, which is held by a goroutine that took it for reading in read and " +
			"sleeps in nap"},
		{"write", "it waits for a lock in read, which is held by a goroutine that took it in write and sleeps in nap"},
		{"pending", "it waits for a lock in read, which is held by a goroutine that took it for reading in read and " +
			"sleeps in nap"},
		{"readers that have left", "it waits for a lock in write, which is held by a goroutine that took it for " +
			"reading in read and sleeps in nap"},
		{"helper", "it waits for a lock in lock, but holds it already: it took it in lock and has not given it back"},
		{"try", "it waits for a lock in lock, which is held by a goroutine that took it in try and waits for a " +
			"channel in try"},
		{"detects", "it waits for a lock in Start.func3, which is held by a goroutine that sleeps in nap"},
		{"left", "it waits for a lock in lock, which no goroutine holds that still runs: it was last taken in lock " +
			"and not given back (a return without Unlock?)"},
		{"group", "it waits for a sync.WaitGroup in GetState"},
		{"none", "it waits for a channel in Start.func4"},
	}
	place := regexp.MustCompile(`holds\.\(\*Raft\)\.([\w.]+) at raft\.go:\d+`)
	m := module(t, "holds")
	for _, test := range tests {
		t.Run(test.command, func(t *testing.T) {
			s := lab.Scenario{Name: "Story", Part: rafttest.Elections, Nodes: cluster.Servers(1),
				Weather: labrpc.Reliable()}
			r := playStory(m, s, 0, sim.Options{Schedule: true}, func(c *rafttest.Cluster, _ cluster.World) {
				c.Start(0, test.command)
				c.State(0)
			})
			if r.Failure == nil {
				t.Fatal("no deadlock")
			}
			first, stacks, _ := strings.Cut(r.Failure.Message, "\n\n")
			want := "S0: GetState has not returned for 4s; " + test.want
			if got := place.ReplaceAllString(first, "$1"); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			// The goroutine that was asked is the first that is shown, and the harness is not.
			asked, _, _ := strings.Cut(stacks, "\n\n")
			if !strings.Contains(asked, "holds.(*Raft).GetState") ||
				harness.MatchString(stacks) {
				t.Errorf("stacks:\n%s", stacks)
			}
		})
	}
}
