// Package locks has the locks that a Raft is written with: go-deadlock's, which report a lock taken twice, locks
// taken in two orders, and a lock waited for too long. It has sync's names, so that an implementation imports it in
// the place of sync:
//
//	import sync "raftlab/src/locks"
//
// Not all of go-deadlock is a drop-in for sync: its NewCond returns a *sync.Cond and not a *deadlock.Cond. Here
// what does not detect anything is sync's own.
//
// In a box, where the host finds deadlocks from outside and sync's locks note who holds them, all of them are
// sync's.
package locks

import "sync"

type (
	Locker    = sync.Locker
	Cond      = sync.Cond // its Wait is not timed; locking again after it is
	Once      = sync.Once
	WaitGroup = sync.WaitGroup
	Pool      = sync.Pool
	Map       = sync.Map
)

// NewCond returns a condition variable on l.
func NewCond(l Locker) *Cond { return sync.NewCond(l) }

// OnceFunc is sync's.
func OnceFunc(f func()) func() { return sync.OnceFunc(f) }

// OnceValue is sync's.
func OnceValue[T any](f func() T) func() T { return sync.OnceValue(f) }

// OnceValues is sync's.
func OnceValues[T1, T2 any](f func() (T1, T2)) func() (T1, T2) { return sync.OnceValues(f) }
