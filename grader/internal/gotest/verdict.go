package gotest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"raftlab/grader/internal/testrun"
)

// mark precedes the test binary's own words in its output, with -test.v=test2json.
const mark = "\x16"

// judge says how a test ended and, if it failed, why, in a few lines. To pass, package testing in the box must have
// reported this very test as passed, and then the whole run, and the box must have exited with status 0. What is
// printed does not count.
func judge(test, module string, r Run) (testrun.Verdict, string) {
	switch r.End {
	case Hangs:
		return testrun.Failed, "hangs: a goroutine loops without waiting for anything" + running(r.Stacks, module)
	case TooSlow:
		return testrun.Failed, "computes for longer than its timeout" + running(r.Stacks, module)
	case Busy:
		return testrun.Failed,
			"goroutines poll without a sleep, and virtual time hardly passes" + running(r.Stacks, module)
	case TooLong:
		return testrun.Failed, "takes too long and does not stop at its timeout"
	case ReadsInput:
		return testrun.Failed, "waits for its standard input"
	case NoMemory:
		return testrun.Failed, "takes more memory than it may have"
	case Crashed:
		return testrun.Failed, r.Crash
	}
	said := func(verdict, of string) bool { return slices.Contains(r.Reports, "testing "+verdict+" "+of) }
	over := r.Status == 0 && said("PASS", "")
	switch {
	case said("FAIL", test):
		return testrun.Failed, failure(module, r)
	case over && said("PASS", test):
		return testrun.Passed, ""
	case over && said("SKIP", test):
		return testrun.Skipped, ""
	case r.Status == 0:
		return testrun.Failed, "exited without a verdict" + lastWords(r)
	}
	if text, ok := panicked(r, module); ok {
		return testrun.Failed, text
	}
	return testrun.Failed, fmt.Sprintf("exited with status %d and without a verdict", r.Status) + lastWords(r)
}

var (
	// A line that package testing prints for t.Log and its kin.
	logged = regexp.MustCompile(`^ {4}[\w.\-]+\.go:\d+: `)

	place = regexp.MustCompile(`([\w.\-]+/)*[\w.\-]+\.go:\d+`)
)

// failure returns what a failed test printed about the failure: the lines of t.Fatal and its kin or, with the tester of
// 2025 and later, the lines that begin with Fatal.
func failure(module string, r Run) string {
	if text, ok := panicked(r, module); ok {
		return text
	}
	var said []string
	inLog, inFatal := false, false
	for _, l := range r.Output {
		text, _, isMark := strings.Cut(l.Text, mark)
		_, fatal, isFatal := strings.Cut(text, "Fatal: ")
		at := strings.TrimSpace(text)
		switch {
		case isMark && text == "":
			inLog, inFatal = false, false
		case logged.MatchString(text):
			said, inLog = append(said, at), true
		case inLog && strings.HasPrefix(text, "        "):
			said = append(said, strings.TrimPrefix(text, "    "))
		case isFatal:
			said, inFatal = append(said, "Fatal: "+fatal), true
		case inFatal && at != "" && at == place.FindString(at):
			said = append(said, "    "+strings.TrimPrefix(at, module+"/"))
		default:
			inLog, inFatal = false, false
		}
	}
	if len(said) == 0 {
		return "failed without a message" + lastWords(r)
	}
	return strings.Join(said[:min(len(said), 8)], "\n")
}

// panicked returns the message of the panic or other fatal error that ended the guest, and where it was.
func panicked(r Run, module string) (string, bool) {
	for i, l := range r.Output {
		text, _, _ := strings.Cut(l.Text, mark)
		if text == "" {
			text = strings.TrimPrefix(l.Text, mark)
		}
		if !strings.HasPrefix(text, "panic: ") && !strings.HasPrefix(text, "fatal error: ") {
			continue
		}
		var rest strings.Builder
		for _, l := range r.Output[i+1:] {
			rest.WriteString(l.Text + "\n")
		}
		return text + running(rest.String(), module), true
	}
	return "", false
}

// running says where the first goroutine of a dump is in the checkout's own code.
func running(stacks, module string) string {
	started := false
	for l := range strings.Lines(stacks) {
		if strings.HasPrefix(l, "goroutine ") {
			if started {
				break
			}
			started = true
		}
		if at, ok := strings.CutPrefix(l, "\t"+module+"/"); ok && started {
			return " at " + place.FindString(at)
		}
	}
	return ""
}

// lastWords returns the last lines of output, which may say why the test failed.
func lastWords(r Run) string {
	var last []string
	for _, l := range r.Output {
		text := strings.TrimSpace(strings.TrimPrefix(l.Text, mark))
		if text == "" || strings.HasPrefix(text, "=== ") || text == "FAIL" || strings.HasPrefix(text, "--- FAIL") {
			continue
		}
		last = append(last, text)
	}
	if len(last) == 0 {
		return ""
	}
	return "; its last output:\n" + strings.Join(last[max(0, len(last)-3):], "\n")
}
