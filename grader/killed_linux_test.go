package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// killWorkers kills the workers of this process that are of a kind, as a system does that runs out of memory, and
// returns how many.
func killWorkers(t *testing.T, kind string) (n int) {
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Error(err)
	}
	for _, file := range stats {
		stat, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended
		}
		fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
		command, _ := os.ReadFile(filepath.Join(filepath.Dir(file), "cmdline"))
		args := strings.Split(string(command), "\x00")
		if fields[1] != strconv.Itoa(os.Getpid()) || len(args) < 2 || args[1] != kind ||
			bytes.Contains(command, []byte("-check")) {
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		if err != nil {
			t.Error(err)
		}
		if syscall.Kill(pid, syscall.SIGKILL) == nil {
			n++
		}
	}
	return n
}

// A worker that is killed in the midst of a run costs nothing: the results are those of a grader that nothing happened
// to.
func TestWorkersAreKilledOnce(t *testing.T) {
	t.Chdir("..")
	dir := t.TempDir()
	results := filepath.Join(dir, "results.json")
	read := func() string {
		data, err := os.ReadFile(results)
		if err != nil {
			t.Fatal(err)
		}
		return timeless(data)
	}
	args := strings.Fields(fmt.Sprintf("grader run -v -parallel 2 -count 6 -run 2A -tier classic -logs %s -json %s "+
		"impls/ticker-timer", dir, results))
	var out, errs bytes.Buffer
	if status := grader(t.Context(), args, &out, &errs); status != 0 {
		t.Fatalf("status %d: %s%s", status, &out, &errs)
	}
	whole := read()
	out.Reset()
	killed := 0
	stdout := writerFunc(func(p []byte) (int, error) {
		if killed == 0 {
			killed = killWorkers(t, simWorker)
		}
		return out.Write(p)
	})
	status := grader(t.Context(), args, stdout, &errs)
	if killed == 0 || status != 0 || !strings.Contains(out.String(),
		"played again, alone: its worker was killed from outside") {
		t.Errorf("%d workers killed, status %d:\n%s", killed, status, &out)
	}
	if diff := cmp.Diff(whole, read()); diff != "" {
		t.Errorf("-whole +killed:\n%s", diff)
	}
}

// Where workers are killed all the time nothing is graded, and nobody has points or a lack of them. The next grader
// plays it all. A run takes many times as long as looking for workers does.
func TestWorkersAreKilledAlways(t *testing.T) {
	t.Chdir("..")
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	args := strings.Fields(fmt.Sprintf("grader run -parallel 2 -count 5 -run ^Figure8$ -logs %s -json %s "+
		"-gradescope %s -state %s impls/ticker-timer",
		dir, file("results.json"), file("gradescope.json"), file("state")))
	over, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-over:
				return
			default:
				killWorkers(t, simWorker)
			}
		}
	}()
	var out, errs bytes.Buffer
	status := grader(t.Context(), args, &out, &errs)
	close(over)
	<-stopped
	if status != statusGrader || !strings.Contains(out.String(), "5 runs not graded: grader") ||
		!strings.Contains(out.String(), "killed from outside") {
		t.Errorf("status %d, want %d:\n%s%s", status, statusGrader, &out, &errs)
	}
	if scope, err := os.ReadFile(file("gradescope.json")); err != nil || bytes.Contains(scope, []byte(`score"`)) ||
		!bytes.Contains(scope, []byte("Staff")) {
		t.Errorf("%v, for Gradescope: %s", err, scope)
	}
	if state, err := os.ReadFile(file("state")); err != nil || len(state) > 0 {
		t.Errorf("%v, noted: %s", err, state)
	}
	out.Reset()
	if status := grader(t.Context(), args, &out, &errs); status != 0 ||
		!strings.Contains(out.String(), "5 runs passed") {
		t.Errorf("afterwards status %d:\n%s", status, &out)
	}
}

// The workers that run a checkout's own tests likewise: killed once they cost nothing, and always no verdict.
func TestGotestWorkersAreKilled(t *testing.T) {
	dir := unpack(t, "module")
	args := []string{"grader", "gotest", "-run", "^TestPasses2A$", "-parallel", "2", "-count", "6", "-v", dir}
	var out, errs bytes.Buffer
	killed := 0
	stdout := writerFunc(func(p []byte) (int, error) {
		if killed == 0 {
			killed = killWorkers(t, gotestWorker)
		}
		return out.Write(p)
	})
	if status := grader(t.Context(), args, stdout, &errs); killed == 0 || status != 0 ||
		!strings.Contains(out.String(), "6/6") {
		t.Errorf("%d workers killed, status %d:\n%s%s", killed, status, &out, &errs)
	}
	over, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-over:
				return
			default:
				killWorkers(t, gotestWorker)
			}
		}
	}()
	out.Reset()
	errs.Reset()
	status := grader(t.Context(), args, &out, &errs)
	close(over)
	<-stopped
	if status != statusGrader || !strings.Contains(errs.String(), "a worker failed") ||
		strings.Contains(out.String(), "fails like this") {
		t.Errorf("status %d, want %d:\n%s%s", status, statusGrader, &out, &errs)
	}
}
