package cluster_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"raftlab/src/cluster"
)

// A coverer is a judge that tells into which situations its run comes.
type coverer struct {
	cluster.NopJudge
	run *cluster.Run
}

func (j coverer) Play(c *cluster.Cluster) {
	c.Sleep(1)
	j.run.Mark("early")
	j.run.Mark("z")
	j.run.Reached(7)
	c.Sleep(1)
	j.run.Mark("a")
	j.run.Mark("early")
	j.run.Reached(7)
	j.run.Reached(9)
}

// A result has the marks by the time at which each was first seen, and each abstract state once, if they are wanted.
func TestCoverage(t *testing.T) {
	play := func(wanted bool) *cluster.Coverage {
		r := cluster.NewRun(cluster.Config{Coverage: wanted, Judge: func(r *cluster.Run) cluster.Judge {
			return coverer{run: r}
		}})
		r.Play(new(still))
		return r.Result().Coverage
	}
	want := &cluster.Coverage{
		Marks: []cluster.Mark{
			{Name: "early", First: 1, Last: 2, Times: 2}, {Name: "z", First: 1, Last: 1, Times: 1},
			{Name: "a", First: 2, Last: 2, Times: 1},
		},
		States: []cluster.Reached{{State: 7, At: 1}, {State: 9, At: 2}},
	}
	if diff := cmp.Diff(want, play(true)); diff != "" {
		t.Error(diff)
	}
	if got := play(false); got != nil {
		t.Errorf("nobody wanted it: %v", got)
	}
}
