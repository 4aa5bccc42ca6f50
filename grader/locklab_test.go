package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"raftlab/internal/testinputs"

	// A lab of its own, which the grader knows by this line alone.
	_ "raftlab/grader/testdata/locklab"
)

// Another lab than Raft is graded as Raft is: in every world, with points, reported in every form, replayed and listed.
func TestAnotherLab(t *testing.T) {
	testinputs.Note(t)
	t.Chdir("..")
	dir := t.TempDir()
	points := filepath.Join(dir, "points.toml")
	if err := os.WriteFile(points, []byte("[classic]\nA = 2\n[strict]\nB = 3\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) (status int, out string) {
		var b bytes.Buffer
		status = grader(context.Background(), append([]string{"grader"}, args...), &b, &b)
		return status, b.String()
	}
	const correct, forgets = "grader/testdata/locklab/correct", "grader/testdata/locklab/forgets"
	forms := []string{"json", "junit", "summary", "gradescope"}
	args := []string{"run", "-count", "3", "-grading", points, "-logs", dir}
	for _, form := range forms {
		args = append(args, "-"+form, filepath.Join(dir, form))
	}
	const violation = "Mutual Exclusion: C1 has the lock, and C2 has it"
	for _, test := range []struct {
		impl   string
		status int
		says   []string // in the table, and in each form
	}{
		{correct, 0, []string{"HolderSurvivesCrash"}},
		{forgets, statusFailed, []string{"HolderSurvivesCrash", violation}},
	} {
		status, out := run(append(args, test.impl)...)
		if status != test.status {
			t.Errorf("%s: status %d, want %d\n%s", test.impl, status, test.status, out)
		}
		texts := map[string]string{"table": out}
		for _, form := range forms {
			data, err := os.ReadFile(filepath.Join(dir, form))
			if err != nil {
				t.Error(err)
			}
			texts[form] = string(data)
		}
		for form, text := range texts {
			for _, says := range test.says {
				if !strings.Contains(text, says) {
					t.Errorf("%s: %s does not say %q:\n%s", test.impl, form, says, text)
				}
			}
		}
	}
	if status, out := run("run", "-lab", "lock", "-clock", "bubble", "-count", "2", "-logs", dir,
		forgets); status != statusFailed || !strings.Contains(out, violation) {
		t.Errorf("as goroutines: status %d\n%s", status, out)
	}
	status, out := run("replay", forgets, "HolderSurvivesCrash", "1")
	if status != statusFailed || !strings.Contains(out, "crash S0") || !strings.Contains(out, violation) {
		t.Errorf("replay: status %d\n%s", status, out)
	}
	if status, out = run("list", "-lab", "lock", "-run", "B"); status != 0 ||
		!strings.Contains(out, "HolderSurvivesCrash") || strings.Contains(out, "OneHolder") {
		t.Errorf("list: status %d\n%s", status, out)
	}
	if status, out = run("explain", "mutual"); status != 0 ||
		!strings.Contains(out, "One client has the lock at a time") {
		t.Errorf("explain: status %d\n%s", status, out)
	}
	if status, out = run("run", "impls/ticker-timer", correct); status != statusUsage ||
		!strings.Contains(out, "impls/ticker-timer is of the lab raft, and "+correct+" of lock") {
		t.Errorf("two labs: status %d\n%s", status, out)
	}
	if status, out = run("list", "-lab", "paxos"); status != statusUsage ||
		!strings.Contains(out, "-lab paxos: must be one of kv-classic, kv-rsm, lock, raft") {
		t.Errorf("no lab: status %d\n%s", status, out)
	}
}
