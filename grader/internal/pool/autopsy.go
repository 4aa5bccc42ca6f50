package pool

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"raftlab/src/raft/rafttest"
)

// raceStatus is how a process ends whose race detector halts on an error.
const raceStatus = 66

var (
	raceReport = regexp.MustCompile(`(?s)WARNING: DATA RACE\n.*?\n==================`)
	// A frame in a race report or a traceback: the function, then where it is.
	raceFrame  = regexp.MustCompile(`(?m)^  (\S+)\(\)\n\s+(?:.*/)?([^/\s]+:\d+)`)
	panicLine  = regexp.MustCompile(`(?m)^(panic: .*|fatal error: .*)$`)
	panicFrame = regexp.MustCompile(`(?m)^(\S.*)\(.*\)\n\t(?:.*/)?([^/\s]+:\d+)`)
	logTime    = regexp.MustCompile(`(?m)^(\d{6,}) [A-Z][A-Z0-9]{3} `)
)

// autopsy says what a worker died of, from what it printed and how it ended.
func autopsy(log string, status int) rafttest.Failure {
	if report := raceReport.FindString(log); report != "" || status == raceStatus {
		return rafttest.Failure{Kind: rafttest.Race, Message: raceSummary(report) + "\n" + report}
	}
	at := panicLine.FindStringIndex(log)
	if at == nil {
		return rafttest.Failure{Kind: rafttest.Exit, Message: fmt.Sprintf("the process ended with status %d in the midst of the run", status)}
	}
	first, trace := log[at[0]:at[1]], log[at[0]:]
	message := fmt.Sprintf("%s, in %s\n%s", first, culprit(trace), cut(trace, 16<<10))
	switch {
	case strings.Contains(first, "unexpected call to os.Exit"):
		return rafttest.Failure{Kind: rafttest.Exit, Message: "os.Exit was called, in " + culprit(trace) + "\n" + cut(trace, 16<<10)}
	case strings.Contains(first, "all goroutines are asleep"):
		return rafttest.Failure{Kind: rafttest.Deadlock, Message: message}
	case strings.Contains(first, "out of memory"), strings.Contains(first, "cannot allocate memory"):
		return rafttest.Failure{Kind: rafttest.Resource, Message: message}
	}
	return rafttest.Failure{Kind: rafttest.Panic, Message: message}
}

// raceSummary names the two sides of a race.
func raceSummary(report string) string {
	var sides []string
	for part := range strings.SplitSeq(report, "\n\n") {
		if m := raceFrame.FindStringSubmatch(part); m != nil && len(sides) < 2 {
			sides = append(sides, shortName(m[1])+" at "+m[2])
		}
	}
	if len(sides) < 2 {
		return "data race"
	}
	return fmt.Sprintf("data race between %s and %s", sides[0], sides[1])
}

// culprit is the first function in a panic's traceback that is neither the
// runtime's nor the testing package's.
func culprit(trace string) string {
	for _, m := range panicFrame.FindAllStringSubmatch(trace, -1) {
		name := shortName(m[1])
		switch pkg, _, _ := strings.Cut(name, "."); pkg {
		case "panic", "runtime", "testing", "os", "sync", "labrpc", "deadlock", "go-deadlock", "reflect":
		default:
			return name + " at " + m[2]
		}
	}
	return "an unknown place"
}

// shortName drops the path before a function's package.
func shortName(f string) string { return f[strings.LastIndex(f, "/")+1:] }

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

func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return s[:n] + "\n[cut]"
}
