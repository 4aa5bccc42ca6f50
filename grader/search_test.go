package main

import (
	"bytes"
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"raftlab/grader/internal/search"
	"raftlab/internal/testinputs"
)

// searched plays a search.
func searched(t *testing.T, args ...string) (status int, out string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	args = append([]string{"grader", "search", "-parallel", "1", "-logs", t.TempDir()}, args...)
	status = grader(context.Background(), args, &stdout, &stderr)
	return status, stdout.String() + stderr.String()
}

// A search stops at the first failure, keeps its log and page, and says how to see it again.
func TestSearchFinds(t *testing.T) {
	testinputs.Note(t)
	t.Chdir("..")
	status, out := searched(t, "-run", "ManyElections|ChaosElections", "grader/testdata/broken/votestwice")
	found := regexp.MustCompile(`(?s)votestwice: \d+ runs?, .*: (\w+) failed\n.*One Vote per Term: .*` +
		`\n    log: .*\n    page: .*\n    repeat: (.*?)\n`).FindStringSubmatch(out)
	if status != statusFailed || found == nil {
		t.Fatalf("status %d:\n%s", status, out)
	}
	var replayed bytes.Buffer
	args := strings.Fields(found[2])
	if i := len(args) - 4; args[i] != "replay" || args[i+2] != found[1] {
		t.Fatalf("it is repeated with %q", args)
	}
	args = append([]string{"grader"}, args[len(args)-4:]...)
	if status := grader(context.Background(), args, &replayed, &replayed); status != statusFailed ||
		!strings.Contains(replayed.String(), "One Vote per Term") {
		t.Errorf("%q: status %d:\n%s", args, status, &replayed)
	}
}

// A search that finds nothing says what it came into, and is the same again.
func TestSearchEnds(t *testing.T) {
	testinputs.Note(t)
	t.Chdir("..")
	play := func() string {
		status, out := searched(t, "-run", "ReElection|LossyElections", "-cpu", "1500ms", "-time", "5m", "impls/ticker-timer")
		if status != 0 || !strings.Contains(out, "no failure\n") || !strings.Contains(out, "\nnever came about\n") ||
			!strings.Contains(out, "  a candidate crashes\n") || strings.Contains(out, "  two servers stand in one term\n") {
			t.Errorf("status %d:\n%s", status, out)
		}
		return out
	}
	// Processor time ends it, which is the machine's: so many runs as one of them has the other has, too.
	first := regexp.MustCompile(`(?m)^ +1 to +100: .*$`)
	a, b := first.FindString(play()), first.FindString(play())
	if diff := cmp.Diff(a, b); a != "" && b != "" && diff != "" {
		t.Error(diff)
	}
}

func TestSearchUsage(t *testing.T) {
	t.Chdir("..")
	for args, want := range map[string]string{
		"":                                "grader search takes one directory, such as: grader search impls/ticker-timer",
		"impls/ticker-timer impls/mine":   "grader search takes one directory",
		"-time 0s impls/ticker-timer":     "-time 0s: must be more than 0",
		"-cpu -1s impls/ticker-timer":     "-cpu -1s: must be more than 0",
		"-run Nothing impls/ticker-timer": `no scenario matches "Nothing"`,
		"nowhere":                         "nowhere: there is no such directory",
	} {
		if status, out := searched(t, strings.Fields(args)...); status != statusUsage || !strings.Contains(out, want) {
			t.Errorf("%q: status %d, %q not in:\n%s", args, status, want, out)
		}
	}
}

// Steps are joined until they fit.
func TestShortened(t *testing.T) {
	steps := []search.Step{{Runs: 100, Marks: 9, States: 5}, {Runs: 100, States: 3}, {Runs: 50, Marks: 1}}
	if diff := cmp.Diff(steps, shortened(steps, 3)); diff != "" {
		t.Error(diff)
	}
	want := []search.Step{{Runs: 200, Marks: 9, States: 8}, {Runs: 50, Marks: 1}}
	if diff := cmp.Diff(want, shortened(steps, 2)); diff != "" {
		t.Error(diff)
	}
}
