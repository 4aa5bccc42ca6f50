package kvclassic

import (
	"fmt"

	"raftlab/src/labgob"
)

// Kind says what an operation does.
type Kind string

// The kinds of operations.
const (
	Get    Kind = "Get"
	Put    Kind = "Put"
	Append Kind = "Append"
)

// Op is an operation on the store, and a command in the log.
type Op struct {
	Kind       Kind
	Key, Value string
	ID         ID
}

// A store is the replicated state, all of which a snapshot holds: the keys, and what must be known of clients so that
// none of their operations is executed twice.
//
// A client has one operation at a time, so that of each its last one is enough: whoever sends the next has had the
// answer to all before.
type store struct {
	Data     map[string]string
	Sessions map[int64]session // by client
}

// A session is what a store knows of a client.
type session struct {
	Seq   int64  // the last operation that was executed
	Value string // and its result, to be given again if its reply is lost
}

func newStore() *store {
	return &store{Data: make(map[string]string), Sessions: make(map[int64]session)}
}

// apply executes an operation, unless it was executed before. That is judged here, where all servers judge alike, and
// not when the request comes: then two copies of it may both be on their way through the log. Nor is it enough to
// compare with the last operation only: an old copy may come behind newer ones.
func (s *store) apply(op Op) {
	if op.ID.Seq <= s.Sessions[op.ID.Client].Seq {
		return
	}
	done := session{Seq: op.ID.Seq}
	switch op.Kind {
	case Get:
		done.Value = s.Data[op.Key]
	case Put:
		s.Data[op.Key] = op.Value
	case Append:
		s.Data[op.Key] += op.Value
	}
	s.Sessions[op.ID.Client] = done
}

// result returns what came of an operation, if it was executed.
func (s *store) result(id ID) (value string, err Err, executed bool) {
	last := s.Sessions[id.Client]
	switch {
	case last.Seq < id.Seq:
		return "", "", false
	case last.Seq > id.Seq:
		return "", ErrOutdated, true
	}
	return last.Value, OK, true
}

// encode returns the store as bytes.
func (s *store) encode() []byte {
	data, err := labgob.Marshal(s)
	if err != nil {
		panic(fmt.Sprintf("kvclassic: a store cannot be encoded: %v", err))
	}
	return data
}

// decodeStore reads what encode wrote, into a new store: gob would leave in an old one what the new one lacks.
func decodeStore(data []byte) (*store, error) {
	s := newStore()
	if err := labgob.Unmarshal(data, s); err != nil {
		return nil, fmt.Errorf("kvclassic: reading a snapshot: %w", err)
	}
	return s, nil
}
