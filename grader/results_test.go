package main

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A killed grader leaves files that are whole and say that it did not finish, at whatever moment it is killed; another
// goes on where it stopped.
func TestKilled(t *testing.T) {
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	args := func(count string) []string {
		return []string{"run", "-parallel", "1", "-run", "InitialElection", "-count", count, "-logs", dir,
			"-json", file("results.json"), "-junit", file("junit.xml"), "-gradescope", file("gradescope.json"),
			"-state", file("state"),
			"impls/ticker-timer"}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0], args("100000")...)
	cmd.Dir = ".."
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	// Until they tell of a run, which is after they were written twice.
	for done := 0; done == 0; {
		if ctx.Err() != nil {
			t.Fatal("no run in any of the files after 2 minutes")
		}
		if _, err := os.Stat(file("gradescope.json")); err != nil {
			continue // the last of the three
		}
		done = unfinishedFiles(t, file)
	}
	cmd.Process.Signal(syscall.SIGKILL)
	cmd.Wait()
	noted := unfinishedFiles(t, file)
	state, err := os.ReadFile(file("state"))
	if n := bytes.Count(state, []byte("\n")); err != nil || n < noted {
		t.Errorf("%d runs are noted, but the results tell of %d (%v)", n, noted, err)
	}
	left, err := filepath.Glob(file(".*"))
	if err != nil || len(left) > 1 { // the one that was being written
		t.Errorf("files are left: %q", left)
	}

	t.Chdir("..")
	var out, errs bytes.Buffer
	if status := grader(t.Context(), append([]string{"grader"}, args("1")...), &out, &errs); status != 0 ||
		!strings.Contains(errs.String(), "1 of 1 runs are in") {
		t.Errorf("status %d, and not a word of the run that is done:\n%s%s", status, &out, &errs)
	}
	var res struct {
		Score float64
		Tests []struct{ Status string }
	}
	decode(t, file("gradescope.json"), &res)
	if res.Score != 6 || res.Tests[0].Status != "passed" {
		t.Errorf("%+v, want the 6 points of InitialElection", res)
	}
}

// unfinishedFiles reads what a grader has written so far, and returns how many runs the JSON tells of.
func unfinishedFiles(t *testing.T, file func(string) string) int {
	t.Helper()
	var res struct {
		Finished        bool
		Implementations []struct{ Scenarios []struct{ Runs int } }
	}
	decode(t, file("results.json"), &res)
	if res.Finished {
		t.Error("the JSON says that all is done")
	}
	var suites struct {
		Errors int `xml:"errors,attr"`
		Suites []struct {
			Cases []struct {
				Error *struct{} `xml:"error"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	data, err := os.ReadFile(file("junit.xml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := xml.Unmarshal(data, &suites); err != nil || suites.Errors != 1 || suites.Suites[0].Cases[0].Error == nil {
		t.Errorf("%v in, or no error in\n%s", err, data)
	}
	var scope struct {
		Score  *float64
		Output string
	}
	decode(t, file("gradescope.json"), &scope)
	if scope.Score == nil || *scope.Score != 0 || !strings.Contains(scope.Output, "Grading did not finish") {
		t.Errorf("for Gradescope: %+v", scope)
	}
	return res.Implementations[0].Scenarios[0].Runs
}

func decode(t *testing.T, file string, v any) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, v); err != nil {
		t.Fatalf("%v in %s:\n%s", err, file, data)
	}
}

// quick runs the grader on a few runs, some of which fail, and returns what it said.
func quick(t *testing.T, ctx context.Context, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	all := append([]string{"grader", "run", "-parallel", "1", "-count", "4", "-run", "InitialElection|ManyElections"},
		args...)
	var out, errs bytes.Buffer
	status = grader(ctx, append(all, "grader/testdata/broken/votestwice", "impls/ticker-timer"), &out, &errs)
	return status, out.String(), errs.String()
}

// Stopped in the middle and started again, the grader ends with the results that it would have had in one go.
func TestResume(t *testing.T) {
	t.Chdir("..")
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	results := []string{"-logs", file("logs"), "-json", file("results.json")}
	read := func() string {
		data, err := os.ReadFile(file("results.json"))
		if err != nil {
			t.Fatal(err)
		}
		return timeless(data)
	}
	quick(t, t.Context(), results...)
	whole := read()

	withState := append(results, "-state", file("state"))
	ctx, cancel := context.WithCancel(t.Context())
	runs := 0
	stopper := writerFunc(func(p []byte) (int, error) {
		if bytes.HasPrefix(p, []byte("pass")) || bytes.HasPrefix(p, []byte("FAIL  ")) {
			if runs++; runs == 6 {
				cancel()
			}
		}
		return len(p), nil
	})
	var errs bytes.Buffer
	args := append([]string{"grader", "run", "-v", "-parallel", "1", "-count", "4", "-run",
		"InitialElection|ManyElections"}, withState...)
	grader(ctx, append(args, "grader/testdata/broken/votestwice", "impls/ticker-timer"), stopper, &errs)
	if !strings.Contains(errs.String(), "the same command continues from") {
		t.Errorf("interrupted, it does not say how to go on:\n%s", &errs)
	}
	// As if it had been killed while it noted a run.
	f, err := os.OpenFile(file("state"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(`{"raftlab_state":1,"dir":"/x`); err != nil {
		t.Fatal(err)
	}
	f.Close()

	if _, _, said := quick(t, t.Context(), withState...); !strings.Contains(said, "6 of 16 runs are in "+
		file("state")) {
		t.Errorf("it does not say what it goes on from:\n%s", said)
	}
	if diff := cmp.Diff(whole, read()); diff != "" {
		t.Errorf("stopped and started again, -whole +parts:\n%s", diff)
	}
	// Now nothing is left to play.
	if _, _, said := quick(t, t.Context(), withState...); !strings.Contains(said, "16 of 16 runs are in") {
		t.Errorf("it plays again what it has noted:\n%s", said)
	}
	if diff := cmp.Diff(whole, read()); diff != "" {
		t.Errorf("all from the state, -whole +state:\n%s", diff)
	}
}

// timeless is results without what differs from run to run: what was measured, and by which command.
func timeless(results []byte) string {
	return byCommand.ReplaceAllString(measured.ReplaceAllString(string(results), "$1 0"), "")
}

var byCommand = regexp.MustCompile(`(?s)  "grader": \{.*?\n  \},\n`)

var measured = regexp.MustCompile(`("(?:wall|cpu)_seconds":) [0-9.e-]+`)

// What has changed since is played again, and said.
func TestResumeAfterChanges(t *testing.T) {
	t.Chdir("..")
	file := filepath.Join(t.TempDir(), "state")
	logs := t.TempDir()
	quick(t, t.Context(), "-state", file, "-logs", logs)
	noted, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	change := func(pattern, with string) func() {
		return func() {
			changed := regexp.MustCompile(pattern).ReplaceAllString(string(noted), with)
			if err := os.WriteFile(file, []byte(changed), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, tt := range []struct {
		name   string
		change func()
		args   []string
		want   string // "" if nothing is played again
	}{
		{"nothing", func() {}, nil, ""},
		{"more runs at a time", func() {}, []string{"-parallel", "2"}, ""},
		{"one source", change(`(ticker-timer","program":)"\w+"`, `$1"0000"`), nil,
			"impls/ticker-timer: its source has changed since 8 of its runs were recorded"},
		{"the grader", change(`("grader":)"\w+"`, `$1"0000"`), nil,
			"votestwice: the grader has changed since 8 of its runs were recorded"},
		{"a flag", change(`x^`, ""), []string{"-memory", "256"}, "votestwice: other flags were given (clock sim, race false, schedule true, memory 536870912, turn 3s, timeout 2m0s) since 8"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.change()
			status, _, said := quick(t, t.Context(), append([]string{"-state", file, "-logs", logs}, tt.args...)...)
			if status != statusFailed {
				t.Errorf("status %d, want %d: votestwice fails", status, statusFailed)
			}
			if tt.want == "" && strings.Contains(said, "played again") || !strings.Contains(said, tt.want) {
				t.Errorf("said %s\nwant %q", said, tt.want)
			}
		})
	}
}

// A line in the middle that makes no sense is not passed over.
func TestStateOfAnother(t *testing.T) {
	t.Chdir("..")
	file := filepath.Join(t.TempDir(), "state")
	before := "{\"raftlab_state\":2}\n"
	if err := os.WriteFile(file, []byte(before), 0o666); err != nil {
		t.Fatal(err)
	}
	status, _, said := quick(t, t.Context(), "-state", file)
	if status != statusUsage || !strings.Contains(said, file+
		":1 is not a run that this grader recorded; delete the file or name another") {
		t.Errorf("status %d, said %s", status, said)
	}
	if after, err := os.ReadFile(file); err != nil || string(after) != before {
		t.Errorf("the file was changed to %q (%v)", after, err)
	}
}

// Whoever reads the file at any moment finds all of it.
func TestReplaceIsAtOnce(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "f")
	put := func(s string) error {
		return replace(file, func(w io.Writer) error {
			_, err := io.WriteString(w, s)
			return err
		})
	}
	if err := put("one"); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(file, 0o600); err != nil {
		t.Fatal(err)
	}
	err := replace(file, func(w io.Writer) error {
		io.WriteString(w, "half of")
		return errors.New("disk full")
	})
	if data, _ := os.ReadFile(file); err == nil || string(data) != "one" {
		t.Errorf("after %v the file has %q, want what was there", err, data)
	}
	if err := put("two"); err != nil {
		t.Fatal(err)
	}
	data, _ := os.ReadFile(file)
	info, err := os.Stat(file)
	if string(data) != "two" || err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%q, %v, %v; want two, with the permissions that it had", data, info, err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("other files are left: %v, %v", entries, err)
	}
}

// What is not a regular file is written once, and stays what it is.
func TestResultsIntoAPipe(t *testing.T) {
	t.Chdir("..")
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	read := make(chan []byte)
	go func() {
		data, _ := os.ReadFile(pipe)
		read <- data
	}()
	quick(t, t.Context(), "-json", pipe, "-logs", dir)
	var res struct{ Finished bool }
	if data := <-read; json.Unmarshal(data, &res) != nil || !res.Finished {
		t.Errorf("from the pipe came %s", data)
	}
	if info, err := os.Stat(pipe); err != nil || info.Mode()&os.ModeNamedPipe == 0 {
		t.Errorf("the pipe is %v, %v", info, err)
	}
}

// A link to a file stays one, and the file changes.
func TestResultsThroughALink(t *testing.T) {
	t.Chdir("..")
	dir := t.TempDir()
	target, link := filepath.Join(dir, "target"), filepath.Join(dir, "link")
	if err := errors.Join(os.WriteFile(target, nil, 0o666), os.Symlink(target, link)); err != nil {
		t.Fatal(err)
	}
	quick(t, t.Context(), "-json", link, "-logs", dir)
	info, err := os.Lstat(link)
	data, _ := os.ReadFile(target)
	if err != nil || info.Mode()&os.ModeSymlink == 0 || !json.Valid(data) {
		t.Errorf("the link is %v, %v; its target has %q", info, err, data)
	}
}

// A summary is added to what other steps of a workflow have said.
func TestSummaryIsAppended(t *testing.T) {
	t.Chdir("..")
	dir := t.TempDir()
	file := filepath.Join(dir, "summary.md")
	if err := os.WriteFile(file, []byte("# Earlier\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		quick(t, t.Context(), "-summary", file, "-logs", dir)
	}
	data, err := os.ReadFile(file)
	if s := string(data); err != nil || !strings.HasPrefix(s, "# Earlier\n") || strings.Count(s, "## Raft") != 2 ||
		strings.Count(s, "| ticker-timer |") != 2 {
		t.Errorf("%v, %s", err, s)
	}
}

// The points of a file hold, and the default file is one.
func TestGrading(t *testing.T) {
	t.Chdir("..")
	dir := t.TempDir()
	var out, errs bytes.Buffer
	if status := grader(t.Context(), []string{"grader", "grading"}, &out, &errs); status != 0 {
		t.Fatalf("status %d: %s", status, &errs)
	}
	text := strings.Replace(out.String(), "2A = 18", "2A = 30", 1)
	text = strings.Replace(text, `credit = "strict"`, `credit = "rate"`, 1)
	text = strings.Replace(text, "lose = 0.5", "lose = 0", 1)
	file, results := filepath.Join(dir, "grading.toml"), filepath.Join(dir, "results.json")
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	quick(t, t.Context(), "-grading", file, "-json", results, "-logs", dir)
	var res struct {
		Implementations []struct {
			Name   string
			Points struct{ Score, Max float64 }
		}
	}
	decode(t, results, &res)
	if p := res.Implementations[1].Points; p.Score != 20 || p.Max != 20 {
		t.Errorf("ticker-timer has %+v, want 20 of 20: two of three scenarios of 2A, worth 30", p)
	}
	if p := res.Implementations[0].Points; p.Score < 10 || p.Score >= 20 || p.Max != 20 {
		t.Errorf("votestwice has %+v, want those of InitialElection and not all", p)
	}
}

// An hour of runs is not lost because a file cannot be written at the end: the table comes first, then what went wrong,
// and the status is that of the runs if any has failed.
func TestTableWithoutFiles(t *testing.T) {
	t.Chdir("..")
	for _, tt := range []struct {
		dir    string
		status int
	}{
		{"impls/ticker-timer", statusUsage},
		{"grader/testdata/broken/neverelects", statusFailed},
	} {
		t.Run(tt.dir, func(t *testing.T) {
			results := filepath.Join(t.TempDir(), "results")
			if err := os.Mkdir(results, 0o777); err != nil {
				t.Fatal(err)
			}
			var out, errs bytes.Buffer
			stdout := writerFunc(func(p []byte) (int, error) {
				os.RemoveAll(results) // -v writes at the first run
				return out.Write(p)
			})
			args := []string{"grader", "run", "-v", "-count", "2", "-run", "InitialElection", "-logs", t.TempDir(),
				"-json", filepath.Join(results, "x.json"), "-summary", filepath.Join(results, "x.md"), tt.dir}
			status := grader(t.Context(), args, stdout, &errs)
			if status != tt.status || !strings.Contains(out.String(), "passed/runs") {
				t.Errorf("status %d, want %d and the table in\n%s", status, tt.status, &out)
			}
			for _, flag := range []string{"-json: ", "-summary: "} {
				if !strings.Contains(errs.String(), flag) {
					t.Errorf("no word of %s in\n%s", flag, &errs)
				}
			}
		})
	}
}

// The file of -state is for one grader at a time; whoever comes second is told who the first is.
func TestStateInUse(t *testing.T) {
	t.Chdir("..")
	dir := t.TempDir()
	file := filepath.Join(dir, "state")
	args := func(count string) []string {
		return []string{"run", "-v", "-count", count, "-run", "InitialElection", "-logs", dir, "-state", file,
			"impls/ticker-timer"}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	first := exec.CommandContext(ctx, os.Args[0], args("1000000")...)
	out, err := first.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(out, make([]byte, 1)); err != nil { // of the line of a run
		t.Fatal(err)
	}
	go io.Copy(io.Discard, out)
	var said, errs bytes.Buffer
	status := grader(t.Context(), append([]string{"grader"}, args("1")...), &said, &errs)
	want := fmt.Sprintf("grader: -state: %s is in use by another grader (pid %d)", file, first.Process.Pid)
	if status != statusUsage || !strings.HasPrefix(errs.String(), want) {
		t.Errorf("status %d, said %s%s\nwant %q", status, &said, &errs, want)
	}
	first.Process.Kill()
	first.Wait()
	errs.Reset()
	if status := grader(t.Context(), append([]string{"grader"}, args("1")...), &said, &errs); status != 0 {
		t.Errorf("after the first is killed: status %d, said %s", status, &errs)
	}
}

// Where there is no room for what is built, it is not the submission that could not be graded.
func TestNoTemporaryFiles(t *testing.T) {
	t.Chdir("..")
	dir := t.TempDir()
	scope := filepath.Join(dir, "gradescope.json")
	t.Setenv("TMPDIR", filepath.Join(dir, "nowhere"))
	var out, errs bytes.Buffer
	status := grader(t.Context(), []string{"grader", "run", "-count", "1", "-run", "InitialElection", "-gradescope",
		scope, "impls/ticker-timer"}, &out, &errs)
	if status != statusGrader || !strings.Contains(errs.String(), "grader: making a directory for the build") ||
		!strings.Contains(errs.String(), "no such file or directory") {
		t.Errorf("status %d, want %d:\n%s%s", status, statusGrader, &out, &errs)
	}
	if data, err := os.ReadFile(scope); err != nil || bytes.Contains(data, []byte(`score"`)) ||
		!bytes.Contains(data, []byte("making a directory for the build")) {
		t.Errorf("%v, for Gradescope: %s", err, data)
	}
}
