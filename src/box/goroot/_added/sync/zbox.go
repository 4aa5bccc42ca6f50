// Package sync gets this file in the patched standard library.

package sync

import "unsafe"

// boxYield may let other goroutines run. It is called before each Lock, and when a Wait is over.
//
//go:linkname boxYield runtime.boxYield
func boxYield(callerPC uintptr)

// boxUnlocks may let other goroutines run. It is called after each Unlock.
//
//go:linkname boxUnlocks runtime.boxUnlocks
func boxUnlocks(callerPC uintptr)

// boxLocked notes who has taken a lock, and where.
//
//go:linkname boxLocked runtime.boxLocked
//go:noescape
func boxLocked(lock unsafe.Pointer, kind, callerPC uintptr)

// boxUnlocked drops the note of an RWMutex.
//
//go:linkname boxUnlocked runtime.boxUnlocked
//go:noescape
func boxUnlocked(lock unsafe.Pointer, kind uintptr)

// Kinds of locks, as package runtime has them.
const (
	boxMutex = iota
	boxWriter
	boxReaders
)
