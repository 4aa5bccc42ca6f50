package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/urfave/cli/v3"
	"golang.org/x/tools/txtar"
)

// gotestResult is what the tests look at in the JSON.
type gotestResult struct {
	Test, Verdict, Reason string
	Seed, Trace           uint64
	VirtualNs             int64 `json:"virtual_ns"`
}

// unpack writes the files of an archive in testdata/gotest to a new directory.
func unpack(t *testing.T, name string) string {
	t.Helper()
	a, err := txtar.ParseFile(filepath.Join("testdata", "gotest", name+".txtar"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	files, err := txtar.FS(a)
	if err == nil {
		err = os.CopyFS(dir, files)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// files returns what is in a directory.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(name)
		all[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// runGotestCommand runs grader gotest and returns its results, if it has any.
func runGotestCommand(t *testing.T, args ...string) (status int, results []gotestResult, stdout, stderr string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "results.json")
	var out, errs bytes.Buffer
	status = grader(context.Background(), append([]string{"grader", "gotest", "-json", file}, args...), &out, &errs)
	var all struct{ Results []gotestResult }
	if data, err := os.ReadFile(file); err == nil && len(data) > 0 {
		if err := json.Unmarshal(data, &all); err != nil {
			t.Fatal(err)
		}
	}
	return status, all.Results, out.String(), errs.String()
}

// Every layout is found from every directory that people would name, built and run, and nothing is written into it.
func TestGotestLayouts(t *testing.T) {
	tests := []struct {
		name  string
		paths []string
		fails string
	}{
		{"gopath", []string{".", "src", "src/raft"}, `^test_test\.go:12: expected one leader$`},
		{"relative", []string{"6.824/src/raft", "."}, `^test_test\.go:15: expected one leader$`},
		{"tester1", []string{"raft1", "."}, `^Fatal: expected one leader, got none\n    raft1/raft_test\.go:13$`},
	}
	for _, test := range tests {
		dir := unpack(t, test.name)
		before := files(t, dir)
		for _, path := range test.paths {
			t.Run(test.name+" "+path, func(t *testing.T) {
				status, results, stdout, stderr := runGotestCommand(t, filepath.Join(dir, path))
				if status != statusFailed || len(results) != 2 {
					t.Fatalf("status %d, results %+v\n%s%s", status, results, stdout, stderr)
				}
				if r := results[0]; !strings.HasPrefix(r.Test, "TestPasses") || r.Verdict != "passed" {
					t.Errorf("%+v", r)
				}
				if r := results[1]; !strings.HasPrefix(r.Test, "TestFails") || r.Verdict != "failed" ||
					!regexp.MustCompile(test.fails).MatchString(r.Reason) {
					t.Errorf("%+v", r)
				}
			})
		}
		if diff := cmp.Diff(before, files(t, dir)); diff != "" {
			t.Errorf("%s: the checkout has changed: %s", test.name, diff)
		}
	}
}

// Clients that never wait, on a network without delay, let time pass none the less: what they compute takes some.
func TestGotestClosedLoops(t *testing.T) {
	dir := filepath.Join(unpack(t, "kvraft"), "src/kvraft")
	status, results, stdout, stderr := runGotestCommand(t, dir, "-run", "Basic3A", "-count", "3", "-turn", "2s")
	if status != 0 || len(results) != 3 {
		t.Fatalf("status %d, results %+v\n%s%s", status, results, stdout, stderr)
	}
	for _, r := range results {
		if r.Test != "TestBasic3A" || r.Verdict != "passed" || time.Duration(r.VirtualNs) < 5*time.Second {
			t.Errorf("%+v; want it passed after 5 s", r)
		}
	}
}

// The tests of a lab above Raft are run if -lab says so, or their directory is named.
func TestGotestLabs(t *testing.T) {
	dir := unpack(t, "kvraft")
	for _, tt := range []struct {
		path, lab string
		want      string
	}{
		{".", "kv-classic", "TestFails3A"},
		{"src/kvraft", "", "TestFails3A"},
		{"src/kvraft1/rsm", "", "TestFails4A"},
	} {
		path := filepath.Join(dir, tt.path)
		args := []string{path, "-run", "Fails"}
		repeat := "gotest " + path
		if tt.lab != "" {
			args = append(args, "-lab", tt.lab)
			repeat += " -lab=" + tt.lab
		}
		repeat += " -run '^" + tt.want + "$' -seed 1 -count 1 -v"
		status, results, stdout, stderr := runGotestCommand(t, args...)
		if status != statusFailed || len(results) != 1 || results[0].Test != tt.want || !strings.Contains(stdout, repeat) {
			t.Errorf("%v: status %d, results %+v; want %s, and %q in\n%s%s", args, status, results, tt.want, repeat, stdout,
				stderr)
		}
	}
}

// Every way to end is told for what it is, and only a test that ends as tests do passes.
func TestGotestVerdicts(t *testing.T) {
	dir := unpack(t, "module")
	status, results, stdout, stderr := runGotestCommand(t, dir, "-run", "2A", "-count", "4", "-turn", "1s", "-timeout",
		"60s")
	if status != statusFailed {
		t.Fatalf("status %d\n%s%s", status, stdout, stderr)
	}
	byTest := map[string][]gotestResult{}
	for _, r := range results {
		byTest[r.Test] = append(byTest[r.Test], r)
	}
	reasons := map[string]string{ // "" of those that pass
		"TestPasses2A":       ``,
		"TestFails2A":        `^test_test\.go:32: expected one leader,\n.*got none$`,
		"TestHangs2A":        `^hangs: a goroutine loops without waiting for anything at raft/raft\.go:2\d$`,
		"TestTicks2A":        ``,
		"TestPanics2A":       `^panic: runtime error: index out of range \[-1\] at raft/test_test\.go:48$`,
		"TestExits2A":        `^panic: unexpected call to os\.Exit\(0\) during test`,
		"TestExitsRaw2A":     `^exited without a verdict`,
		"TestLogFatal2A":     `^exited with status 1 and without a verdict; its last output:\n.*apply error: server 1 apply out of order$`,
		"TestForges2A":       `^exited without a verdict`,
		"TestWaitsForever2A": `^panic: test timed out after 1m0s`,
		"TestClockMoves2A":   ``,
		"TestLoopVariable2A": ``,
		"TestFiles2A":        ``,
		"TestServes2A":       ``,
		"TestSubtests2A":     `^test_test\.go:\d+: no$`,
	}
	for test, reason := range reasons {
		if len(byTest[test]) != 4 {
			t.Errorf("%s: %+v", test, byTest[test])
		}
		for _, r := range byTest[test] {
			want := "passed"
			if reason != "" {
				want = "failed"
			}
			if test == "TestHangs2A" && r.Verdict == "left out" {
				continue
			}
			if r.Verdict != want || !regexp.MustCompile(reason).MatchString(r.Reason) {
				t.Errorf("%+v", r)
			}
		}
	}
	if r := byTest["TestSkips2A"][0]; r.Verdict != "skipped" {
		t.Errorf("%+v", r)
	}
	if r := byTest["TestPasses2A"][0]; r.VirtualNs < 20e9 {
		t.Errorf("20 virtual seconds: %+v", r)
	}
	if byTest["TestOther2B"] != nil || byTest["TestKV3A"] != nil {
		t.Error("ran what was not asked for")
	}
	want := "repeat: grader gotest " + dir + " -turn=1s -timeout=1m0s -run '^TestFails2A$' -seed 1 -count 1 -v"
	if !strings.Contains(stdout, want) {
		t.Errorf("no %q in\n%s", want, stdout)
	}

	// The seed decides.
	verdicts := map[string]bool{}
	status, again, stdout, _ := runGotestCommand(t, filepath.Join(dir, "src"), "-run", "^TestFlaky2A$", "-count", "20",
		"-v")
	for i, r := range again {
		verdicts[r.Verdict] = true
		if i < 4 {
			if diff := cmp.Diff(byTest["TestFlaky2A"][i], r); diff != "" {
				t.Errorf("the same seed differs: %s", diff)
			}
		}
	}
	if len(verdicts) != 2 || status != statusFailed {
		t.Errorf("20 seeds have the verdicts %v", verdicts)
	}
	if want := regexp.MustCompile(`(?m)^ +0\.0\d+ === RUN   TestFlaky2A$`); !want.MatchString(stdout) {
		t.Errorf("no %s in\n%s", want, stdout)
	}
}

func TestGotestCannot(t *testing.T) {
	dir := unpack(t, "tester1")
	write := func(name, text string) {
		t.Helper()
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("broken/raft.go", "package broken\n\nfunc Make() {\n\tundefined()\n}\n")
	write("broken/raft_test.go", "package broken\n")
	write("newer/go.mod", "module newer\n\ngo 1.99\n")
	write("newer/raft/raft_test.go", "package raft\n")
	write("untested/raft/raft.go", "package raft\n")
	write("initfails/raft_test.go", "package initfails\n\nimport (\"log\"; \"testing\")\n\nfunc init() { "+
		"log.Fatal(\"no configuration\") }\n\nfunc TestX(*testing.T) {}\n")
	write("daemons/tester1/daemon.go", "package tester\n\nimport \"os/exec\"\n\nvar _ = exec.Command\n")
	write("daemons/raft1/raft_test.go", "package raft\n")
	write("daemons/kvraft1/rsm/rsm_test.go", "package rsm\n")
	write("two/a/raft/raft_test.go", "package raft\n")
	write("two/b/raft/raft_test.go", "package raft\n")
	tests := []struct{ args, want string }{
		{"", `gotest takes the directory of one checkout`},
		{"DIR/nowhere", `there is no such directory`},
		{"DIR/go.mod", `is a file; name the directory`},
		{"DIR/raftapi", `raftapi has no tests`},
		{"DIR/untested", `untested/raft has no tests`},
		{"DIR/two", `two has more than one Raft, in a/raft, b/raft; name the directory of one`},
		{"DIR/broken", `broken/raft\.go:4:2: undefined: undefined`},
		{"DIR/newer", `go\.mod requires go >= 1\.99`},
		{"DIR/daemons", `a process of its own`},
		{"DIR/daemons/kvraft1/rsm", `a process of its own`},
		{"DIR/initfails", `the test binary does not start: exited with status 1 .*\n.*no configuration`},
		{"DIR -run 4A", `no test matches -run 4A`},
		{"DIR -run (", `-run \(: error parsing regexp`},
		{"DIR -count 0", `-count 0: must be at least 1`},
		{"DIR -turn 1ms", `-turn 1ms: must be at least 10ms`},
		{"DIR -race", `grader help gotest lists the flags`},
	}
	for _, test := range tests {
		t.Run(test.args, func(t *testing.T) {
			args := strings.Fields(strings.ReplaceAll(test.args, "DIR", dir))
			status, _, stdout, stderr := runGotestCommand(t, args...)
			if status != statusUsage {
				t.Errorf("status %d\n%s", status, stdout)
			}
			if !regexp.MustCompile(test.want).MatchString(stderr) {
				t.Errorf("no %q in\n%s", test.want, stderr)
			}
		})
	}
}

// The command that repeats a run gives a shell the flags' values as they were.
func TestReplayGotestQuotes(t *testing.T) {
	var got string
	cmd := gotestCommand()
	cmd.Metadata = map[string]any{selfKey: self{command: "grader"}}
	cmd.Action = func(_ context.Context, cmd *cli.Command) error {
		got = replayGotest(cmd, "my raft", "TestX", 7)
		return nil
	}
	if err := cmd.Run(t.Context(), []string{"gotest", "-tags", "a $(b)", "-env", "A=b c", "my raft"}); err != nil {
		t.Fatal(err)
	}
	want := `grader gotest 'my raft' -tags='a $(b)' -env 'A=b c' -run '^TestX$' -seed 7 -count 1 -v`
	if got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// Today's go command seeds math/rand anew in each process, whatever the go line of the tests' module: so does a box.
func TestGotestRand(t *testing.T) {
	for _, line := range []string{"1.13", "1.19", "1.22"} {
		dir := t.TempDir()
		for name, text := range map[string]string{
			"go.mod": "module 6.824\n\ngo " + line + "\n",
			"raft_test.go": "package raft\n\nimport (\n\t\"fmt\"\n\t\"math/rand\"\n\t\"testing\"\n)\n\n" +
				"func TestDraws2A(t *testing.T) { fmt.Println(\"drawn\", rand.Int63()) }\n",
		} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		_, _, stdout, stderr := runGotestCommand(t, dir, "-count", "3", "-v")
		drawn := make(map[string]bool)
		for _, m := range regexp.MustCompile(`drawn \d+`).FindAllString(stdout, -1) {
			drawn[m] = true
		}
		if len(drawn) != 3 {
			t.Errorf("go %s: three seeds drew %v\n%s%s", line, drawn, stdout, stderr)
		}
	}
}
