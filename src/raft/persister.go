package raft

import (
	"bytes"
	"sync"
)

// Persister is a server's disk: it keeps the Raft's state and the service's latest snapshot over a crash. What it takes
// and gives are copies. Its methods may be called from many goroutines at once.
type Persister struct {
	mu       sync.Mutex
	state    []byte
	snapshot []byte
	saved    func(state, snapshot []byte)

	timing Timing // set before the server is made
	asked  func()
}

// MakePersister returns an empty disk.
func MakePersister() *Persister { return NewPersister(nil, nil, nil) }

// NewPersister returns a disk with something on it already. If saved is not nil it is called with what each Save wrote,
// before Save returns and in the order of the saves; it must not change the bytes and must not block.
func NewPersister(state, snapshot []byte, saved func(state, snapshot []byte)) *Persister {
	return &Persister{state: bytes.Clone(state), snapshot: bytes.Clone(snapshot), saved: saved}
}

// Save writes the Raft's state and the snapshot together: after a crash either both are there or neither is.
func (ps *Persister) Save(state, snapshot []byte) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	ps.state = bytes.Clone(state)
	ps.snapshot = bytes.Clone(snapshot)
	if ps.saved != nil {
		ps.saved(ps.state, ps.snapshot)
	}
}

// ReadRaftState returns the state saved last, or nothing if none was.
func (ps *Persister) ReadRaftState() []byte {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	return bytes.Clone(ps.state)
}

// RaftStateSize returns the size of that state in bytes.
func (ps *Persister) RaftStateSize() int {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	return len(ps.state)
}

// ReadSnapshot returns the snapshot saved last, or nothing if none was.
func (ps *Persister) ReadSnapshot() []byte {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	return bytes.Clone(ps.snapshot)
}

// SnapshotSize returns the size of that snapshot in bytes.
func (ps *Persister) SnapshotSize() int {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	return len(ps.snapshot)
}

// Copy returns a disk with the same contents that goes its own way from here: a server that was replaced cannot write
// to its successor's.
func (ps *Persister) Copy() *Persister {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	c := NewPersister(ps.state, ps.snapshot, nil)
	c.timing = ps.timing
	return c
}

// SetTiming says how the server with this disk is to keep time. It is for who starts the server, before Make. If asked
// is not nil it is called each time that the server asks.
func (ps *Persister) SetTiming(t Timing, asked func()) { ps.timing, ps.asked = t, asked }

// Timing returns how this server is to keep time, which says nothing unless somebody has. It is for Make: it never
// changes. A server that asks and is told nothing behaves as one that does not ask, so it takes no lock: to take one is
// an occasion for others to run.
func (ps *Persister) Timing() Timing {
	if ps.asked != nil {
		ps.asked()
	}
	return ps.timing
}
