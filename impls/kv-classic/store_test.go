package kvclassic

import (
	"reflect"
	"testing"
)

// An operation is executed once, and its result can be had again until its client goes on.
func TestStore(t *testing.T) {
	s := newStore()
	const ann, bob = 7, 8
	for _, step := range []struct {
		op    Op
		value string
		err   Err
	}{
		{Op{Append, "k", "a", ID{ann, 1}}, "", OK},
		{Op{Append, "k", "a", ID{ann, 1}}, "", OK},
		{Op{Append, "k", "b", ID{bob, 1}}, "", OK},
		{Op{Get, "k", "", ID{ann, 2}}, "ab", OK},
		{Op{Append, "k", "c", ID{bob, 2}}, "", OK},
		{Op{Get, "k", "", ID{ann, 2}}, "ab", OK},
		{Op{Append, "k", "a", ID{ann, 1}}, "", ErrOutdated},
		{Op{Get, "k", "", ID{ann, 3}}, "abc", OK},
		{Op{Put, "k", "d", ID{ann, 4}}, "", OK},
		{Op{Get, "x", "", ID{ann, 5}}, "", OK},
		{Op{Get, "k", "", ID{bob, 3}}, "d", OK},
	} {
		s.apply(step.op)
		value, err, executed := s.result(step.op.ID)
		if value != step.value || err != step.err || !executed {
			t.Errorf("%v: got %q, %s, %v, want %q, %s", step.op, value, err, executed, step.value, step.err)
		}
	}
	if _, _, executed := s.result(ID{ann, 6}); executed {
		t.Error("an operation is executed that never came")
	}
}

// A snapshot has all of a store, and nothing of another.
func TestSnapshot(t *testing.T) {
	s := newStore()
	s.apply(Op{Put, "k", "a", ID{7, 1}})
	s.apply(Op{Get, "k", "", ID{8, 5}})
	for _, s := range []*store{s, newStore()} {
		got, err := decodeStore(s.encode())
		if err != nil || !reflect.DeepEqual(got, s) {
			t.Errorf("got %v, %v, want %v", got, err, s)
		}
	}
	if got, err := decodeStore([]byte("nonsense")); err == nil {
		t.Errorf("nonsense is %v", got)
	}
}
