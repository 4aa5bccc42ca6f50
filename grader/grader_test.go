package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"raftlab/src/raft/rafttest"
)

// results is the JSON that the tests look at.
type results struct {
	Version         int
	Implementations []struct {
		Name      string
		LoadError string `json:"load_error"`
		Scenarios []struct {
			Name                 string
			Runs, Passed, Failed int
			RPCs                 int
			VirtualSeconds       float64 `json:"virtual_seconds"`
			Failures             []failure
		}
	}
}

type failure struct {
	Seed                       uint64
	Kind, Message, Log, Replay string
}

// grade runs the grader from the top of the repository, with -json.
func grade(t *testing.T, args ...string) (status int, res results, stdout string) {
	t.Helper()
	t.Chdir("..")
	file := filepath.Join(t.TempDir(), "results.json")
	args = append([]string{"grader", "run", "-json", file, "-logs", t.TempDir()}, args...)
	var out, errs bytes.Buffer
	status = grader(context.Background(), args, &out, &errs)
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("status %d, no JSON: %v\n%s%s", status, err, &out, &errs)
	}
	if err := json.Unmarshal(data, &res); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
	return status, res, out.String()
}

// Every broken implementation is named for what it is.
func TestBrokenImplementations(t *testing.T) {
	tests := []struct {
		name    string
		args    []string
		kind    rafttest.Kind
		message string // of the first line
	}{
		{"locktwice", []string{"-run", "InitialElection"}, rafttest.Deadlock,
			`takes a lock that it holds already: in locktwice\.\(\*Raft\)\.many at raft\.go:\d+, and before in locktwice\.\(\*Raft\)\.GetState at raft\.go:\d+`},
		{"lockorder", []string{"-run", "InitialElection"}, rafttest.Deadlock,
			`two locks are taken in two orders: .*stateThenLog.*logThenState|two locks are taken in two orders: .*logThenState.*stateThenLog`},
		{"lockoverrpc", []string{"-run", "StateDuringHungCalls"}, rafttest.Deadlock,
			`a lock is held for more than 3s: taken in lockoverrpc\.\(\*Raft\)\.greet at raft\.go:\d+, waited for in lockoverrpc\.\(\*Raft\)\.(GetState|greet)`},
		{"plainmutex", []string{"-run", "InitialElection"}, rafttest.Deadlock,
			`everything waits for a lock that is never released: plainmutex\.\(\*Raft\)\.GetState at raft\.go:\d+`},
		{"hungchannel", []string{"-run", "InitialElection"}, rafttest.Deadlock,
			`S\d: GetState has not returned for 4s`},
		{"panics", []string{"-run", "InitialElection"}, rafttest.Panic,
			`index out of range \[-1\], in panics\.lastEntry at raft\.go:\d+`},
		{"datarace", []string{"-run", "InitialElection", "-race"}, rafttest.Race,
			`data race between datarace\.\(\*Raft\)\.(GetState|reset) at raft\.go:\d+ and datarace\.\(\*Raft\)\.(GetState|reset) at raft\.go:\d+`},
		{"neverelects", []string{"-run", "InitialElection"}, rafttest.Assertion,
			`expected one leader, got none`},
		{"votestwice", []string{"-run", "ManyElections", "-count", "10"}, rafttest.Safety,
			`One Vote per Term: S\d voted for S\d and for S\d in T\d+|Election Safety: two leaders in T\d+: S\d .* and S\d`},
		{"exits", []string{"-run", "InitialElection"}, rafttest.Exit,
			`os\.Exit was called, in exits\.Make`},
		{"stays", []string{"-run", "KillStopsGoroutines"}, rafttest.Leak,
			`goroutines of servers are still there after Kill`},
		{"spins", []string{"-run", "InitialElection", "-timeout", "3s"}, rafttest.Timeout,
			`no verdict after 3s of real time|killed after`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			args := append([]string{"-count", "2"}, test.args...)
			status, res, _ := grade(t, append(args, "grader/testdata/broken/"+test.name)...)
			if status != statusFailed {
				t.Errorf("status %d, want %d", status, statusFailed)
			}
			sc := res.Implementations[0].Scenarios[0]
			if len(sc.Failures) == 0 {
				t.Fatalf("no failure in %+v", res)
			}
			// Of like failures one has the log.
			f := sc.Failures[max(0, slices.IndexFunc(sc.Failures, func(f failure) bool { return f.Log != "" }))]
			first, rest, _ := strings.Cut(f.Message, "\n")
			if rafttest.Kind(f.Kind) != test.kind || !regexp.MustCompile(test.message).MatchString(first) {
				t.Errorf("got  %s: %s\nwant %s: %s", f.Kind, first, test.kind, test.message)
			}
			// Who waits for whom is told by stacks.
			if test.kind == rafttest.Deadlock && !strings.Contains(rest, "raft.go:") {
				t.Errorf("no stacks in %q", f.Message)
			}
			if log, err := os.ReadFile(f.Log); err != nil || len(log) == 0 {
				t.Errorf("log %q: %d bytes, %v", f.Log, len(log), err)
			}
		})
	}
}

// A worker that died takes nothing with it but its own run.
func TestNeighboursOfTheDead(t *testing.T) {
	status, res, _ := grade(t, "-count", "4", "-run", "InitialElection", "grader/testdata/broken/panics", "impls/ticker-timer", "grader/testdata/broken/doesnotcompile")
	if status != statusUsage {
		t.Errorf("status %d, want %d: one could not be graded", status, statusUsage)
	}
	if sc := res.Implementations[0].Scenarios[0]; sc.Failed != 4 {
		t.Errorf("panics: %+v", sc)
	}
	if sc := res.Implementations[1].Scenarios[0]; sc.Passed != 4 || sc.RPCs == 0 || sc.VirtualSeconds == 0 {
		t.Errorf("ticker-timer: %+v", sc)
	}
	if e := res.Implementations[2].LoadError; !strings.Contains(e, "Make") || !strings.Contains(e, "raft.MakeFunc") {
		t.Errorf("doesnotcompile: %q", e)
	}
}

// What cannot be graded is said in a sentence, with status 2.
func TestUsage(t *testing.T) {
	t.Chdir("..")
	empty := t.TempDir()
	tests := []struct {
		args string
		want string
	}{
		{"run -count 0", "-count 0: must be at least 1"},
		{"run -count many", "many"},
		{"run -clock sun", "-clock sun"},
		{"run -run [", "neither a part"},
		{"run -run Nothing", `no scenario matches -run "Nothing"`},
		{"run -tier best", "-tier best"},
		{"run -frequency 3", "frequency"},
		{"run -count 1 nowhere", "nowhere: there is no such folder"},
		{"run -count 1 go.mod", "go.mod is a file"},
		{"run -count 1 " + empty, "no Go package here"},
		{"run -count 1 grader", "package main cannot be imported"},
		{"run -count 1 grader/testdata/broken/nomake", "has no func Make"},
		{"run -json /nowhere/x.json", "-json"},
		{"list -tier best", "-tier best"},
		{"walk", `no command "walk"`},
	}
	for _, test := range tests {
		var out, errs bytes.Buffer
		status := grader(context.Background(), append([]string{"grader"}, strings.Fields(test.args)...), &out, &errs)
		if said := out.String() + errs.String(); status != statusUsage || !strings.Contains(said, test.want) {
			t.Errorf("grader %s: status %d, said %s\nwant status %d and %q", test.args, status, said, statusUsage, test.want)
		}
	}
}

// Flags are go test's: one dash or two, before or after the folders.
func TestFlagPlaces(t *testing.T) {
	for _, args := range []string{
		"-run InitialElection -count 1 impls/ticker-timer",
		"impls/ticker-timer --run=InitialElection --count 1",
		"-run=^InitialElection$ impls/ticker-timer -count=1",
	} {
		t.Run(args, func(t *testing.T) {
			status, res, out := grade(t, strings.Fields(args)...)
			if status != 0 || len(res.Implementations) != 1 || len(res.Implementations[0].Scenarios) != 1 || res.Implementations[0].Scenarios[0].Runs != 1 {
				t.Errorf("status %d, %+v\n%s", status, res, out)
			}
		})
	}
}

// An interrupted grader says what it knows.
func TestInterrupted(t *testing.T) {
	t.Chdir("..")
	ctx, cancel := context.WithCancel(context.Background())
	var out, errs bytes.Buffer
	// The first line of -v comes with the first run.
	w := writerFunc(func(p []byte) (int, error) {
		if bytes.HasPrefix(p, []byte("pass")) {
			cancel()
		}
		return out.Write(p)
	})
	status := grader(ctx, strings.Fields("grader run -v -parallel 1 -count 100000 -run InitialElection impls/ticker-timer"), w, &errs)
	if status != statusInterrupted || !strings.Contains(out.String(), "of 100000") {
		t.Errorf("status %d, want %d and the table of what is done:\n%s%s", status, statusInterrupted, &out, &errs)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
