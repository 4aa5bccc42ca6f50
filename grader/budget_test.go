package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A submission that elects as it should, and computes all the time, is stopped when its budget is used up. What is left
// undone earns nothing, and a larger budget goes on from there.
func TestBudget(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "slow")
	if err := os.CopyFS(path, os.DirFS("testdata/checkout")); err != nil {
		t.Fatal(err)
	}
	raft := filepath.Join(path, "src", "raft", "raft.go")
	data, err := os.ReadFile(raft)
	const old = "func (rf *Raft) GetState() (int, bool) {\n"
	if err != nil || !bytes.Contains(data, []byte(old)) {
		t.Fatalf("%v, or no %q", err, old)
	}
	slow := strings.Replace(string(data), old, old+"\tfor i := 0; i < 2_000_000; i++ {\n\t\tsink += i\n\t}\n", 1) +
		"\nvar sink int\n"
	if err := os.WriteFile(raft, []byte(slow), 0o666); err != nil {
		t.Fatal(err)
	}
	file, state := filepath.Join(dir, "results.json"), filepath.Join(dir, "state")
	run := func(budget string) (status int, res struct {
		Finished        bool
		Implementations []struct {
			Stopped   string
			Points    struct{ Score, Max float64 }
			Scenarios []struct{ Passed, Failed, Runs int }
		}
	}, out string) {
		var stdout, stderr bytes.Buffer
		status = grader(t.Context(), []string{"grader", "run", "-count", "6", "-run", "InitialElection",
			"-budget", budget, "-parallel", "1", "-state", state, "-logs", dir, "-json", file, path}, &stdout, &stderr)
		decode(t, file, &res)
		return status, res, stdout.String() + stderr.String()
	}
	status, res, out := run("500ms")
	impl := res.Implementations[0]
	played := impl.Scenarios[0].Runs
	if status != statusFailed || res.Finished || played == 0 || played == 6 ||
		impl.Scenarios[0].Failed > 0 || impl.Points.Score != 0 || impl.Points.Max == 0 ||
		impl.Stopped != "its budget of 500ms of processor time is used up (-budget)" ||
		!strings.Contains(out, "are not played, and earn nothing") {
		t.Errorf("status %d, %+v:\n%s", status, res, out)
	}
	if status, res, out = run("10m"); status != 0 || !res.Finished || res.Implementations[0].Stopped != "" ||
		res.Implementations[0].Scenarios[0].Passed != 6 {
		t.Errorf("with a larger budget: status %d, %+v:\n%s", status, res, out)
	}
	for _, wrong := range []string{"0s", "-1s"} {
		var stdout, stderr bytes.Buffer
		status := grader(t.Context(), []string{"grader", "run", "-budget", wrong, path}, &stdout, &stderr)
		if status != statusUsage || !strings.Contains(stderr.String(), "must be more than 0") {
			t.Error(errors.New(stderr.String()), status)
		}
	}
}
