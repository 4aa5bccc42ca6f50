package rsmtest

import (
	"testing"
	"time"

	"raftlab/src/kvraft"
	"raftlab/src/kvraft/kvnode"
)

// What came of Submits is judged as it comes back, in any order of calls and returns.
func TestSubmits(t *testing.T) {
	const inc, null, poison = kvnode.Increment, kvnode.Nothing, kvnode.Poison
	type call = kvnode.Operation
	type ret struct {
		of     int // which call, from 0
		err    kvraft.Err
		result int
	}
	tests := []struct {
		name  string
		story []any
		want  string // what the last return breaks
	}{
		{"in turn", []any{inc, ret{0, kvraft.OK, 1}, null, ret{1, kvraft.OK, 0}, inc, ret{2, kvraft.OK, 2}}, ""},
		{"together, in the other order", []any{inc, inc, ret{0, kvraft.OK, 2}, ret{1, kvraft.OK, 1}}, ""},
		{"one was executed, though it was refused", []any{inc, ret{0, kvraft.ErrWrongLeader, 0}, inc,
			ret{1, kvraft.OK, 2}}, ""},
		{"refused, with a result", []any{inc, ret{0, kvraft.ErrWrongLeader, 1}}, "Own Result: expected ErrWrongLeader " +
			"with no result of the Submit of an Increment on S0 at 0.000 s, got 1 with it"},
		{"another error", []any{inc, ret{0, kvraft.ErrMaybe, 0}}, "Own Result: expected OK or ErrWrongLeader of the " +
			`Submit of an Increment on S0 at 0.000 s, got "ErrMaybe"`},
		{"no count", []any{inc, ret{0, kvraft.OK, 0}}, "Own Result: expected the Submit of an Increment on S0 at 0.000 s " +
			"to return a count, got 0 or no number"},
		{"a count of another", []any{inc, null, ret{1, kvraft.OK, 1}}, "Own Result: expected no result of the Submit of " +
			"a Null on S1 at 1.000 s, got 1, which is an Increment's"},
		{"what cannot be committed", []any{poison, ret{0, kvraft.OK, 0}}, "Own Result: expected the Submit of a Poison " +
			"on S0 at 0.000 s, which cannot be committed, to return ErrWrongLeader, got OK"},
		{"one result twice", []any{inc, inc, ret{0, kvraft.OK, 2}, ret{1, kvraft.OK, 2}}, "Own Result: the Submit of an " +
			"Increment on S0 at 0.000 s and the Submit of an Increment on S1 at 1.000 s both returned 2"},
		{"more than were submitted", []any{inc, null, inc, ret{2, kvraft.OK, 3}}, "Executed Once: expected at most 2, the " +
			"number of Increments submitted so far, of the Submit of an Increment on S2 at 2.000 s, got 3"},
		{"backwards", []any{inc, inc, ret{1, kvraft.OK, 2}, inc, ret{2, kvraft.OK, 1}}, "Order of Results: the Submit of " +
			"an Increment on S1 at 1.000 s returned 2, and the Submit of an Increment on S2 at 2.000 s, called after it " +
			"had returned, 1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var l submits
			var calls []*submit
			got := ""
			for _, step := range test.story {
				if got != "" {
					t.Fatalf("got early: %s", got)
				}
				switch step := step.(type) {
				case call:
					calls = append(calls, l.calls(len(calls), step, time.Duration(len(calls))*time.Second))
				case ret:
					got = l.returns(calls[step.of], 0, step.err, step.result)
				}
			}
			if got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// Pending are those that have neither returned nor gone with their servers.
func TestPending(t *testing.T) {
	var l submits
	first := l.calls(0, kvnode.Nothing, 0)
	second := l.calls(1, kvnode.Nothing, 0)
	third := l.calls(2, kvnode.Nothing, 0)
	l.lost(first)
	if broken := l.returns(third, 0, kvraft.ErrWrongLeader, 0); broken != "" {
		t.Error(broken)
	}
	if got := l.pending(); len(got) != 1 || got[0] != second {
		t.Errorf("pending %v, want %v alone", got, second)
	}
}

// Unknown are the Increments of which a server that may have led said that it did not.
func TestUnknown(t *testing.T) {
	for _, test := range []struct {
		operation kvnode.Operation
		took      time.Duration
		err       kvraft.Err
		want      int
	}{
		{kvnode.Increment, 0, kvraft.ErrWrongLeader, 0},
		{kvnode.Increment, time.Millisecond, kvraft.ErrWrongLeader, 1},
		{kvnode.Increment, time.Millisecond, kvraft.OK, 0},
		{kvnode.Nothing, time.Millisecond, kvraft.ErrWrongLeader, 0},
	} {
		var l submits
		result := 0
		if test.err == kvraft.OK {
			result = 1
		}
		s := l.calls(0, test.operation, time.Second)
		l.returns(s, time.Second+test.took, test.err, result)
		if got := l.unknown(); got != test.want {
			t.Errorf("%+v: %d are unknown", test, got)
		}
	}
}
