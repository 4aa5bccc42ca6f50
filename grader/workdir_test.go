package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// What graders left that were killed goes when it is old; what one uses that still runs stays, and so does what is not
// theirs.
func TestTrimWork(t *testing.T) {
	tmp := t.TempDir()
	now := time.Now()
	directory := func(name string, age time.Duration, files ...string) {
		dir := filepath.Join(tmp, name)
		err := os.Mkdir(dir, 0o700)
		for _, f := range files {
			err = errors.Join(err, os.WriteFile(filepath.Join(dir, f), nil, 0o600))
		}
		if err := errors.Join(err, os.Chtimes(dir, now.Add(-age), now.Add(-age))); err != nil {
			t.Fatal(err)
		}
	}
	const old, young = keepFor + time.Minute, keepFor - time.Minute
	directory("raftlab-build-1", old, workLock, "box.wasm")
	directory("raftlab-replay-1", old, workLock)
	directory("raftlab-gotest-1", old) // of a grader that locked nothing
	directory("raftlab-build-2", young, workLock)
	directory("raftlab-logs-1", old)
	directory("other-build-1", old)
	directory("raftlab-build-3", old)
	if err := os.Symlink("/etc/passwd", filepath.Join(tmp, "raftlab-build-3", workLock)); err != nil {
		t.Fatal(err)
	}
	directory("target", old)
	if err := os.Symlink("target", filepath.Join(tmp, "raftlab-build-4")); err != nil {
		t.Fatal(err)
	}

	// Another grader, which is busy until it is killed.
	cmd := exec.Command(os.Args[0], "run", "-v", "-count", "1000000", "-run", "InitialElection", "impls/ticker-timer")
	cmd.Dir = ".."
	cmd.Env = append(os.Environ(), "TMPDIR="+tmp)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	defer cmd.Process.Kill()
	if _, err := out.Read(make([]byte, 1)); err != nil { // of the line of a run
		t.Fatal(err)
	}
	its := ""
	left := func() (names []string) {
		entries, err := os.ReadDir(tmp)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if strings.HasPrefix(e.Name(), "raftlab-build-") && len(e.Name()) > len("raftlab-build-0") {
				its = filepath.Join(tmp, e.Name())
				names = append(names, "raftlab-build-its")
			} else if e.IsDir() || e.Type() == os.ModeSymlink {
				names = append(names, e.Name())
			}
		}
		slices.Sort(names)
		return names
	}
	left()
	if err := os.Chtimes(its, now.Add(-old), now.Add(-old)); err != nil {
		t.Fatal(err)
	}
	trimWork(tmp, now)
	if diff := cmp.Diff([]string{"other-build-1", "raftlab-build-2", "raftlab-build-3", "raftlab-build-4",
		"raftlab-build-its", "raftlab-logs-1", "target"}, left()); diff != "" {
		t.Errorf("left while it runs, -want +got:\n%s", diff)
	}
	cmd.Process.Kill()
	cmd.Wait()
	trimWork(tmp, now)
	if diff := cmp.Diff([]string{"other-build-1", "raftlab-build-2", "raftlab-build-3", "raftlab-build-4",
		"raftlab-logs-1", "target"}, left()); diff != "" {
		t.Errorf("left after it was killed, -want +got:\n%s", diff)
	}
}

// A command leaves nothing among the temporary files.
func TestWorkIsRemoved(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	dir, remove, err := workDir(replayWork)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(dir); err != nil || filepath.Dir(dir) != tmp || info.Mode().Perm() != 0o700 {
		t.Errorf("%s: %v, %v", dir, info, err)
	}
	remove()
	if entries, err := os.ReadDir(tmp); err != nil || len(entries) > 0 {
		t.Errorf("left are %v (%v)", entries, err)
	}
}
