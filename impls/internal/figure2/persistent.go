package figure2

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"raftlab/src/labgob"
)

// None is the VotedFor of a server that has not voted in its current term.
const None = -1

// Persistent is the part of the state that must be on disk before a server answers or sends anything (Figure 2,
// "Persistent state on all servers").
type Persistent struct {
	CurrentTerm int // latest term seen, from 0 on, never falling
	VotedFor    int // candidate that got the vote in CurrentTerm, or None
	Log         Log
}

// header is all of Persistent but the entries of the log: what is short.
type header struct {
	CurrentTerm   int
	VotedFor      int
	SnapshotIndex int
	SnapshotTerm  int
}

// Encode returns the bytes to save: a header and the record of the log, in gob. Its work is that of encoding the
// entries that are new since it was last called, and of copying the others. It panics if a command in the log is of a
// type that gob cannot encode.
func (p *Persistent) Encode() []byte {
	head, err := labgob.Marshal(&header{p.CurrentTerm, p.VotedFor, p.Log.SnapshotIndex, p.Log.SnapshotTerm})
	if err != nil {
		panic(fmt.Sprintf("figure2: cannot encode the persistent state: %v", err))
	}
	entries, err := p.Log.record.of(p.Log.Entries)
	if err != nil {
		panic(fmt.Sprintf("figure2: cannot encode the log: %v", err))
	}
	return bytes.Join([][]byte{head, entries}, nil)
}

// Decode reads what Encode returned. No bytes are the state of a server that never ran.
func Decode(saved []byte) (Persistent, error) {
	if len(saved) == 0 {
		return Persistent{VotedFor: None}, nil
	}
	r := bytes.NewReader(saved)
	var h header // all zero, as gob leaves out what is zero
	if err := labgob.NewDecoder(r).Decode(&h); err != nil {
		return Persistent{}, fmt.Errorf("saved Raft state of %d bytes: %w", len(saved), err)
	}
	entries, err := readRecord(r)
	if err != nil {
		return Persistent{}, fmt.Errorf("saved Raft state of %d bytes: log: %w", len(saved), err)
	}
	log := Log{SnapshotIndex: h.SnapshotIndex, SnapshotTerm: h.SnapshotTerm, Entries: entries}
	return Persistent{CurrentTerm: h.CurrentTerm, VotedFor: h.VotedFor, Log: log}, nil
}

// A record is the entries of a log in gob, a stream of slices that together are the log: it grows with the log, so that
// nothing is encoded twice. When the log loses an entry, at either end, the record is dropped for a new one.
type record struct {
	stream  *bytes.Buffer // nil in a new one
	encoder *labgob.LabEncoder
	n       int // entries in it
}

// of returns the record of entries, of which the first n are in it already. The bytes are not to be changed and not to
// be kept.
func (r *record) of(entries []Entry) ([]byte, error) {
	if r.stream == nil {
		r.stream = new(bytes.Buffer)
		r.encoder = labgob.NewEncoder(r.stream)
	}
	if r.n < len(entries) {
		if err := r.encoder.Encode(entries[r.n:]); err != nil {
			return nil, err
		}
		r.n = len(entries)
	}
	return r.stream.Bytes(), nil
}

// readRecord returns the entries of a record, up to the end of what r has.
func readRecord(r *bytes.Reader) ([]Entry, error) {
	var entries []Entry
	decoder := labgob.NewDecoder(r)
	for {
		var more []Entry
		err := decoder.Decode(&more)
		if errors.Is(err, io.EOF) {
			return entries, nil
		}
		if err != nil {
			return nil, err
		}
		entries = append(entries, more...)
	}
}
