package main

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"raftlab/internal/testinputs"
)

// shown runs grader replay of a run that fails and returns the lines of its log, which are to be those of the same run
// however little of it is shown.
func shown(t *testing.T, flags string) (lines []string, said string) {
	t.Helper()
	var out, errs bytes.Buffer
	args := append([]string{"grader", "replay"}, strings.Fields(flags)...)
	args = append(args, "grader/testdata/broken/votestwice", "ManyElections", "1")
	if status := grader(t.Context(), args, &out, &errs); status != statusFailed {
		t.Fatalf("%s: status %d, want %d\n%s%s", flags, status, statusFailed, &out, &errs)
	}
	log, _, _ := strings.Cut(out.String(), "\n\n")
	return strings.Split(log, "\n"), out.String()
}

// What -around and -servers show is that part of the log which they ask for, and all of it.
func TestReplayShowsParts(t *testing.T) {
	testinputs.Note(t)
	t.Chdir("..")
	all, said := shown(t, "")
	_, verdict, _ := strings.Cut(said, "\n\n")
	last := ticks(t, all[len(all)-1])
	ofServers := regexp.MustCompile(`^\d+ [A-Z]{4} S[42] `)
	named := regexp.MustCompile(`^\d+ [A-Z]{4} S\d `)
	for _, tt := range []struct {
		flags string
		wants func(line string) bool
	}{
		{"-around 200ms", func(line string) bool { return ticks(t, line) >= last-2000 }},
		{"-servers 4,2", func(line string) bool {
			return ofServers.MatchString(line) || !named.MatchString(line) || strings.Contains(line, " TEST ")
		}},
		{"-servers S4,S2 -around 1500ms", func(line string) bool {
			return (ofServers.MatchString(line) || !named.MatchString(line) || strings.Contains(line, " TEST ")) &&
				ticks(t, line) >= last-15000
		}},
	} {
		got, said := shown(t, tt.flags)
		var want []string
		for _, line := range all {
			if tt.wants(line) {
				want = append(want, line)
			}
		}
		if len(want) == 0 || len(want) == len(all) || strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%s shows %d lines, want %d of %d:\n%s", tt.flags, len(got), len(want), len(all),
				strings.Join(got, "\n"))
		}
		if !strings.HasSuffix(said, "\n\n"+verdict) {
			t.Errorf("%s ends with another verdict:\n%s\nwant\n%s", tt.flags, said, verdict)
		}
	}
	if _, said := shown(t, "-c -servers 4,2 -around 200ms"); !regexp.MustCompile(`│ S2 +│ S4\n`).MatchString(said) ||
		strings.Contains(said, "│ S1") {
		t.Errorf("the columns are not those of S2 and S4:\n%s", said)
	}
}

func ticks(t *testing.T, line string) int {
	t.Helper()
	time, _, _ := strings.Cut(line, " ")
	n, err := strconv.Atoi(time)
	if err != nil {
		t.Fatalf("%v in %q", err, line)
	}
	return n
}

// The stacks of a deadlock are no panic.
func TestReplayOfADeadlock(t *testing.T) {
	testinputs.Note(t)
	t.Chdir("..")
	var out bytes.Buffer
	status := grader(t.Context(), strings.Fields("grader replay grader/testdata/broken/hungchannel InitialElection 1"),
		&out, &out)
	if said := out.String(); status != statusFailed || !strings.Contains(said, "\n── stacks ─") ||
		strings.Contains(said, "── panic") {
		t.Errorf("status %d, said %s", status, said[max(0, len(said)-4000):])
	}
}

// A run that passed has no surroundings of a failure.
func TestReplayAroundNothing(t *testing.T) {
	testinputs.Note(t)
	t.Chdir("..")
	var out bytes.Buffer
	status := grader(t.Context(), strings.Fields("grader replay -around 1s impls/ticker-timer InitialElection 1"), &out,
		&out)
	if want := "The run did not fail, so -around has nothing to show.\n\nimpls/ticker-timer InitialElection seed 1: " +
		"pass after"; status != 0 || !strings.HasPrefix(out.String(), want) {
		t.Errorf("status %d, said %s", status, &out)
	}
}
