package kvtest_test

import (
	"slices"
	"strings"
	"testing"

	"raftlab/src/cluster"
	"raftlab/src/kvraft/kvtest"
	"raftlab/src/lab"
	"raftlab/src/sim"
)

// Clerks that keep the data themselves, and call servers only to be seen doing it, do not see what others on another
// machine have written. Most strict scenarios have clerks on several.
func TestClerksThatKeepTheData(t *testing.T) {
	l := kvtest.Lab()
	m := module(t, l, "grader/testdata/broken/kvkeeps", "ticker-timer")
	for _, name := range []string{"ClerksOnMachinesOfTheirOwn", "LostReplies"} {
		i := slices.IndexFunc(l.Scenarios, func(s lab.Scenario) bool { return s.Name == name })
		r := sim.Play(m, l.Run(&l.Scenarios[i], 1, ""), sim.Options{})
		if r.Failure == nil || r.Failure.Kind != cluster.Safety || !strings.Contains(r.Failure.Message, "not linearizable") {
			t.Errorf("%s: %v", name, r.Failure)
		}
	}
}
