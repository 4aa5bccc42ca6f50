// Package autopsy finds out what a process of Go code died of, or where it
// hangs, from what it printed: panics, race reports and tracebacks.
package autopsy

import (
	"fmt"
	"regexp"
	"strings"

	"raftlab/src/raft/rafttest"
)

// raceStatus is how a process ends whose race detector halts on an error.
const raceStatus = 66

// traceLimit is how much of a traceback goes into a message.
const traceLimit = 16 << 10

var (
	raceReport = regexp.MustCompile(`(?s)WARNING: DATA RACE\n.*?\n==================`)
	// A frame in a race report or a traceback: the function, then where it is.
	raceFrame = regexp.MustCompile(`(?m)^  (\S+)\(\)\n\s+(?:.*/)?([^/\s]+:\d+)`)
	panicLine = regexp.MustCompile(`(?m)^(panic: .*|fatal error: .*)$`)
	frame     = regexp.MustCompile(`(?m)^(\S.*)\(.*\)\n\t(?:.*/)?([^/\s]+:\d+)`)
)

// Panicked reports whether a process says why the runtime ended it.
func Panicked(text string) bool { return panicLine.MatchString(text) }

// Examine says what a process died of, from what it printed and how it ended.
func Examine(text string, status int) rafttest.Failure {
	if report := raceReport.FindString(text); report != "" || status == raceStatus {
		return rafttest.Failure{Kind: rafttest.Race, Message: raceSummary(report) + "\n" + report}
	}
	at := panicLine.FindStringIndex(text)
	if at == nil {
		return rafttest.Failure{Kind: rafttest.Exit, Message: fmt.Sprintf("the process ended with status %d in the midst of the run", status)}
	}
	first, trace := text[at[0]:at[1]], text[at[0]:]
	f := rafttest.Failure{
		Kind:    rafttest.Panic,
		Message: fmt.Sprintf("%s, in %s\n%s", first, Culprit(trace), cut(trace, traceLimit)),
	}
	switch {
	case strings.Contains(first, "unexpected call to os.Exit"):
		f.Kind, f.Message = rafttest.Exit, "os.Exit was called, in "+Culprit(trace)+"\n"+cut(trace, traceLimit)
	case strings.Contains(first, "all goroutines are asleep"):
		f.Kind = rafttest.Deadlock
	case strings.Contains(first, "out of memory"), strings.Contains(first, "cannot allocate memory"):
		f.Kind = rafttest.Resource
	}
	return f
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

// Culprit is the first function of a traceback that is neither the runtime's
// nor one of the harness around it, and where in it, or "an unknown place".
func Culprit(trace string) string {
	for _, m := range frame.FindAllStringSubmatch(trace, -1) {
		name := shortName(m[1])
		switch pkg, _, _ := strings.Cut(name, "."); pkg {
		case "panic", "runtime", "testing", "os", "sync", "locks", "labrpc", "deadlock", "go-deadlock", "reflect":
		default:
			return name + " at " + m[2]
		}
	}
	return "an unknown place"
}

// shortName drops the path before a function's package.
func shortName(f string) string { return f[strings.LastIndex(f, "/")+1:] }

func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return s[:n] + "\n[cut]"
}
