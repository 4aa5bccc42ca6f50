package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"raftlab/internal/testinputs"
)

// elected runs grader elect from the top of the repository.
func elected(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	testinputs.Note(t)
	t.Chdir("..")
	var out, errs bytes.Buffer
	status = grader(context.Background(), append([]string{"grader", "elect"}, args...), &out, &errs)
	t.Chdir("grader")
	return status, out.String(), errs.String()
}

// What is printed and written depends on the seed alone, not on how many runs are played at a time.
func TestElect(t *testing.T) {
	printed := func(parallel string) map[string]string {
		dir := t.TempDir()
		csv, json, svg, html := filepath.Join(dir, "csv"), filepath.Join(dir, "json"), filepath.Join(dir, "svg"),
			filepath.Join(dir, "html")
		status, stdout, stderr := elected(t, "-timeout", "150-300", "-count", "60", "-starts", "20", "-parallel", parallel,
			"-csv", csv, "-json", json, "-svg", svg, "-html", html, "impls/polling-sleep", "impls/etcd-raft")
		if status != 0 {
			t.Fatalf("status %d:\n%s%s", status, stdout, stderr)
		}
		for _, impl := range []string{"polling-sleep: ", "etcd-raft: "} {
			if !strings.Contains(stderr, impl) || !strings.Contains(stderr, "ms of CPU a virtual second") {
				t.Errorf("nothing is said of the CPU of %s\n%s", impl, stderr)
			}
		}
		all := map[string]string{"stdout": stdout}
		for _, name := range []string{csv, json, svg, html} {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			all[filepath.Base(name)] = string(text)
		}
		return all
	}
	one := printed("1")
	if diff := cmp.Diff(one, printed("2")); diff != "" {
		t.Errorf("-parallel 1 and 2 differ:\n%s", diff)
	}
	for _, want := range []string{"ms from crash to leader", "polling-sleep", "etcd-raft *", "measured with its own"} {
		if !strings.Contains(one["stdout"], want) {
			t.Errorf("%q is not in\n%s", want, one["stdout"])
		}
	}
	if lines := strings.Count(one["csv"], "\n"); lines != 1+2*(60+20) {
		t.Errorf("the CSV has %d lines, want a head and one for each of 60 crashes and 20 starts of two", lines)
	}
	if !strings.HasPrefix(one["svg"], "<?xml") || strings.Count(one["svg"], "stroke-dasharray") == 0 {
		t.Error("the SVG is none, or tells its curves apart by nothing")
	}
	for _, want := range []string{`src="data:image/svg&#43;xml;base64,`, "ms from crash to leader", "Seed 1."} {
		if !strings.Contains(one["html"], want) {
			t.Errorf("%q is not in the page", want)
		}
	}
}

// The figure has both graphs with all ranges, and what the paper says beside them.
func TestElectFigure16(t *testing.T) {
	status, stdout, stderr := elected(t, "-figure16", "-count", "3", "-limit", "1s", "impls/ticker-timer")
	if status != 0 {
		t.Fatalf("status %d:\n%s%s", status, stdout, stderr)
	}
	for _, want := range []string{" 150-150 ms ", " 12-24 ms, mean ", " 287 ", "ticker-timer: more and more randomness",
		"ticker-timer: shorter and shorter timeouts"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("%q is not in\n%s", want, stdout)
		}
	}
}

// What is wrong is said in one sentence, before anything is built.
func TestElectWrongValues(t *testing.T) {
	for _, tt := range []struct {
		args []string
		says string
	}{
		{[]string{"-timeout", "300-150"}, "-timeout 300-150: the shortest must come first, as in -timeout 150-300"},
		{[]string{"-timeout", "150"}, "-timeout 150: must be two times in ms, the shortest and the longest, as 150-300"},
		{[]string{"-timeout", "a-b"}, "-timeout a-b: must be two times in ms, the shortest and the longest, as 150-300"},
		{[]string{"-timeout", "0-10"}, "-timeout 0-10: election timeouts must be 1ms to 1m0s"},
		{[]string{"-timeout", "150-300", "-heartbeat", "200ms"}, "-timeout 150-300 -heartbeat 200ms: heartbeats must be " +
			"more frequent than the shortest election timeout, or healthy leaders are deposed"},
		{[]string{"-timeout", "150-300", "-heartbeat", "0s"}, "-heartbeat 0s: must be more than 0"},
		{[]string{"-heartbeat", "10ms"}, "-heartbeat and -poll go with -timeout; without it each implementation has its " +
			"own timing"},
		{[]string{"-timeout", "150-300", "-poll", "-1ms"}, "-poll -1ms: must be more than 0"},
		{[]string{"-loss", "1.5"}, "-loss 1.5: the probability that a message is lost must be 0 to 0.9"},
		{[]string{"-loss", "-0.5"}, "-loss -0.5: the probability that a message is lost must be 0 to 0.9"},
		{[]string{"-servers", "2"}, "-servers 2: there must be 3 to 25 servers, since those that are left when one " +
			"crashes must be able to elect another"},
		{[]string{"-latency", "soon"}, "-latency soon: must be one time, as 15ms, or that of a request and that of a " +
			"reply, as 3ms+12ms"},
		{[]string{"-latency", "0.1ms"}, "-latency 0.1ms: a request and its reply must take 1ms to 10s together"},
		{[]string{"-count", "0"}, "-count 0: must be 1 to 1000000"},
		{[]string{"-starts", "-1"}, "-starts -1: must be 0 to 1000000"},
		{[]string{"-figure16", "-starts", "3"}, "-figure16 has no starts; leave out -starts"},
		{[]string{"-limit", "0s"}, "-limit 0s: a trial must have some time to wait for a leader"},
		{[]string{"-parallel", "-1"}, "-parallel -1: must be at least 1"},
		{[]string{"-figure16", "-timeout", "150-300"}, "-figure16 has timeouts and heartbeats of its own; leave out " +
			"-timeout and -heartbeat"},
		{[]string{"-csv", "/no/such/directory/x"}, "-csv /no/such/directory/x: no such file or directory"},
		{[]string{""}, errNoName.Error()},
	} {
		status, stdout, stderr := elected(t, tt.args...)
		if want := "grader: " + tt.says + "\n"; status != statusUsage || stdout != "" || stderr != want {
			t.Errorf("%q: status %d, said %q, want %q", tt.args, status, stdout+stderr, want)
		}
	}
}

// A checkout is measured with its own timing, and one that cannot be built is named.
func TestElectCheckouts(t *testing.T) {
	status, stdout, stderr := elected(t, "-timeout", "150-300", "-count", "3", "grader/testdata/checkout")
	if want := "checkout *"; status != 0 || !strings.Contains(stdout, want) ||
		!strings.Contains(stdout, "measured with its own") {
		t.Errorf("a checkout: status %d, want %q in\n%s%s", status, want, stdout, stderr)
	}
	csv := filepath.Join(t.TempDir(), "csv")
	status, stdout, stderr = elected(t, "-count", "3", "-csv", csv, "grader/testdata/broken/doesnotcompile")
	if status != statusUsage || stdout != "" || !strings.Contains(stderr, "doesnotcompile") || !absent(csv) {
		t.Errorf("one that does not compile: status %d\n%s%s", status, stdout, stderr)
	}
	status, stdout, stderr = elected(t, "-count", "3", "grader/testdata/broken/panics")
	if status != statusFailed || !strings.Contains(stdout, "runs ended early: panic") {
		t.Errorf("one that panics: status %d\n%s%s", status, stdout, stderr)
	}
}

// absent reports whether there is no such file.
func absent(file string) bool {
	_, err := os.Stat(file)
	return os.IsNotExist(err)
}
