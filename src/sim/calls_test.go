package sim_test

import (
	"testing"

	"raftlab/src/cluster"
	"raftlab/src/cluster/clustertest"
	"raftlab/src/sim"
)

// Calls fare in boxes as in every world.
func TestCalls(t *testing.T) {
	m := module(t, "testnode")
	clustertest.Run(t, func(_ *testing.T, run *cluster.Run) cluster.Result {
		return sim.Play(m, run, sim.Options{}).Result
	}, nil)
}
