package labtest

import (
	"os"
	"strconv"
	"testing"
	"time"

	"raftlab/src/cluster/node"
	"raftlab/src/dlog"
	"raftlab/src/lab"
	"raftlab/src/lab/jobs"
	"raftlab/src/live"
)

// Work makes this process a worker of the grader, with nodes that run the program of a submission of an edition. It is
// the test function of the binary that the grader builds.
func Work(t *testing.T, l *lab.Lab, program node.Program, edition string) {
	dlog.SetSink(&dlog.Sink{W: os.Stderr, Start: time.Now()})
	n := 0
	err := jobs.Serve(l, func(s *lab.Scenario, job jobs.Job) (p jobs.Played, spoilt bool) {
		n++
		t.Run(strconv.Itoa(n), func(t *testing.T) {
			p.Result = live.Play(t, program, l.Run(s, job.Seed, edition), job.Timeout)
		})
		return p, p.Failure != nil // goroutines may be left, and locks held
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	os.Exit(0) // a spoilt process would wait for what will never end
}
