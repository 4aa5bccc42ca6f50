package sim_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"raftlab/src/labgob"
	"raftlab/src/labrpc"
	"raftlab/src/raft/rafttest/raftnode"
	"raftlab/src/recipe"
	"raftlab/src/script"
	"raftlab/src/sim"
)

// What a run does can be written down, and is not another run by that.
func TestWritten(t *testing.T) {
	m := module(t, "ticker-timer")
	for _, s := range scenarios(t, "^(ChaosPersistence|Backup)$") {
		plain := sim.Play(m, run(s, 4), sim.Options{Schedule: true})
		r := run(s, 4)
		r.Written = new(script.Writer)
		written := sim.Play(m, r, sim.Options{Schedule: true})
		if plain.Trace != written.Trace {
			t.Errorf("%s: the trace is %x, and %x when it is written down", s.Name, plain.Trace, written.Trace)
		}
		actions := r.Written.Actions()
		if !slices.IsSortedFunc(actions, func(a, b script.Action) int { return int(a.At - b.At) }) {
			t.Errorf("%s: actions are not in the order of their times", s.Name)
		}
		if n := (&script.Script{Actions: actions}).Faults(); n == 0 {
			t.Errorf("%s: no fault is written down", s.Name)
		}
		if _, to, ok := r.Written.Harmed(); ok != strings.HasPrefix(s.Name, "Chaos") || ok && to < 15*time.Second {
			t.Errorf("%s: harm %v, until %v", s.Name, ok, to)
		}
	}
}

// scripted plays a script of the scenario ChaosSnapshots, twice, and returns what was done in it.
func scripted(t *testing.T, s *script.Script) (sim.Result, []script.Action) {
	t.Helper()
	var results []sim.Result
	var written []script.Action
	for range 2 {
		r := run(scenarios(t, "^ChaosSnapshots$")[0], 5)
		r.Script, r.Written = s, new(script.Writer)
		results = append(results, sim.Play(module(t, "ticker-timer"), r, sim.Options{Schedule: true}))
		written = r.Written.Actions()
	}
	if results[0].Trace != results[1].Trace {
		t.Errorf("a script has the traces %x and %x", results[0].Trace, results[1].Trace)
	}
	return results[0], written
}

// A script in place of a scenario does what it says, at its times, and nothing that makes no sense.
func TestScript(t *testing.T) {
	at := func(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
	var eleven any = 11
	encoded, err := labgob.Marshal(&eleven)
	if err != nil {
		t.Fatal(err)
	}
	command := raftnode.Start(encoded)
	sensible := []script.Action{
		{At: at(1), Do: script.Disconnect, Node: 1},
		{At: at(1.1), Do: script.Ask, Node: 0, Method: "Start", Data: command},
		{At: at(1.2), Do: script.Connect, Node: 1},
		{At: at(1.3), Do: script.Pause, Node: 2},
		{At: at(1.4), Do: script.Resume, Node: 2},
		{At: at(1.5), Do: script.Cut, Node: 3, Peer: 4},
		{At: at(1.6), Do: script.Uncut, Node: 3, Peer: 4},
		{At: at(1.7), Do: script.Partition, First: 5, Groups: [][]int{{0, 1}, {2, 3}}},
		{At: at(1.8), Do: script.Heal},
		{At: at(1.9), Do: script.Skew, Node: 4, Rate: 0.9, Jump: time.Hour},
		{At: at(1.95), Do: script.Linger, Node: 3, Longest: 30 * time.Millisecond},
		{At: at(2), Do: script.Spare, Node: 4},
		{At: at(2.1), Do: script.Tell, Node: 3, Data: raftnode.Slow(int64(time.Millisecond))},
		{At: at(2.2), Do: script.Weather, Weather: labrpc.Unreliable()},
		{At: at(2.3), Do: script.Crash, Node: 0},
		{At: at(2.4), Do: script.Restart, Node: 0},
		{At: at(2.5), Do: script.CrashOnSave, Node: 3},
		{At: at(2.6), Do: script.Crash, Node: 3},
	}
	senseless := []script.Action{
		{At: at(0.5), Do: script.Connect, Node: 1},
		{At: at(0.5), Do: script.Resume, Node: 1},
		{At: at(0.5), Do: script.Restart, Node: 1},
		{At: at(0.5), Do: script.Heal},
		{At: at(0.5), Do: script.Uncut, Node: 1, Peer: 2},
		{At: at(2.35), Do: script.Pause, Node: 0},
		{At: at(2.35), Do: script.Crash, Node: 0},
		{At: at(2.35), Do: script.Ask, Node: 0, Method: "Start", Data: command},
		{At: at(2.35), Do: script.Skew, Node: 0, Rate: 1},
		{At: at(2.35), Do: script.Linger, Node: 0, Longest: 1},
		{At: at(2.35), Do: script.Weather, Weather: labrpc.Unreliable()},
	}
	all := slices.Concat(sensible, senseless)
	slices.SortStableFunc(all, func(a, b script.Action) int { return int(a.At - b.At) })
	res, written := scripted(t, &script.Script{Instead: script.All, Until: at(3), Actions: all, Orderly: true})
	if res.Failure != nil || res.Skipped != "" || res.Virtual != at(3) {
		t.Errorf("got %+v", res.Result)
	}
	written = slices.DeleteFunc(written[1:], func(a script.Action) bool { return a.Do == script.Message })
	if got := written[1].Means; got != "command 11" {
		t.Errorf("a command is said to mean %q", got)
	}
	for i := range written {
		written[i].Means = ""
	}
	if diff := cmp.Diff(sensible, written); diff != "" {
		t.Errorf("other things are done than the script says (-want +got):\n%s", diff)
	}
	for _, kind := range []script.Kind{script.Ask, script.Tell} {
		unknown := []script.Action{{At: at(1), Do: kind, Method: "Start", Data: []byte("?")}}
		if res, _ := scripted(t, &script.Script{Instead: script.All, Until: at(3), Actions: unknown}); res.Failure != nil ||
			!strings.HasPrefix(res.Skipped, "S0 is asked") {
			t.Errorf("%s of bytes that mean nothing: got %+v", kind, res.Result)
		}
	}
}

// In place of a scenario's harm a script's is done, and undone in time for what the scenario expects afterwards.
func TestScriptedHarm(t *testing.T) {
	at := func(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
	harm := []script.Action{
		{At: at(1), Do: script.Disconnect, Node: 1},
		{At: at(1.5), Do: script.Pause, Node: 2},
		{At: at(2), Do: script.Crash, Node: 0},
		{At: at(2), Do: script.Cut, Node: 3, Peer: 4},
		{At: at(2), Do: script.CrashOnSave, Node: 3},
	}
	res, written := scripted(t, &script.Script{Instead: script.Harm, Until: at(4), Actions: harm})
	if res.Failure != nil || res.Skipped != "" {
		t.Errorf("got %+v", res.Result)
	}
	var done []script.Action
	for _, a := range written[1:] {
		if a.At < at(4) && a.Do != script.Ask && a.Do != script.Message {
			done = append(done, a)
		}
	}
	if diff := cmp.Diff(harm, done); diff != "" {
		t.Errorf("another harm is done than the script's (-want +got):\n%s", diff)
	}
}

// Only the messages that a script lists are lost or late, whatever the weather.
func TestListed(t *testing.T) {
	weather := script.Action{Do: script.Weather, Weather: labrpc.Unreliable().LongReordering()}
	s := &script.Script{Instead: script.All, Until: 5 * time.Second, Actions: []script.Action{weather}}
	bad := func(s *script.Script) (list []script.Action) {
		_, written := scripted(t, s)
		for _, a := range written {
			if a.At = 0; a.Do == script.Message {
				list = append(list, a)
			}
		}
		return list
	}
	all := bad(s)
	if len(all) < 10 {
		t.Fatalf("in a bad weather something happens to %d messages only", len(all))
	}
	listed := all[0]
	listed.Fate = script.Fate{DelayRequest: 3 * time.Millisecond, LoseReply: true, Double: true, DoubleAfter: time.Second}
	s.Listed, s.Actions = true, append(s.Actions, listed)
	if diff := cmp.Diff([]script.Action{listed}, bad(s)); diff != "" {
		t.Errorf("something happens to other messages than listed (-want +got):\n%s", diff)
	}
}

// A script that leaves randomness out has less of it: seeds change what is left.
func TestLeftOut(t *testing.T) {
	traces := make(map[uint64]bool)
	for _, plain := range []bool{false, true} {
		for _, orderly := range []bool{false, true} {
			res, _ := scripted(t, &script.Script{Instead: script.All, Until: 3 * time.Second, Plain: plain, Orderly: orderly,
				Drawn: recipe.Recipe{Seed: 5}})
			traces[res.Trace] = true
		}
	}
	if len(traces) != 4 {
		t.Errorf("of four kinds of randomness %d differ", len(traces))
	}
}
