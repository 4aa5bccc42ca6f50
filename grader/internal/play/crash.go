package play

import (
	"regexp"
	"strconv"
	"time"

	"raftlab/grader/internal/pool"
	"raftlab/src/cluster"
	"raftlab/src/crash"
	"raftlab/src/lab/jobs"
)

// diagnose says what the worker of a run has died of, and how the run failed if that is its own doing.
func diagnose(j Job, c pool.Crash) (jobs.Played, pool.Cause) {
	f := crash.Examine(string(c.Log), c.Status)
	cause := pool.Cause{Text: f.Message, Memory: f.Kind == cluster.Resource}
	if c.Killed != "" {
		f = cluster.Failure{Kind: cluster.Timeout, Message: c.Killed}
	}
	f.At = lastTime(c.Log)
	res := cluster.Result{Scenario: j.Scenario.Name, Seed: j.Seed, Branches: j.Branches, Failure: &f,
		Virtual: f.At}
	return jobs.Played{Result: res}, cause
}

var logTime = regexp.MustCompile(`(?m)^(\d{6,}) [A-Z][A-Z0-9]{3} `)

// lastTime is the time of the last line of a log.
func lastTime(log []byte) time.Duration {
	all := logTime.FindAllSubmatch(log, -1)
	if len(all) == 0 {
		return 0
	}
	ticks, err := strconv.ParseInt(string(all[len(all)-1][1]), 10, 64)
	if err != nil {
		return 0
	}
	return time.Duration(ticks) * 100 * time.Microsecond
}
