package kvtest_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"raftlab/src/kvraft/history"
	"raftlab/src/kvraft/kvtest"
	"raftlab/src/kvraft/rsmtest"
	"raftlab/src/lab"
	"raftlab/src/sim"
)

// What is written down of nodes is what submissions made: stores with their Rafts below, and clerks by their numbers.
func TestStates(t *testing.T) {
	if testing.Short() {
		t.Skip("two programs of boxes are built for it; make stories does it")
	}
	store := lab.Scenario{
		Name: "Store", Nodes: kvtest.Nodes(3), Weather: kvtest.Reliable(),
		Judge: kvtest.Playing(history.Classic, 1000, func(c *kvtest.Cluster) { c.Clerk().Put("key", "value") }),
	}
	machine := rsmtest.Lab().Scenarios[0]
	for _, test := range []struct {
		lab            *lab.Lab
		implementation string
		scenario       lab.Scenario
		want           []string
	}{
		{kvtest.Lab(), "kv-classic", store, []string{
			`S2: rf = *tickertimer.Raft`, `S2: rf.state.Persistent.CurrentTerm = 1`, `S2: store.Data["key"] = "value"`,
			`K0: clerk 0.leader = 2`,
		}},
		{rsmtest.Lab(), "kv-rsm", machine, []string{`S0: rf = *tickertimer.Raft`, `S0: applied = 10`}},
	} {
		m := module(t, test.lab, "impls/"+test.implementation, "ticker-timer")
		opt := sim.Options{Schedule: true, Record: true, InspectFrom: 1}
		rec := sim.Play(m, test.lab.Run(&test.scenario, 1, ""), opt).Recording
		lines := make(map[string]bool)
		for _, s := range rec.States {
			for _, c := range s.Changes {
				lines[rec.Nodes[s.Node].Name+": "+c.Path+" = "+c.Value] = true
			}
		}
		for _, want := range test.want {
			if !lines[want] {
				t.Errorf("%s: no %q in\n%s", test.implementation, want,
					strings.Join(slices.Sorted(maps.Keys(lines)), "\n"))
			}
		}
	}
}
