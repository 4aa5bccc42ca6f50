package live

import (
	"os"
	"strconv"
	"testing"
	"time"

	"raftlab/src/dlog"
	"raftlab/src/raft"
	"raftlab/src/raft/editions"
	"raftlab/src/raft/rafttest"
	"raftlab/src/raft/rafttest/jobs"
)

// Work makes this process a worker of the grader. It is the test function of
// the binary that the grader builds.
func Work(t *testing.T, makeRaft raft.MakeFunc) { WorkOf(t, editions.Contract(makeRaft)) }

// WorkOf is Work for an edition.
func WorkOf[M any](t *testing.T, e editions.Edition[M]) { work(t, makerOf(e), e.Rules) }

func work(t *testing.T, makeServer maker, rules editions.Rules) {
	dlog.SetSink(&dlog.Sink{W: os.Stderr, Start: time.Now()})
	n := 0
	err := jobs.Serve(func(s rafttest.Scenario, job jobs.Job) (p jobs.Played, spoilt bool) {
		n++
		t.Run(strconv.Itoa(n), func(t *testing.T) {
			p.Result = play(t, makeServer, rules, s, job.Seed, job.Timeout)
		})
		return p, p.Failure != nil // goroutines may be left, and locks held
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	os.Exit(0) // a spoilt process would wait for what will never end
}
