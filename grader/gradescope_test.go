package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// autograder lays out a directory as Gradescope's image has it after setup.sh, with this test for a grader, and returns
// it.
func autograder(t *testing.T) (root string) {
	t.Helper()
	top, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	root = t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	links := map[string]string{
		"source/raftlab": top,
		"bin/grader":     self,
		"cache/raftlab":  cacheDir(),
		"cache/go-build": goEnv(t, "GOCACHE"),
		"cache/mod":      goEnv(t, "GOMODCACHE"),
	}
	for name, target := range links {
		link(t, target, filepath.Join(root, name))
	}
	return root
}

func link(t *testing.T, target, name string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(target, 0o777); err != nil && !strings.HasSuffix(name, "grader") {
		t.Fatal(err)
	}
	if err := os.Symlink(target, name); err != nil {
		t.Fatal(err)
	}
}

func goEnv(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.Command("go", "env", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// The example for Gradescope leaves a valid results.json for whatever it is given, also without a grader.
func TestGradescopeExample(t *testing.T) {
	type results struct {
		Score  *float64
		Output string
		Tests  []struct {
			Name, Status, Output string
			Score                float64
			MaxScore             float64 `json:"max_score"`
		}
	}
	root := autograder(t)
	submission, file := filepath.Join(root, "submission"), filepath.Join(root, "results", "results.json")
	run := func(t *testing.T) (res results) {
		t.Helper()
		cmd := exec.Command("bash", filepath.Join("..", "docs", "gradescope", "run_autograder"), root)
		cmd.Env = append(os.Environ(), "PARTS=^(Initial|Re)Election$", "COUNT=5", "SEED=1", "LIMIT=5m")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: Gradescope would blame itself:\n%s", err, out)
		}
		decode(t, file, &res)
		return res
	}
	// submit puts the checkout in its place, with some words of it replaced.
	submit := func(t *testing.T, old, with string) {
		t.Helper()
		if err := errors.Join(os.RemoveAll(submission),
			os.CopyFS(submission, os.DirFS("testdata/checkout"))); err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(submission, "src", "raft", "raft.go")
		data, err := os.ReadFile(name)
		if err != nil || !strings.Contains(string(data), old) {
			t.Fatalf("%v, or no %q in %s", err, old, name)
		}
		if err := os.WriteFile(name, []byte(strings.Replace(string(data), old, with, 1)), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name, old, with string
		score           float64
		tests           bool
		output          string
	}{
		{"passes what is asked", "", "", 12, true, "12 of 12 points"},
		{"unsafe", "votes := 1", "votes := 1; rf.leader = true; go rf.beat(rf.term)", 0, true,
			"safety, "},
		{"does not compile", "rf.dead = true", "rf.dead = 1", 0, false, "src/raft/raft.go:"},
		{"no Make", "func Make", "func Build", 0, false, "no Raft here"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			submit(t, tt.old, tt.with)
			res := run(t)
			for _, test := range res.Tests {
				res.Output += test.Output
			}
			if res.Score == nil {
				t.Fatal("no score")
			}
			if *res.Score != tt.score || len(res.Tests) > 0 != tt.tests || !strings.Contains(res.Output, tt.output) {
				t.Errorf("score %v, want %v; %d tests; output %s\nwant %s", *res.Score, tt.score, len(res.Tests),
					res.Output, tt.output)
			}
		})
	}
	t.Run("empty", func(t *testing.T) {
		if err := errors.Join(os.RemoveAll(submission), os.Mkdir(submission, 0o777)); err != nil {
			t.Fatal(err)
		}
		if res := run(t); res.Score == nil || *res.Score != 0 || !strings.Contains(res.Output, "no Raft here") {
			t.Errorf("score %v, output %s", res.Score, res.Output)
		}
	})
	t.Run("own points", func(t *testing.T) {
		points := filepath.Join(root, "source", "grading.toml")
		if err := os.WriteFile(points, []byte("[classic]\n2A = 30\n"), 0o666); err != nil {
			t.Fatal(err)
		}
		defer os.Remove(points)
		submit(t, "", "")
		if res := run(t); res.Score == nil || *res.Score != 20 {
			t.Errorf("score %v, want 20", res.Score)
		}
	})
	t.Run("no grader", func(t *testing.T) {
		if err := os.Remove(filepath.Join(root, "bin", "grader")); err != nil {
			t.Fatal(err)
		}
		if res := run(t); res.Score != nil || !strings.Contains(res.Output, "tell the staff") {
			t.Errorf("score %v, which is not the submission's; output %s", *res.Score, res.Output)
		}
	})
}

// Who is graded with secret seeds is not told them. Staff are, and the commands that repeat runs.
func TestSecretSeeds(t *testing.T) {
	dir := t.TempDir()
	file, all := filepath.Join(dir, "results.json"), filepath.Join(dir, "all.json")
	args := []string{"grader", "run", "-count", "2", "-seed", "secret", "-run", "InitialElection", "-logs",
		filepath.Join(dir, "logs"), "-gradescope", file, "-json", all, "testdata/broken/votestwice"}
	var out, errs bytes.Buffer
	grader(t.Context(), args, &out, &errs)
	var res struct {
		Grader struct {
			FirstSeed uint64 `json:"first_seed"`
		}
		Implementations []struct {
			Scenarios []struct{ Failures []struct{ Seed uint64 } }
		}
	}
	decode(t, all, &res)
	first := strconv.FormatUint(res.Grader.FirstSeed, 10)
	var shown struct {
		Output string
		Tests  []struct{ Output string }
	}
	decode(t, file, &shown)
	if res.Grader.FirstSeed <= 1 || strings.Contains(fmt.Sprint(shown), first) || len(shown.Tests) == 0 {
		t.Errorf("first seed %s; the student sees %v\n%s", first, shown, &errs)
	}

	again := slices.Clone(args)
	again[5] = first
	grader(t.Context(), again, &out, &errs)
	second := res
	decode(t, all, &second)
	if diff := cmp.Diff(res.Implementations, second.Implementations); diff != "" ||
		second.Grader.FirstSeed != res.Grader.FirstSeed {
		t.Errorf("first seed %d and then %d:\n%s", res.Grader.FirstSeed, second.Grader.FirstSeed, diff)
	}
}
