package kvrsm

import (
	"testing"
	"testing/synctest"

	"raftlab/src/kvraft"
	"raftlab/src/labgob"
	"raftlab/src/labrpc"
)

// A script is a transport that answers each request with the next of its lines. "" is no answer.
type script struct{ lines []kvraft.Err }

func (s *script) RoundTrip(method string, args []byte) ([]byte, bool) {
	next := s.lines[0]
	s.lines = s.lines[1:]
	reply, err := labgob.Marshal(kvraft.PutReply{Err: next})
	if err != nil {
		panic(err)
	}
	return reply, next != ""
}

// A clerk says ErrMaybe where it cannot know, and nowhere else.
func TestMaybe(t *testing.T) {
	const lost, wrong = "", kvraft.ErrWrongLeader
	for _, test := range []struct {
		script []kvraft.Err
		want   kvraft.Err
	}{
		{[]kvraft.Err{kvraft.OK}, kvraft.OK},
		{[]kvraft.Err{kvraft.ErrVersion}, kvraft.ErrVersion},
		{[]kvraft.Err{kvraft.ErrNoKey}, kvraft.ErrNoKey},
		{[]kvraft.Err{wrong, kvraft.ErrVersion}, kvraft.ErrVersion},
		{[]kvraft.Err{wrong, wrong, wrong, wrong, kvraft.ErrVersion}, kvraft.ErrVersion},
		{[]kvraft.Err{lost, kvraft.ErrVersion}, kvraft.ErrMaybe},
		{[]kvraft.Err{lost, wrong, kvraft.ErrVersion}, kvraft.ErrMaybe},
		{[]kvraft.Err{wrong, lost, wrong, wrong, kvraft.ErrVersion}, kvraft.ErrMaybe},
		{[]kvraft.Err{errLost, kvraft.ErrVersion}, kvraft.ErrMaybe},
		{[]kvraft.Err{lost, kvraft.OK}, kvraft.OK},
		{[]kvraft.Err{lost, errLost, kvraft.ErrNoKey}, kvraft.ErrNoKey},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &script{test.script}
			ends := []*labrpc.ClientEnd{labrpc.NewClientEnd(s), labrpc.NewClientEnd(s), labrpc.NewClientEnd(s)}
			ck := MakeClerk(ends)
			if got := ck.Put("k", "v", 1); got != test.want || len(s.lines) > 0 {
				t.Errorf("%q: got %s with %d replies left, want %s", test.script, got, len(s.lines), test.want)
			}
		})
	}

	// What was lost in one call says nothing of the next.
	s := &script{[]kvraft.Err{lost, kvraft.OK, kvraft.ErrVersion}}
	ck := MakeClerk([]*labrpc.ClientEnd{labrpc.NewClientEnd(s), labrpc.NewClientEnd(s)})
	ck.Put("k", "v", 1)
	if got := ck.Put("k", "v", 1); got != kvraft.ErrVersion {
		t.Errorf("got %s in the second call", got)
	}
}
