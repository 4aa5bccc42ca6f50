package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestExplain(t *testing.T) {
	for _, tt := range []struct {
		args   string
		status int
		want   []string
	}{
		{"One Vote per Term", 0, []string{"One Vote per Term\n\n    A server votes for at most one candidate in a term.",
			"In the paper (extended version): Section 5.2: \"Each server will vote ", "\n    Usual mistakes:\n    - ",
			"votedFor is cleared whenever"}},
		{"one vote PER term", 0, []string{"One Vote per Term\n"}},
		{"log", 0, []string{"Log Matching\n"}},
		{"DEAD", 0, []string{"deadlock\n", "The lock is held during Call"}},
		{"safety", 0, []string{"safety\n"}},
		{"", 0, []string{"One Vote per Term\n    A server votes", "\nState Machine Safety\n", "\nnondeterminism\n"}},
		{"leader", statusUsage, []string{`"leader" may be Leader Append-Only or Leader Completeness`}},
		{"liveness", statusUsage, []string{`there is no explanation of "liveness"; grader explain lists all`}},
	} {
		var out, errs bytes.Buffer
		status := grader(t.Context(), append([]string{"grader", "explain"}, strings.Fields(tt.args)...), &out, &errs)
		said := out.String() + errs.String()
		for _, want := range tt.want {
			if !strings.Contains(said, want) {
				t.Errorf("grader explain %s: no %q in\n%s", tt.args, want, said)
			}
		}
		for line := range strings.Lines(said) {
			if len([]rune(line)) > readable+1 || strings.TrimRight(line, " \n")+"\n" != line {
				t.Errorf("grader explain %s: a line that is too long or ends with spaces: %q", tt.args, line)
			}
		}
		if status != tt.status {
			t.Errorf("grader explain %s: status %d, want %d", tt.args, status, tt.status)
		}
	}
	// In one argument, as it is printed below failures.
	var out bytes.Buffer
	if status := grader(t.Context(), []string{"grader", "explain", "One Vote per Term"}, &out, &out); status != 0 {
		t.Errorf("status %d: %s", status, &out)
	}
	if got := (self{command: "go run ./grader"}).explain("One Vote per Term"); got != "go run ./grader explain 'One "+
		"Vote per Term'" {
		t.Error(got)
	}
}
