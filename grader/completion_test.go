package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestCompletion(t *testing.T) {
	t.Chdir("..")
	for _, tt := range []struct {
		args string
		has  []string
		not  []string
	}{
		{"", []string{"run:grade implementations", "explain:", "completion:"}, []string{"sim-worker"}},
		{"run", []string{"impls/ticker-timer"}, []string{"internal", "ReElection"}},
		{"run -count 3", []string{"impls/ticker-timer"}, nil},
		{"run -run", []string{"2A:elections", "Figure8Unreliable:"}, []string{"impls/"}},
		{"run --run", []string{"2A:elections"}, nil},
		{"list -tier", []string{"classic:", "strict:"}, nil},
		{"run -clock", []string{"sim:", "bubble:", "wall:"}, nil},
		{"run -fail", []string{"-failfast:stop"}, []string{"impls/"}},
		{"run --fail", []string{"--failfast:stop"}, []string{"--json"}},
		{"-ver", []string{"-version:"}, []string{"run:"}},
		{"replay", []string{"impls/polling-sleep"}, []string{"ReElection"}},
		{"elect", []string{"impls/polling-sleep"}, []string{"internal"}},
		{"replay impls/polling-sleep", []string{"ReElection:", "ChaosSnapshots:"}, []string{"impls/"}},
		{"replay impls/polling-sleep ReElection", nil, []string{"impls/", "ReElection"}},
		{"explain", []string{"deadlock:"}, []string{"One Vote"}},
		{"run -json", nil, []string{"impls/"}}, // a file, which the shell completes
	} {
		var out bytes.Buffer
		args := append(strings.Fields("grader "+tt.args), "--generate-shell-completion")
		status := grader(t.Context(), args, &out, &out)
		for _, want := range tt.has {
			if !strings.Contains("\n"+out.String(), "\n"+want) {
				t.Errorf("grader %s: status %d, no %s in\n%s", tt.args, status, want, &out)
			}
		}
		for _, not := range tt.not {
			if strings.Contains(out.String(), not) {
				t.Errorf("grader %s: %s in\n%s", tt.args, not, &out)
			}
		}
	}
	for _, shell := range []string{"bash", "zsh", "fish"} {
		var out bytes.Buffer
		if status := grader(t.Context(), []string{"grader", "completion", shell}, &out, &out); status != 0 ||
			!strings.Contains(out.String(), "--generate-shell-completion") {
			t.Errorf("grader completion %s: status %d, %s", shell, status, &out)
		}
	}
}

func TestHelpOfRun(t *testing.T) {
	var out bytes.Buffer
	grader(t.Context(), []string{"grader", "run", "-h"}, &out, &out)
	help := out.String()
	at := -1
	for _, want := range []string{
		"\n   Choice of runs\n", "--count int", "(default: 20)", "--run parts", "\n   How servers run\n", `--schedule`,
		"(default: true)",
		"\n   Limits\n", "--parallel int", "(default: one per processor, eight on the wall clock)", "\n   Results\n",
		"--json file", "--logs directory",
	} {
		i := strings.Index(help, want)
		if i < at {
			t.Errorf("no %q, or not in its place, in\n%s", want, help)
		}
		at = max(at, i)
	}
	if strings.Contains(help, "(default: 0)") {
		t.Errorf("0 is no default of anything:\n%s", help)
	}
}

// -version is the command of that name.
func TestVersionFlag(t *testing.T) {
	var want, got bytes.Buffer
	status := grader(t.Context(), []string{"grader", "version"}, &want, &want)
	for _, flag := range []string{"-version", "--version"} {
		got.Reset()
		if s := grader(t.Context(), []string{"grader", flag}, &got, &got); s != status ||
			got.String() != want.String() {
			t.Errorf("grader %s: status %d, %sgrader version: status %d, %s", flag, s, &got, status, &want)
		}
	}
}
