package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"raftlab/internal/testinputs"
	"raftlab/src/cluster"
	"raftlab/src/raft/rafttest"
)

// soakUntil soaks from the top of the repository until something is told that has a text in it.
func soakUntil(t *testing.T, text string, args ...string) (status int, out string) {
	t.Helper()
	testinputs.Note(t)
	t.Chdir("..")
	defer t.Chdir("grader")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var stdout, stderr bytes.Buffer
	w := writerFunc(func(p []byte) (int, error) {
		if bytes.Contains(p, []byte(text)) {
			cancel()
		}
		return stderr.Write(p)
	})
	status = grader(ctx, append([]string{"grader", "soak"}, args...), &stdout, w)
	return status, stdout.String() + stderr.String()
}

// A soak tells of a failure at once, and in the end how to repeat it. The next one goes on with other seeds.
func TestSoak(t *testing.T) {
	file := filepath.Join(t.TempDir(), "state")
	args := []string{"-run", "^InitialElection$", "-state", file, "grader/testdata/broken/neverelects"}
	status, out := soakUntil(t, "InitialElection, seed ", args...)
	for _, want := range []string{
		"neverelects InitialElection, seed 1: assertion: expected one leader, got none",
		"neverelects InitialElection assertion, ", " replay grader/testdata/broken/neverelects InitialElection 1\n",
		"at most 100 %", "\nFAIL: ",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if status != statusFailed {
		t.Errorf("status %d, want %d", status, statusFailed)
	}
	first := soakStateOf(t, file)
	if p := first.Programs[0]; first.Next < 2 || p.total() < 1 || p.failed() != p.total() {
		t.Errorf("the state is %+v", p)
	}
	// What fails alike is not told again, so that the time ends this one.
	_, out = soakUntil(t, "nothing", append(args, "-for", "1s")...)
	second := soakStateOf(t, file)
	if second.Next <= first.Next || second.Programs[0].total() < first.Programs[0].total() ||
		second.Programs[0].Earlier.Runs != 0 || len(second.Programs[0].Failures) != 1 {
		t.Errorf("it went on from %+v to %+v\n%s", first, second, out)
	}
}

func soakStateOf(t *testing.T, file string) *soakState {
	t.Helper()
	s, err := openSoakState(file)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	return s
}

// The state has counts: a million runs are no larger than a thousand, however many of them fail.
func TestSoakStateIsSmall(t *testing.T) {
	s := &soakState{Version: soakVersion, file: filepath.Join(t.TempDir(), "state")}
	p, _ := s.of("/x", ownBase, "first")
	size := func(runs int) int {
		for seed := range uint64(runs) {
			r := cluster.Result{Scenario: fmt.Sprint("Scenario", seed%67), Seed: seed}
			if seed%3 == 0 {
				r.Failure = &cluster.Failure{Kind: cluster.Safety, Message: fmt.Sprintf("%s: S%d\nmore",
					strings.Repeat("x", int(seed%500)), seed)}
			}
			p.add(r)
		}
		if err := s.write(); err != nil {
			t.Fatal(err)
		}
		return len(read(t, s.file))
	}
	few, many := size(10_000), size(100_000)
	if many > few+2000 || p.total() != 110_000 || p.failed() != 3334+33_334 {
		t.Errorf("%d bytes after 10,000 runs, %d after 100,000 more; %d runs, %d failed", few, many, p.total(), p.failed())
	}
	s.close()
	again := soakStateOf(t, s.file)
	if diff := cmp.Diff(p, again.Programs[0]); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// What was played of another program says nothing of this one, but its failures are worth a look.
func TestSoakOfAnotherProgram(t *testing.T) {
	s := new(soakState)
	p, changed := s.of("/x", ownBase, "first")
	if changed {
		t.Error("a first program has changed")
	}
	p.add(cluster.Result{Scenario: "Backup", Seed: 7})
	p.add(cluster.Result{Scenario: "Backup", Seed: 8, Failure: &cluster.Failure{Kind: cluster.Panic, Message: "it"}})
	if same, changed := s.of("/x", ownBase, "first"); same != p || changed || p.total() != 2 {
		t.Errorf("%+v, changed %v", same, changed)
	}
	if other, changed := s.of("/x", "polling-sleep", "first"); other == p || changed || other.total() != 0 {
		t.Errorf("on another base %+v, changed %v", other, changed)
	}
	now, changed := s.of("/x", ownBase, "second")
	if !changed || now.total() != 0 || now.failed() != 0 || now.Earlier.Runs != 2 || len(now.Earlier.Failures) != 1 ||
		now.Earlier.Failures[0].Seeds[0] != 8 {
		t.Errorf("%+v, changed %v", now, changed)
	}
}

// A file is held by one soak, also after it was written anew; what is no state is left alone.
func TestSoakStateIsHeld(t *testing.T) {
	file := filepath.Join(t.TempDir(), "state")
	s, err := openSoakState(file)
	if err != nil {
		t.Fatal(err)
	}
	late, err := os.OpenFile(file, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.write(); err != nil {
		t.Fatal(err)
	}
	defer s.close()
	if other := (&soakState{file: file, held: late}); other.read() == nil {
		t.Error("who opened the file before it was written anew has it")
	}
	late.Close()
	for _, text := range []string{"what somebody wrote\n", "{}", `{"raftlab_soak":2}`, `{"raftlab_soak":1,"programs":[null]}`} {
		other := filepath.Join(t.TempDir(), "other")
		if err := os.WriteFile(other, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := openSoakState(other); err == nil || !strings.Contains(err.Error(), "no file of grader soak -state") {
			t.Errorf("%q: %v", text, err)
		}
		if now := read(t, other); string(now) != text {
			t.Errorf("%q is now %q", text, now)
		}
	}
}

// Rounds begin at different scenarios and play each once with each seed, one run in twenty twice.
func TestSoakRounds(t *testing.T) {
	p := &plan{impl: 2}
	for i, name := range []string{"A", "B", "C"} {
		p.scenarios = append(p.scenarios, planned{place: i})
		p.scenarios[i].Name = name
	}
	begin := make(map[string]bool)
	for first := range uint64(20) {
		b := round(p, first, 2)
		var got []string
		seen := make(map[string]bool)
		for range b.Len {
			j := b.Next()
			got = append(got, j.Scenario.Name)
			seen[fmt.Sprint(j.Scenario.Name, j.Seed)] = true
			if j.Impl != 2 || j.Seed < first || j.Seed > first+1 {
				t.Errorf("round of seed %d: %+v", first, j)
			}
		}
		begin[got[0]] = true
		if len(seen) != 6 || got[0] != got[3] {
			t.Errorf("round of seed %d: %v", first, got)
		}
	}
	if len(begin) != 3 {
		t.Errorf("rounds begin with %v", begin)
	}
}

func TestSoakTable(t *testing.T) {
	s := &soaker{options: options{dirs: []string{"impls/one", "impls/two"}, base: ownBase,
		builder: builder{clock: "sim", schedule: true}, self: self{command: "grader"}},
		state: &soakState{Next: 1413}}
	s.scenarios = append(s.scenarios, planOf(rafttest.Lab(), 1, 1).scenarios[0].Scenario)
	one := &soaked{Runs: map[string]int{"First": 1000}}
	two := &soaked{Runs: map[string]int{"First": 1000}, Failures: []*soakFailure{
		{Scenario: "First", Kind: cluster.Safety, Says: "Log Matching: S0 and S1\x1b[2J", Times: 3, Seeds: []uint64{12, 99, 104}}}}
	two.Earlier.Runs = 7
	s.played = []*soaked{one, two}
	var b bytes.Buffer
	s.write(&b)
	const want = `
      runs  failed  failure rate of a run
──────────────────────────────────────────
 one  1000       0  at most 0.3 %
 two  1000       3  at most 0.8 %
 all  2000       3  at most 0.4 %

The bound holds with 95 % confidence (Clopper and Pearson).

two First safety, 3 times, seeds [12 99 104]
    Log Matching: S0 and S1` + "\ufffd" + `[2J
    repeat: grader replay impls/two First 12

two: 7 runs of earlier versions are not counted

FAIL: 3 of 2000 runs failed; the next seed is 1413
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestSoakUsage(t *testing.T) {
	for _, test := range []struct{ args, want string }{
		{"-for 0s", "-for 0s: must be more than 0"},
		{"-parallel -1", "-parallel -1: must be at least 1"},
		{"-raft polling-sleep impls/ticker-timer", "stands on no other"},
		{"nowhere", "nowhere: there is no such directory"},
		{"-state README.md impls/ticker-timer", "-state README.md: it is no file of grader soak -state"},
		{"-count 3", "grader help soak lists the flags"},
	} {
		status, out := soakUntil(t, "nothing", strings.Fields(test.args)...)
		if status != statusUsage || !strings.Contains(out, test.want) {
			t.Errorf("%s: status %d, said %s", test.args, status, out)
		}
	}
}
