// Package logsize tells a service on Raft when to give its Raft a snapshot, so that the Raft's saved state stays near a
// limit.
//
// The saved state is more than what a snapshot can take away: entries that are not yet applied stay in it. Where many
// clients are at work these alone may exceed the limit, and a service that takes a snapshot whenever the state is too
// large takes one for each entry. So the first is due near the limit, and the next only once the state has grown again
// by half of it; or when nothing was applied for a while, so that a quiet server keeps nothing that it need not.
package logsize

import (
	"time"

	"raftlab/src/raft"
)

// quiet is how long nothing is applied before a snapshot is taken that was put off. A cluster at work takes less for an
// entry.
const quiet = 100 * time.Millisecond

// A Watch looks at the size of a Raft's saved state. It is used by one goroutine, the one that applies.
type Watch struct {
	persister *raft.Persister
	limit     int
	next      int              // the size at which the next snapshot is due
	later     <-chan time.Time // says when a snapshot that was put off is due; nil if none was
}

// New returns a Watch that keeps the state that persister saves near limit bytes, which is a maxraftstate: -1 is no
// limit.
func New(persister *raft.Persister, limit int) *Watch {
	w := &Watch{persister: persister, limit: limit}
	w.next = w.near()
	return w
}

// near is the size that counts as near the limit. It leaves room for a few entries.
func (w *Watch) near() int { return w.limit * 3 / 4 }

// Due is to be called after each applied entry. It reports whether a snapshot is due; then Taken must follow it.
func (w *Watch) Due() bool {
	w.later = nil
	if w.limit < 0 {
		return false
	}
	size := w.persister.RaftStateSize()
	if size >= w.next {
		return true
	}
	if size >= w.near() {
		w.later = time.After(quiet)
	}
	return false
}

// Later returns a channel that says when a snapshot is due that Due has put off; then Taken must follow. It is nil if
// there is none, and another one after each call of Due: what is applied meanwhile puts it off again.
func (w *Watch) Later() <-chan time.Time { return w.later }

// Taken is to be called when the Raft has the snapshot.
func (w *Watch) Taken() {
	w.later = nil
	w.next = max(w.near(), w.persister.RaftStateSize()+w.limit/2)
}
