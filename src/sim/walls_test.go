package sim

import (
	"math/rand/v2"
	"testing"
	"time"

	"raftlab/src/cluster"
)

// Servers of a run agree on the time of day, but for moments: who stamps messages with it, as some do, may rely on it,
// and who seeds a random source with it does not draw alike.
func TestWallClocksAgree(t *testing.T) {
	walls := rand.New(rand.NewPCG(1, 2))
	noon := time.Date(2025, 3, 4, 12, 0, 0, 0, time.UTC)
	w := &world{run: cluster.NewRun(cluster.Config{Nodes: cluster.Servers(9), Judge: func(*cluster.Run) cluster.Judge {
		return nil
	}})}
	seen := make(map[int64]bool)
	for i := range 9 {
		wall := newNode(w, i, noon, walls).wall
		if d := time.Duration(wall - noon.UnixNano()); d < 0 || d >= 2*time.Millisecond {
			t.Errorf("S%d's clock is ahead by %v", i, d)
		}
		seen[wall] = true
	}
	if len(seen) != 9 {
		t.Errorf("nine servers have %d clocks", len(seen))
	}
}
