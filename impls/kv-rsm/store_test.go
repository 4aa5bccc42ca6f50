package kvrsm

import (
	"reflect"
	"testing"

	"raftlab/src/kvraft"
)

func TestStore(t *testing.T) {
	s := newStore()
	for _, step := range []struct{ op, want any }{
		{kvraft.GetArgs{Key: "k"}, kvraft.GetReply{Err: kvraft.ErrNoKey}},
		{kvraft.PutArgs{Key: "k", Value: "a", Version: 1}, kvraft.PutReply{Err: kvraft.ErrNoKey}},
		{kvraft.PutArgs{Key: "k", Value: "a"}, kvraft.PutReply{Err: kvraft.OK}},
		{kvraft.PutArgs{Key: "k", Value: "a"}, kvraft.PutReply{Err: kvraft.ErrVersion}},
		{kvraft.PutArgs{Key: "k", Value: "b", Version: 2}, kvraft.PutReply{Err: kvraft.ErrVersion}},
		{kvraft.PutArgs{Key: "k", Value: "b", Version: 1}, kvraft.PutReply{Err: kvraft.OK}},
		{kvraft.GetArgs{Key: "k"}, kvraft.GetReply{Value: "b", Version: 2, Err: kvraft.OK}},
	} {
		if got := s.DoOp(step.op); got != step.want {
			t.Errorf("%+v: got %+v, want %+v", step.op, got, step.want)
		}
	}
}

// A snapshot takes the place of all there was.
func TestRestore(t *testing.T) {
	s := newStore()
	empty := s.Snapshot()
	s.put(kvraft.PutArgs{Key: "k", Value: "a"})
	snapshot, want := s.Snapshot(), map[string]entry{"k": {"a", 1}}
	s.put(kvraft.PutArgs{Key: "x", Value: "b"})
	if s.Restore(snapshot); !reflect.DeepEqual(s.entries, want) {
		t.Errorf("got %v, want %v", s.entries, want)
	}
	if s.Restore(empty); len(s.entries) > 0 {
		t.Errorf("got %v from an empty store", s.entries)
	}
	s.put(kvraft.PutArgs{Key: "k", Value: "a"})
}
