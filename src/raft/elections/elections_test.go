package elections_test

import (
	"context"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"raftlab/internal/testinputs"
	"raftlab/src/box"
	"raftlab/src/raft"
	"raftlab/src/raft/elections"
	"raftlab/src/raft/rafttest"
	"raftlab/src/sim"
)

const ms = time.Millisecond

// paper are the conditions of section 9.3 with the timeouts that it recommends.
var paper = elections.Conditions{
	Servers: 5,
	Timing:  raft.Timing{Heartbeat: 75 * ms, MinElection: 150 * ms, MaxElection: 300 * ms},
	There:   3 * ms, Back: 12 * ms,
	Limit: 10 * time.Second,
}

var modules = map[string]func() (*box.Module, error){
	"ticker-timer": load("ticker-timer"), "polling-sleep": load("polling-sleep"), "etcd-raft": load("etcd-raft"),
}

func load(name string) func() (*box.Module, error) {
	return sync.OnceValues(func() (*box.Module, error) {
		dir, err := filepath.Abs("../../../impls/" + name)
		if err != nil {
			return nil, err
		}
		lab := rafttest.Lab()
		wasm, err := sim.Build(context.Background(), sim.Source{
			Dir: dir, ImportPath: "raftlab/impls/" + name,
			Program: lab.Program, Constructor: lab.Constructor, Type: lab.Type,
		}, "")
		if err != nil {
			return nil, err
		}
		e, err := box.NewEngine("")
		if err != nil {
			return nil, err
		}
		return e.Load(wasm)
	})
}

// measure plays a run.
func measure(t *testing.T, impl string, c elections.Conditions, k elections.Kind, trials int) *elections.Measured {
	t.Helper()
	testinputs.Note(t)
	m, err := modules[impl]()
	if err != nil {
		t.Fatal(err)
	}
	run, measured := elections.NewRun(c, k, trials, 1)
	res := sim.Play(m, run, sim.Options{Schedule: true, Brisk: true})
	if res.Failure != nil {
		t.Fatal(res.Failure)
	}
	if len(measured.Trials)+measured.Unsteady != trials {
		t.Fatalf("%d trials were made and %d given up, of %d", len(measured.Trials), measured.Unsteady, trials)
	}
	return measured
}

// No leader can be missed before half of the shortest timeout has passed, as the crash comes within a heartbeat
// interval, and none can be elected sooner than a request and a reply take.
func TestDowntimeHasTheTimeoutsBounds(t *testing.T) {
	for _, impl := range []string{"ticker-timer", "polling-sleep"} {
		m := measure(t, impl, paper, elections.Crashes, 30)
		if !m.Timed || !m.Votes {
			t.Errorf("%s: takes its timing from the contract: %v; its votes are understood: %v", impl, m.Timed, m.Votes)
		}
		for i, trial := range m.Trials {
			if d := trial.Leaderless; d < 75*ms+15*ms || trial.None {
				t.Errorf("%s: trial %d had no leader for %v", impl, i, d)
			}
			if failed := trial.Terms - 1; failed < trial.Split || trial.Terms < 1 {
				t.Errorf("%s: trial %d took %d terms, of which %d were split", impl, i, trial.Terms, trial.Split)
			}
			if others := paper.Servers - 1; trial.RPCs < trial.Terms*others {
				t.Errorf("%s: trial %d had %d requests in %d terms", impl, i, trial.RPCs, trial.Terms)
			}
		}
	}
}

// The crash may come at any moment of the heartbeat interval, and the timeouts have begun at its beginning.
func TestCrashAtAnyMoment(t *testing.T) {
	c := paper
	c.Timing.MaxElection = 155 * ms
	earliest, latest := time.Hour, time.Duration(0)
	for _, trial := range measure(t, "ticker-timer", c, elections.Crashes, 80).Trials {
		if trial.Leaderless < 200*ms { // the first timeouts decided it
			earliest, latest = min(earliest, trial.Leaderless), max(latest, trial.Leaderless)
		}
	}
	// The last heartbeat arrives after 3 ms, and the votes come 15 ms after the timeout.
	if least, most := (150-75+3+15)*ms, (155+3+15+5)*ms; earliest < least || latest > most ||
		latest-earliest < (most-least)/2 {
		t.Errorf("elections were over %v to %v after the crash, want much of %v to %v", earliest, latest, least, most)
	}
}

// With logs of five lengths only the three servers with the longest can win: of four that are left when one of them
// crashed, two. When all start, with logs that are equal, everybody can.
func TestNotAllCanWin(t *testing.T) {
	winners := func(m *elections.Measured) (list []int) {
		for _, trial := range m.Trials {
			if !slices.Contains(list, trial.Leader) {
				list = append(list, trial.Leader)
			}
		}
		return list
	}
	if got := winners(measure(t, "ticker-timer", paper, elections.Crashes, 50)); len(got) > 3 {
		t.Errorf("after crashes %d servers were elected, want 3 of 5 at most: %v", len(got), got)
	}
	if got := winners(measure(t, "ticker-timer", paper, elections.Starts, 50)); len(got) != 5 {
		t.Errorf("after starts, with logs that are equal, %d of 5 servers were elected: %v", len(got), got)
	}
}

// Without randomness votes split again and again; with some they do not.
func TestRandomnessEndsSplitVotes(t *testing.T) {
	same := paper
	same.Timing.MaxElection = same.Timing.MinElection
	same.Limit = 2 * time.Second
	splits := func(m *elections.Measured) (n int) {
		for _, trial := range m.Trials {
			n += trial.Split
		}
		return n
	}
	without, with := splits(measure(t, "ticker-timer", same, elections.Crashes, 5)),
		splits(measure(t, "ticker-timer", paper, elections.Crashes, 5))
	if without < 10 || with > 3 {
		t.Errorf("5 elections without randomness had %d split votes, and with 150 ms of it %d", without, with)
	}
}

// Leaders whose heartbeats get lost are deposed, and others are not.
func TestSpuriousElections(t *testing.T) {
	deposed := func(loss float64) (n int) {
		c := paper
		c.Loss = loss
		for _, trial := range measure(t, "ticker-timer", c, elections.Starts, 10).Trials {
			n += trial.Deposed
		}
		return n
	}
	if n := deposed(0); n > 0 {
		t.Errorf("%d elections with a healthy leader and no loss", n)
	}
	if n := deposed(0.5); n < 5 {
		t.Errorf("%d elections in 20 s in which half of all messages are lost", n)
	}
}

// Who does not ask for the contract's timing has its own, and its messages may be unknown.
func TestOwnTiming(t *testing.T) {
	m := measure(t, "etcd-raft", paper, elections.Crashes, 10)
	if m.Timed || m.Votes {
		t.Errorf("takes its timing from the contract: %v; its votes are understood: %v", m.Timed, m.Votes)
	}
	for i, trial := range m.Trials {
		if trial.Leaderless < 300*ms || trial.None {
			t.Errorf("trial %d had no leader for %v; its shortest timeout is 500 ms", i, trial.Leaderless)
		}
	}
}

func TestSameSeedSameTrials(t *testing.T) {
	first := measure(t, "polling-sleep", paper, elections.Crashes, 10)
	if diff := cmp.Diff(first, measure(t, "polling-sleep", paper, elections.Crashes, 10)); diff != "" {
		t.Error(diff)
	}
}

func TestValidate(t *testing.T) {
	for _, tt := range []struct {
		change func(*elections.Conditions)
		says   string // "" if nothing is wrong
	}{
		{func(c *elections.Conditions) {}, ""},
		{func(c *elections.Conditions) { c.Timing = raft.Timing{} }, ""},
		{func(c *elections.Conditions) { c.Servers = 2 }, "3 to 25 servers"},
		{func(c *elections.Conditions) { c.Servers = 26 }, "3 to 25 servers"},
		{func(c *elections.Conditions) { c.There, c.Back = 0, 0 }, "1ms to 10s"},
		{func(c *elections.Conditions) { c.There = -ms }, "1ms to 10s"},
		{func(c *elections.Conditions) { c.Loss = 1.5 }, "0 to 0.9"},
		{func(c *elections.Conditions) { c.Loss = -0.1 }, "0 to 0.9"},
		{func(c *elections.Conditions) { c.Loss = math.NaN() }, "0 to 0.9"},
		{func(c *elections.Conditions) { c.Timing.MinElection = 400 * ms }, "not be longer than the longest"},
		{func(c *elections.Conditions) { c.Timing.MaxElection = time.Hour }, "1ms to 1m0s"},
		{func(c *elections.Conditions) { c.Timing.Heartbeat = 150 * ms }, "heartbeats"},
		{func(c *elections.Conditions) { c.Timing.Heartbeat = 0 }, "heartbeats"},
		{func(c *elections.Conditions) { c.Timing.Poll = -ms }, "poll interval"},
		{func(c *elections.Conditions) { c.Limit = 0 }, "some time to wait"},
	} {
		c := paper
		tt.change(&c)
		err := c.Validate()
		if (err == nil) != (tt.says == "") || err != nil && !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%+v: %v, want %q", c, err, tt.says)
		}
	}
}
