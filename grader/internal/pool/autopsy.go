package pool

import (
	"regexp"
	"strconv"
	"time"

	"raftlab/src/cluster"
	"raftlab/src/crash"
)

var logTime = regexp.MustCompile(`(?m)^(\d{6,}) [A-Z][A-Z0-9]{3} `)

// postmortem says what a worker died of, from what it printed and how it ended.
func postmortem(log []byte, status int) cluster.Failure {
	f := crash.Examine(string(log), status)
	f.At = lastTime(log)
	return f
}

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
