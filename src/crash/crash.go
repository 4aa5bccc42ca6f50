// Package crash finds out what a process of Go code died of, or where it hangs, from what it printed: panics, race
// reports and tracebacks.
package crash

import (
	"fmt"
	"regexp"
	"strings"

	"raftlab/src/box/goroot"
	"raftlab/src/cluster"
)

// raceStatus is how a process ends whose race detector halts on an error.
const raceStatus = 66

// traceLimit is how much of a traceback goes into a message.
const traceLimit = 16 << 10

var (
	raceReport = regexp.MustCompile(`(?s)WARNING: DATA RACE\n.*?\n==================`)
	// A frame in a race report or a traceback: the function, then where it is.
	raceFrame = regexp.MustCompile(`(?m)^  (\S+)\(\)\n\s+(?:.*/)?([^/\s]+:\d+)`)
	frame     = regexp.MustCompile(`(?m)^(\S.*)\(.*\)\n\t(?:.*/)?([^/\s]+:\d+)`)
	// What the runtime says last, with the panics in deferred functions that followed the first. Who prints such a line
	// himself does not go on so.
	panicLine = regexp.MustCompile(`(?m)^(panic: .*|fatal error: .*)\n(?:\t.*\n)*`)
	traceback = regexp.MustCompile(`(?m)^(goroutine \d+ .*:|runtime stack:)$`)
	chained   = regexp.MustCompile(`(?m)^\t?((?:panic|fatal error): .*?)(?: \[recovered.*\])?$`)
)

// Panicked reports whether a process says why the runtime ended it.
func Panicked(text string) bool {
	_, _, ok := lastWords(text)
	return ok
}

// lastWords returns why the runtime ended a process, in a line, and all that it says of it.
func lastWords(text string) (first, trace string, ok bool) {
	all := panicLine.FindAllStringIndex(text, -1)
	if len(all) == 0 {
		return "", "", false
	}
	at := all[len(all)-1]
	trace = text[at[0]:]
	if !traceback.MatchString(trace) {
		return "", "", false
	}
	chain := chained.FindAllStringSubmatch(text[at[0]:at[1]], -1)
	return chain[len(chain)-1][1], trace, true
}

// Examine says what a process died of, from what it printed and how it ended.
func Examine(text string, status int) cluster.Failure {
	if report := raceReport.FindString(text); report != "" || status == raceStatus {
		return cluster.Failure{Kind: cluster.Race, Message: raceSummary(report) + "\n" + report}
	}
	first, trace, ok := lastWords(text)
	switch {
	case ok:
	case status < 0:
		return cluster.Failure{Kind: cluster.Exit,
			Message: "the process was killed in the midst of the run, as a system does that runs out of memory"}
	default:
		return cluster.Failure{Kind: cluster.Exit,
			Message: fmt.Sprintf("the process ended with status %d in the midst of the run%s", status, LastLine(text))}
	}
	f := cluster.Failure{
		Kind:    cluster.Panic,
		Message: fmt.Sprintf("%s, in %s\n%s", first, Culprit(trace), cut(trace, traceLimit)),
	}
	switch {
	case strings.Contains(first, "unexpected call to os.Exit"):
		f.Kind, f.Message = cluster.Exit, "os.Exit was called, in "+Culprit(trace)+"\n"+cut(trace, traceLimit)
	case strings.Contains(first, "all goroutines are asleep"):
		f.Kind = cluster.Deadlock
	case strings.Contains(first, "out of memory"), strings.Contains(first, "cannot allocate memory"):
		f.Kind = cluster.Resource
	}
	return f
}

var dated = regexp.MustCompile(`^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d(\.\d+)? `) // as package log begins a line

// LastLine is a line that says what a process printed last, as log.Fatal does, with a line break before it, or nothing
// if it printed nothing.
func LastLine(text string) string {
	text = strings.TrimRight(text, " \t\r\n")
	last := dated.ReplaceAllString(text[strings.LastIndexByte(text, '\n')+1:], "")
	if last == "" {
		return ""
	}
	return "\nthe last line that it printed: " + strings.ToValidUTF8(last[:min(len(last), maxLine)], "")
}

const maxLine = 400

// raceSummary names the two sides of a race.
func raceSummary(report string) string {
	var sides []string
	parts := strings.SplitN(report, "\n\n", 3) // of one side, of the other, and the rest
	for _, part := range parts[:min(2, len(parts))] {
		if at := culprit(raceFrame.FindAllStringSubmatch(part, -1)); at != "" {
			sides = append(sides, at)
		}
	}
	if len(sides) < 2 {
		return "data race"
	}
	return fmt.Sprintf("data race between %s and %s", sides[0], sides[1])
}

// Culprit is the first function of a traceback that is neither the standard library's nor one of the harness around it,
// and where in it. If there is none it is the first that is not the lab's own either, or "an unknown place".
func Culprit(trace string) string {
	if at := culprit(frame.FindAllStringSubmatch(trace, -1)); at != "" {
		return at
	}
	return "an unknown place"
}

func culprit(frames [][]string) string {
	if at := firstOf(frames, foreign); at != "" {
		return at
	}
	return firstOf(frames, func(function string) bool {
		path := packageOf(function)
		return path != "" && !goroot.InLibrary(path) && !inLab(path)
	})
}

// firstOf says the first of these frames, each a function and a place in it, whose function is one of those that are
// looked for, or nothing if there is none.
func firstOf(frames [][]string, wanted func(function string) bool) string {
	for _, m := range frames {
		if wanted(m[1]) {
			return shortName(m[1]) + " at " + m[2]
		}
	}
	return ""
}

// shortName is a function's name without the path before its package. There may be some in brackets, too.
func shortName(function string) string {
	path, _, _ := strings.Cut(function, "[")
	return function[strings.LastIndex(path, "/")+1:]
}

func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return s[:n] + "\n[cut]"
}
