package figure2

import (
	"bytes"
	"fmt"

	"raftlab/src/labgob"
)

// None is the VotedFor of a server that has not voted in its current term.
const None = -1

// Persistent is the part of the state that must be on disk before a server
// answers or sends anything (Figure 2, "Persistent state on all servers").
type Persistent struct {
	CurrentTerm int // latest term seen, from 0 on, never falling
	VotedFor    int // candidate that got the vote in CurrentTerm, or None
	Log         Log
}

// Encode returns the bytes to save. It panics if a command in the log is of a
// type that gob cannot encode.
func (p *Persistent) Encode() []byte {
	var b bytes.Buffer
	if err := labgob.NewEncoder(&b).Encode(p); err != nil {
		panic(fmt.Sprintf("figure2: cannot encode the persistent state: %v", err))
	}
	return b.Bytes()
}

// Decode reads what Encode returned. No bytes are the state of a server that
// never ran.
func Decode(saved []byte) (Persistent, error) {
	if len(saved) == 0 {
		return Persistent{VotedFor: None}, nil
	}
	var p Persistent // all zero, as gob leaves out what is zero
	if err := labgob.NewDecoder(bytes.NewReader(saved)).Decode(&p); err != nil {
		return Persistent{}, fmt.Errorf("saved Raft state of %d bytes: %w", len(saved), err)
	}
	return p, nil
}
