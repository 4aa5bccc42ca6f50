package kvrsm

import (
	"fmt"

	"raftlab/src/kvraft"
	"raftlab/src/labgob"
)

// A store is the state machine: keys with values and versions. Its operations are the requests themselves, its results
// the replies.
type store struct{ entries map[string]entry }

// An entry is a key's value and version.
type entry struct {
	Value   string
	Version kvraft.Version
}

func newStore() *store { return &store{make(map[string]entry)} }

// DoOp implements kvraft.StateMachine.
func (s *store) DoOp(op any) any {
	switch args := op.(type) {
	case kvraft.GetArgs:
		return s.get(args)
	case kvraft.PutArgs:
		return s.put(args)
	}
	panic(fmt.Sprintf("kvrsm: a store has no operation %T", op))
}

func (s *store) get(args kvraft.GetArgs) kvraft.GetReply {
	e, ok := s.entries[args.Key]
	if !ok {
		return kvraft.GetReply{Err: kvraft.ErrNoKey}
	}
	return kvraft.GetReply{Value: e.Value, Version: e.Version, Err: kvraft.OK}
}

func (s *store) put(args kvraft.PutArgs) kvraft.PutReply {
	e, ok := s.entries[args.Key]
	switch {
	case e.Version == args.Version: // 0 of a key that is not there
		s.entries[args.Key] = entry{args.Value, args.Version + 1}
		return kvraft.PutReply{Err: kvraft.OK}
	case !ok:
		return kvraft.PutReply{Err: kvraft.ErrNoKey}
	}
	return kvraft.PutReply{Err: kvraft.ErrVersion}
}

// Snapshot implements kvraft.StateMachine.
func (s *store) Snapshot() []byte {
	data, err := labgob.Marshal(s.entries)
	if err != nil {
		panic(fmt.Sprintf("kvrsm: a store cannot be encoded: %v", err))
	}
	return data
}

// Restore implements kvraft.StateMachine. It panics if the snapshot cannot be read, because of a broken disk or a bug:
// to go on without what was acknowledged is worse than to stop. The snapshot is decoded into a new map: in the old one
// gob would leave the keys that the snapshot does not have.
func (s *store) Restore(snapshot []byte) {
	entries := make(map[string]entry)
	if err := labgob.Unmarshal(snapshot, &entries); err != nil {
		panic(fmt.Sprintf("kvrsm: reading a snapshot: %v", err))
	}
	s.entries = entries
}
