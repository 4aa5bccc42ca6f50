package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// autograder lays out a folder as Gradescope's image has it after setup.sh, with
// this test for a grader, and returns it. It is in this module, as all that is
// graded from source must be.
func autograder(t *testing.T) (root string) {
	t.Helper()
	top, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	root, err = os.MkdirTemp("testdata", "autograder")
	if err != nil {
		t.Fatal(err)
	}
	if root, err = filepath.Abs(root); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(root) })
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	links := map[string]string{
		"source/raftlab": top,
		"bin/grader":     self,
		"cache/raftlab":  cacheDir(""),
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

// The example for Gradescope leaves a valid results.json for whatever it is
// given, also without a grader.
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
		cmd.Env = append(os.Environ(), "PARTS=^(Initial|Re)Election$", "COUNT=1", "LIMIT=5m")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: Gradescope would blame itself:\n%s", err, out)
		}
		decode(t, file, &res)
		if res.Score == nil {
			t.Fatal("no score")
		}
		return res
	}
	for _, tt := range []struct {
		name, from string
		score      float64
		tests      bool
		output     string
	}{
		{"passes what is asked", "testdata/broken/checkthenact", 12, true, "12 of 12 points"},
		{"unsafe", "testdata/broken/votestwice", 3, true, "promises of Raft's were broken"},
		{"does not compile", "testdata/broken/doesnotcompile", 0, false, "raft.go:4:6: cannot use Make"},
		{"no Make", "testdata/broken/nomake", 0, false, "has no func Make"},
		{"empty", "", 0, false, "no Go package here"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := os.RemoveAll(submission); err != nil {
				t.Fatal(err)
			}
			if tt.from == "" {
				if err := os.Mkdir(submission, 0o777); err != nil {
					t.Fatal(err)
				}
			} else if err := os.CopyFS(submission, os.DirFS(tt.from)); err != nil {
				t.Fatal(err)
			}
			res := run(t)
			if *res.Score != tt.score || len(res.Tests) > 0 != tt.tests || !strings.Contains(res.Output, tt.output) {
				t.Errorf("score %v, want %v; %d tests; output %s\nwant %s", *res.Score, tt.score, len(res.Tests), res.Output, tt.output)
			}
		})
	}
	t.Run("own points", func(t *testing.T) {
		points := filepath.Join(root, "source", "grading.toml")
		if err := os.WriteFile(points, []byte("[classic]\n2A = 30\n"), 0o666); err != nil {
			t.Fatal(err)
		}
		defer os.Remove(points)
		os.RemoveAll(submission)
		if err := os.CopyFS(submission, os.DirFS("testdata/broken/checkthenact")); err != nil {
			t.Fatal(err)
		}
		if res := run(t); *res.Score != 20 {
			t.Errorf("score %v, want 20", *res.Score)
		}
	})
	t.Run("no grader", func(t *testing.T) {
		if err := os.Remove(filepath.Join(root, "bin", "grader")); err != nil {
			t.Fatal(err)
		}
		if res := run(t); *res.Score != 0 || !strings.Contains(res.Output, "tell the staff") {
			t.Errorf("score %v, output %s", *res.Score, res.Output)
		}
	})
}
