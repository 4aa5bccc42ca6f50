package labgob

import "sync"

// A shelf keeps a few things that are costly to make, for whoever needs one
// next. Unlike a sync.Pool it neither loses them at a garbage collection nor,
// under the race detector, at random. It has no channel: one that was made in
// a testing/synctest bubble could not be used outside.
type shelf[T any] struct {
	mu   sync.Mutex
	kept []T
}

// shelfSize is the most that a shelf keeps: as many as are in use at once on a
// common machine.
const shelfSize = 8

func (s *shelf[T]) take() (x T, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.kept)
	if n == 0 {
		return x, false
	}
	x = s.kept[n-1]
	s.kept = s.kept[:n-1]
	return x, true
}

func (s *shelf[T]) put(x T) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.kept) < shelfSize {
		s.kept = append(s.kept, x)
	}
}
