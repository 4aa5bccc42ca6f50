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

	"raftlab/internal/testinputs"
	"raftlab/src/cluster"
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
	Seed                             uint64
	Kind, Message, Log, Page, Replay string
}

// TestMain lets the test binary be the grader, and the worker that the grader starts itself as.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && !strings.HasPrefix(os.Args[1], "-") {
		os.Exit(grader(interruptible(), os.Args, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// grade runs the grader from the top of the repository, with -json.
func grade(t *testing.T, args ...string) (status int, res results, stdout string) {
	t.Helper()
	testinputs.Note(t)
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
		args    string
		kind    cluster.Kind
		message string // of the first line
	}{
		{"locktwice", "-clock bubble -run InitialElection", cluster.Deadlock,
			`takes a lock that it holds already: in locktwice\.\(\*Raft\)\.many at raft\.go:\d+, and before in locktwice\.\(\*Raft\)\.GetState at raft\.go:\d+`},
		{"locktwice", "-run InitialElection", cluster.Deadlock,
			`S\d: GetState has not returned for 4s; it waits for a lock in locktwice\.\(\*Raft\)\.many at raft\.go:36, but holds it already: it took it in locktwice\.\(\*Raft\)\.GetState at raft\.go:22 and has not given it back`},
		{"lockorder", "-clock bubble -run InitialElection", cluster.Deadlock,
			`two locks are taken in two orders: .*stateThenLog.*logThenState|two locks are taken in two orders: .*logThenState.*stateThenLog`},
		{"lockoverrpc", "-clock bubble -run ReElection -count 6 -failfast", cluster.Deadlock,
			`a lock is held for more than 3s: taken in lockoverrpc\.\(\*Raft\)\.greet at raft\.go:\d+, waited for in lockoverrpc\.\(\*Raft\)\.(GetState|greet)`},
		{"lockoverrpc", "-run ReElection -count 10 -failfast", cluster.Deadlock,
			`S\d: GetState has not returned for 4s; it waits for a lock in lockoverrpc\.\(\*Raft\)\.GetState at raft\.go:42, which is held by a goroutine that took it in lockoverrpc\.\(\*Raft\)\.greet at raft\.go:34 and waits for the reply to an RPC in lockoverrpc\.\(\*Raft\)\.greet at raft\.go:36: it holds a lock over an RPC`},
		{"plainmutex", "-clock bubble -run InitialElection", cluster.Deadlock,
			`everything waits for a lock that is never released: plainmutex\.\(\*Raft\)\.GetState at raft\.go:\d+`},
		{"plainmutex", "-run InitialElection", cluster.Deadlock,
			`S\d: GetState has not returned for 4s; it waits for a lock in plainmutex\.\(\*Raft\)\.GetState at raft\.go:24, which no goroutine holds that still runs: it was last taken in plainmutex\.\(\*Raft\)\.GetState at raft\.go:24 and not given back`},
		{"hungchannel", "-clock bubble -run InitialElection", cluster.Deadlock,
			`S\d: GetState has not returned for 4s`},
		{"hungchannel", "-run InitialElection", cluster.Deadlock,
			`S\d: GetState has not returned for 4s; it waits for a channel in hungchannel\.\(\*Raft\)\.GetState at raft\.go:27`},
		{"panics", "-clock bubble -run InitialElection", cluster.Panic,
			`index out of range \[-1\], in panics\.lastEntry at raft\.go:\d+`},
		{"panics", "-run InitialElection", cluster.Panic,
			`S\d: panic: .*index out of range \[-1\], in panics\.lastEntry at raft\.go:\d+`},
		{"datarace", "-clock bubble -run InitialElection -race", cluster.Race,
			`data race between datarace\.\(\*Raft\)\.count at raft\.go:\d+ and datarace\.\(\*Raft\)\.count at raft\.go:\d+`},
		{"neverelects", "-clock bubble -run InitialElection", cluster.Assertion, `expected one leader, got none`},
		{"neverelects", "-run InitialElection", cluster.Assertion, `expected one leader, got none`},
		{"votestwice", "-clock bubble -run ManyElections -count 10 -failfast", cluster.Safety,
			`One Vote per Term: S\d voted for S\d and for S\d in T\d+|Election Safety: two leaders in T\d+: S\d .* and S\d|` +
				`Stale Requests Refused: S\d is in T\d+ and votes for S\d in T\d+`},
		{"votestwice", "-run ManyElections -count 10 -failfast", cluster.Safety,
			`One Vote per Term: S\d voted for S\d and for S\d in T\d+|Election Safety: two leaders in T\d+: S\d .* and S\d|` +
				`Stale Requests Refused: S\d is in T\d+ and votes for S\d in T\d+`},
		{"checkthenact", "-run PausedLeaders -count 20 -failfast", cluster.Safety,
			`Election Safety: two leaders in T\d+`},
		{"forgetsvote", "-run ^VoteSurvivesRestart$", cluster.Safety,
			`One Vote per Term: S\d voted for S\d and for S\d in T\d+`},
		{"forgetsvote", "-run RivalCandidates", cluster.Safety,
			`One Vote per Term: S\d voted for S\d and for S\d in T\d+`},
		{"forgetsvote", "-clock bubble -run VoteSurvivesRestart -count 20 -failfast", cluster.Safety,
			`One Vote per Term: S\d voted for S\d and for S\d in T\d+`},
		{"forgetsterm", "-run RivalCandidates", cluster.Safety,
			`Terms Never Fall: S\d was in T\d+ and GetState now says T0`},
		{"exits", "-clock bubble -run InitialElection", cluster.Exit, `os\.Exit was called, in exits\.Make`},
		{"exits", "-run InitialElection", cluster.Exit,
			`S\d ended its process with status 0, in exits\.Make\.func1 at raft\.go:\d+`},
		{"spins", "-clock bubble -run InitialElection -timeout 3s", cluster.Timeout,
			`no verdict after 3s of real time|killed after`},
		{"spins", "-run InitialElection -count 1 -turn 1s", cluster.Timeout,
			`S\d loops without waiting for anything, in spins\.Make\.func1 at raft\.go:\d+`},
		{"eatsmemory", "-run InitialElection -count 1 -memory 32", cluster.Resource,
			`S\d asked for more memory than its 32 MiB, in eatsmemory\.Make\.func1 at raft\.go:\d+`},
	}
	for _, test := range tests {
		t.Run(test.name+" "+test.args, func(t *testing.T) {
			args := append([]string{"-count", "2"}, strings.Fields(test.args)...)
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
			if cluster.Kind(f.Kind) != test.kind || !regexp.MustCompile(test.message).MatchString(first) {
				t.Errorf("got  %s: %s\nwant %s: %s", f.Kind, first, test.kind, test.message)
			}
			// Who waits for whom is told by stacks.
			if test.kind == cluster.Deadlock && !strings.Contains(rest, "raft.go:") {
				t.Errorf("no stacks in %q", f.Message)
			}
			if log, err := os.ReadFile(f.Log); err != nil || len(log) == 0 {
				t.Errorf("log %q: %d bytes, %v", f.Log, len(log), err)
			}
		})
	}
}

// What nobody asks for fails nobody: a goroutine that does not leave after Kill is told of, with its place.
func TestAdvice(t *testing.T) {
	for _, clock := range []string{"sim", "bubble"} {
		t.Run(clock, func(t *testing.T) {
			status, res, out := grade(t, "-clock", clock, "-run", "KillStopsGoroutines", "-count", "2",
				"grader/testdata/broken/stays")
			if status != 0 || len(res.Implementations[0].Scenarios[0].Failures) > 0 {
				t.Errorf("status %d\n%s", status, out)
			}
			want := regexp.MustCompile(`(?s)KillStopsGoroutines +2/2 \+2 advised.*\nAdvice \(neither.*\n` +
				`stays: KillStopsGoroutines \(2\)\n    goroutines of servers are still there after Kill, in stays\.tick at raft\.go:\d+\n`)
			if !want.MatchString(out) {
				t.Errorf("it says\n%s", out)
			}
		})
	}
}

// What a race between goroutines needs luck for natively, a seed brings about; in Go's own order of goroutines it does
// not happen.
func TestSchedule(t *testing.T) {
	status, _, out := grade(t, "-schedule=false", "-run", "PausedLeaders", "-count", "20",
		"grader/testdata/broken/checkthenact")
	if status != 0 {
		t.Errorf("status %d without seeds for the order of goroutines:\n%s", status, out)
	}
}

// Output without end is cut, and is no failure.
func TestChatter(t *testing.T) {
	if status, _, out := grade(t, "-count", "1", "-run", "InitialElection",
		"grader/testdata/broken/prints"); status != 0 {
		t.Errorf("status %d:\n%s", status, out)
	}
	log := filepath.Join(t.TempDir(), "log")
	var out, errs bytes.Buffer
	args := []string{"grader", "replay", "-log", log, "grader/testdata/broken/prints", "InitialElection", "1"}
	if status := grader(context.Background(), args, &out, &errs); status != 0 {
		t.Errorf("status %d:\n%s%s", status, &out, &errs)
	}
	if data, err := os.ReadFile(log); err != nil || !bytes.Contains(data, []byte("the rest is cut")) ||
		len(data) > 100<<20 {
		t.Errorf("a log of %d bytes, %v", len(data), err)
	}
}

// A replay shows the run that failed, to the last word.
func TestReplay(t *testing.T) {
	_, res, _ := grade(t, "-count", "10", "-run", "ManyElections", "grader/testdata/broken/votestwice")
	f := res.Implementations[0].Scenarios[0].Failures[0]
	var out, errs bytes.Buffer
	args := strings.Fields(f.Replay)[1:] // grader
	status := grader(context.Background(), append([]string{"grader"}, args...), &out, &errs)
	first, _, _ := strings.Cut(f.Message, "\n")
	if status != statusFailed || !strings.Contains(out.String(), first) ||
		!strings.Contains(out.String(), "VoteGranted true") {
		t.Errorf("%s: status %d, want %d and %q in\n%s%s", f.Replay, status, statusFailed, first, &out, &errs)
	}
}

// A worker that died takes nothing with it but its own run.
func TestNeighboursOfTheDead(t *testing.T) {
	status, res, _ := grade(t, "-count", "4", "-run", "InitialElection", "grader/testdata/broken/panics",
		"impls/ticker-timer", "grader/testdata/broken/doesnotcompile")
	if status != statusUsage {
		t.Errorf("status %d, want %d: one could not be graded", status, statusUsage)
	}
	if sc := res.Implementations[0].Scenarios[0]; sc.Failed != 4 {
		t.Errorf("panics: %+v", sc)
	}
	if sc := res.Implementations[1].Scenarios[0]; sc.Passed != 4 || sc.RPCs == 0 || sc.VirtualSeconds == 0 {
		t.Errorf("ticker-timer: %+v", sc)
	}
	want := regexp.MustCompile(`doesnotcompile/raft\.go:4:\d+: cannot use Make .* as raft\.MakeFunc`)
	if e := res.Implementations[2].LoadError; !want.MatchString(e) {
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
		{"run -count 1000000001", "-count 1000000001: must be at most 1000000000"},
		{"run -count many", "many"},
		{"run -clock sun", "-clock sun"},
		{"run -memory 1", "-memory 1: must be from 16"},
		{"run -rate 0%", "-rate 0%: must be more than 0%"},
		{"run -rate 100%", "-rate 100%: must be more than 0%"},
		{"run -rate 0.01", "-rate 0.01: must be more than 0% and less than 100%, as 1.5%, or failures of runs, as 3/200"},
		{"run -rate 0/20", "-rate 0/20: must be"},
		{"run -rate 3/2", "-rate 3/2: must be"},
		{"run -race", "-race needs -clock bubble or wall"},
		{"run -clock bubble -run SkewedClocks", "needs -clock sim"},
		{"run -raft polling-sleep impls/ticker-timer", "-raft polling-sleep: the lab raft stands on no other"},
		{"run -raft nobody impls/kv-rsm", "-raft nobody: must be own or one of "},
		{"run -short -run ^Basic$ impls/kv-rsm", "chooses only scenarios that -short leaves out"},
		{"replay", "takes a directory, the name of a scenario and a seed"},
		{"replay impls/ticker-timer ReElection x", "x is neither a seed"},
		{"replay impls/ticker-timer ReElection 7@0s:3", "7@0s:3 is no recipe: @0s:3: a branch must come after 0s"},
		{"replay impls/ticker-timer Nothing 1", `no scenario "Nothing"`},
		{"replay -around 0s impls/ticker-timer ReElection 1", "-around 0s: must be more than 0"},
		{"replay -servers x impls/ticker-timer ReElection 1", `-servers: "x" is neither a number nor a range`},
		{"replay -servers 1,3 impls/ticker-timer ReElection 1", "-servers 1,3: ReElection has the servers 0 to 2"},
		{"replay -log x -c impls/ticker-timer ReElection 1", "-log writes the whole log"},
		{"replay -html /nowhere/x impls/ticker-timer ReElection 1", "-html /nowhere/x: no such file or directory"},
		{"replay -html grader impls/ticker-timer ReElection 1", "-html grader: that is a directory; name a file"},
		{"replay -html x -events x impls/ticker-timer ReElection 1", "-events x: that is the file of -html, too"},
		{"replay -log x -html x impls/ticker-timer ReElection 1", "-html x: that is the file of -log, too"},
		{"replay -open -html - impls/ticker-timer ReElection 1", "-open needs a file"},
		{"replay -events - -c impls/ticker-timer ReElection 1", "show the log on standard output"},
		{"replay -against 2 impls/ticker-timer ReElection 1", "-against and -against-dir are about the page"},
		{"replay -html x -against y impls/ticker-timer ReElection 1", "-against: y is neither a seed"},
		{"replay -html x -against 1 impls/ticker-timer ReElection 1", "that is the same run"},
		{"replay -html x -against-dir nowhere impls/ticker-timer ReElection 1", "nowhere: there is no such directory"},
		{"run -clock bubble -html x impls/ticker-timer", "-html and -states need -clock sim"},
		{"run -clock wall -states 7 impls/ticker-timer", "-html and -states need -clock sim"},
		{"run -states -1 impls/ticker-timer", "-states -1: must be at least 0"},
		{"replay -html x -states -1 impls/ticker-timer ReElection 1", "-states -1: must be at least 0"},
		{"replay -states 7 impls/ticker-timer ReElection 1", "-states is about the page"},
		{"run -html /nowhere/x impls/ticker-timer", "-html: open /nowhere/"},
		{"clean all", "takes no arguments"},
		{"run -run [", "neither a part"},
		{"run -run Nothing", `no scenario matches "Nothing"`},
		{"run -run 2A|Nothing", `no scenario matches "Nothing" of -run "2A|Nothing"`},
		{"run -tier best", "-tier best"},
		{"run -frequency 3", "frequency"},
		{"run -count 1 nowhere", "nowhere: there is no such directory"},
		{"run -count 1 go.mod", "go.mod is a file"},
		{"run -count 1 " + empty, "no Raft here"},
		{"run -count 1 grader", "no package here has a func Make with peers"},
		{"run -count 1 grader/testdata/broken/nomake", "has no func Make"},
		{"run -json /nowhere/x.json", "-json"},
		{"run -json grader", "-json: grader is a directory"},
		{"run -json x -junit x", "-junit x: another form of the results goes to the same file"},
		{"run -summary /nowhere/x.md", "-summary"},
		{"run -gradescope x impls/ticker-timer impls/polling-sleep",
			"-gradescope is for the results of one submission, not of 2"},
		{"run -grading nowhere.toml", "-grading: open nowhere.toml"},
		{"run -grading Makefile", "Makefile:"},
		{"run -count 1 -run InitialElection -state README.md impls/ticker-timer",
			"README.md:1 is not a run that this grader recorded"},
		{"grading now", "grader grading takes no arguments"},
		{"list -tier best", "-tier best"},
		{"run -nosuch", "-nosuch; grader help run lists the flags"},
		{"list -nosuch", "-nosuch; grader help list lists the flags"},
		{"replay -nosuch", "-nosuch; grader help replay lists the flags"},
		{"gotest -nosuch", "-nosuch; grader help gotest lists the flags"},
		{"grading -nosuch", "-nosuch; grader help grading lists the flags"},
		{"clean -nosuch", "-nosuch; grader help clean lists the flags"},
		{"-nosuch", "-nosuch; grader help lists the commands"},
		{"walk", `there is no command "walk"; the commands are run, list, replay, explain, gotest, grading`},
	}
	for _, test := range tests {
		var out, errs bytes.Buffer
		status := grader(context.Background(), append([]string{"grader"}, strings.Fields(test.args)...), &out, &errs)
		if said := out.String() + errs.String(); status != statusUsage || !strings.Contains(said, test.want) {
			t.Errorf("grader %s: status %d, said %s\nwant status %d and %q", test.args, status, said, statusUsage,
				test.want)
		}
	}
}

// An empty argument is what a shell makes of a variable that is not set.
func TestEmptyName(t *testing.T) {
	for _, args := range [][]string{
		{"run", ""}, {"run", "impls/ticker-timer", ""}, {"replay", "", "ReElection", "1"}, {"gotest", ""},
	} {
		var out bytes.Buffer
		status := grader(t.Context(), append([]string{"grader"}, args...), &out, &out)
		want := "grader: the name of a directory is empty; name the directory of "
		if status != statusUsage || !strings.HasPrefix(out.String(), want) || strings.Count(out.String(), "\n") != 1 {
			t.Errorf("grader %q: status %d, said %s", args, status, &out)
		}
	}
}

// Flags are go test's: one dash or two, before or after the directories.
func TestFlagPlaces(t *testing.T) {
	for _, args := range []string{
		"-run InitialElection -count 1 impls/ticker-timer",
		"impls/ticker-timer --run=InitialElection --count 1",
		"-run=^InitialElection$ impls/ticker-timer -count=1",
	} {
		t.Run(args, func(t *testing.T) {
			status, res, out := grade(t, strings.Fields(args)...)
			if status != 0 || len(res.Implementations) != 1 || len(res.Implementations[0].Scenarios) != 1 ||
				res.Implementations[0].Scenarios[0].Runs != 1 {
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
	status := grader(ctx, strings.Fields("grader run -v -parallel 1 -count 100000 -run InitialElection "+
		"impls/ticker-timer"), w, &errs)
	if status != statusInterrupted || !strings.Contains(out.String(), "of 100000") {
		t.Errorf("status %d, want %d and the table of what is done:\n%s%s", status, statusInterrupted, &out, &errs)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
