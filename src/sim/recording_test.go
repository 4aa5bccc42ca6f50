package sim_test

import (
	"slices"
	"testing"

	"raftlab/src/record"
	"raftlab/src/sim"
)

// TestRecording plays runs of all sorts twice: who writes a run down does not change it, and what was written down
// hangs together.
func TestRecording(t *testing.T) {
	m := module(t, "ticker-timer")
	seen := make(map[record.Kind]int)
	faulty := "^(ChaosElections|LossyElections|PausedLeaders|SkewedClocks|CrashBeforeReply|DoubledRequests|LingeringElections)$"
	for _, s := range scenarios(t, faulty) {
		plain := sim.Play(m, run(s, 1), sim.Options{Schedule: true})
		recorded := sim.Play(m, run(s, 1), sim.Options{Schedule: true, Record: true})
		if plain.Recording != nil || recorded.Recording == nil {
			t.Fatal("the recording does not depend on the option")
		}
		if plain.Trace != recorded.Trace {
			t.Errorf("%s is another run when it is recorded", s.Name)
		}
		for _, text := range check(recorded.Recording) {
			t.Errorf("%s: %s", s.Name, text)
		}
		for _, e := range recorded.Recording.Events {
			seen[e.Kind]++
		}
	}
	for _, kind := range []record.Kind{
		record.Sent, record.Arrived, record.Doubled, record.Handled, record.Answered, record.LostRequest,
		record.LostReply, record.Unreachable, record.GaveUp, record.Boot, record.Crash, record.Saved, record.Timer,
		record.Asked, record.Told, record.Pause, record.Resume, record.Clock, record.Linger, record.Cut, record.Heal, record.Weather,
		record.Step,
	} {
		if seen[kind] == 0 {
			t.Errorf("no event %q was written down", kind)
		}
	}
}

// before is, for the steps of an RPC, which step of it comes before.
var before = map[record.Kind][]record.Kind{
	record.Arrived:     {record.Sent},
	record.Doubled:     {record.Sent},
	record.Handled:     {record.Arrived, record.Doubled},
	record.Answered:    {record.Handled},
	record.LostRequest: {record.Sent},
	record.LostReply:   {record.Handled},
	record.GaveUp:      {record.LostRequest, record.LostReply, record.Unreachable},
}

// check returns what is wrong with a recording.
func check(rec *record.Recording) (wrong []string) {
	at, saved := int64(0), make(map[int]int) // by node: the last save
	for i, e := range rec.Events {
		say := func(text string) { wrong = append(wrong, string(e.Kind)+": "+text) }
		if e.ID != i+1 {
			say("its ID is not its number")
		}
		if e.At < at {
			say("it is earlier than the event before")
		}
		at = e.At
		steps := before[e.Kind]
		caused := len(steps) == 0
		if e.Kind == record.Boot {
			caused = saved[e.Node] == 0 || slices.Equal(e.Causes, []int{saved[e.Node]})
		}
		if e.Kind == record.Saved {
			saved[e.Node] = e.ID
		}
		for _, id := range e.Causes {
			if id <= 0 || id >= e.ID {
				say("its cause comes after it")
				continue
			}
			cause := rec.Events[id-1]
			caused = caused || slices.Contains(steps, cause.Kind) && cause.Call == e.Call && cause.Method == e.Method
		}
		if !caused {
			say("the step before is not among its causes")
		}
	}
	if len(rec.Events) == 0 || rec.End < at && rec.Finding == nil {
		wrong = append(wrong, "it ends too early")
	}
	return wrong
}
