package labgob

import "sync"

// A freeList keeps a few values that are costly to make, for the next caller that needs one. Unlike a sync.Pool it
// neither loses them at a garbage collection nor, under the race detector, at random. It has no channel: one that
// was made in a testing/synctest bubble could not be used outside.
type freeList[T any] struct {
	mu   sync.Mutex
	kept []T
}

// freeListSize is the most values that a freeList keeps: as many as are in use at once on a common machine.
const freeListSize = 8

func (l *freeList[T]) get() (x T, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := len(l.kept)
	if n == 0 {
		return x, false
	}
	x = l.kept[n-1]
	l.kept = l.kept[:n-1]
	return x, true
}

func (l *freeList[T]) put(x T) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.kept) < freeListSize {
		l.kept = append(l.kept, x)
	}
}
