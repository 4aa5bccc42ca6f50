// Package runtime gets this file in guests that are built with gobuild.

package runtime

import (
	"internal/stringslite"
	"unsafe"
)

// Each Lock of package sync notes which goroutine takes the lock, and where, so that the stacks of a guest that
// hangs tell which goroutine holds what another one waits for. A note stays until another takes its place: if a
// lock is held, the goroutine that took it last holds it.

// A boxLockNote says who took one lock.
type boxLockNote struct {
	lock uintptr // its address, and its kind in the lowest bits
	pc   uintptr // where Lock was called
	goid uint64
}

// boxLocks are the notes, by the addresses of locks. Two locks with the same place share it: the note is that of
// the lock that was taken last.
var boxLocks [512]boxLockNote

// Kinds of locks.
const (
	boxMutex   = iota
	boxWriter  // of an RWMutex
	boxReaders // of an RWMutex
	boxKinds   // the bits of all of them
)

// boxLockNoteOf returns the place for the note of a lock.
func boxLockNoteOf(lock, kind uintptr) *boxLockNote {
	return &boxLocks[(lock>>3^lock>>12^kind<<7)%uintptr(len(boxLocks))]
}

// boxLocked is called by a goroutine that has taken a lock.
//
//go:linkname boxLocked
func boxLocked(lock unsafe.Pointer, kind, pc uintptr) {
	getg().boxHeld++
	n := boxLockNoteOf(uintptr(lock), kind)
	if kind == boxReaders && n.lock == uintptr(lock)|kind {
		return // of several readers, the first is the likeliest to keep the lock
	}
	n.lock, n.pc, n.goid = uintptr(lock)|kind, pc, getg().goid
}

// boxUnlocked is called by a goroutine that releases an RWMutex: others may still hold it, or wait to write.
//
//go:linkname boxUnlocked
func boxUnlocked(lock unsafe.Pointer, kind uintptr) {
	n := boxLockNoteOf(uintptr(lock), kind)
	if n.lock == uintptr(lock)|kind && (kind == boxWriter || n.goid == getg().goid) {
		n.lock = 0
	}
}

// boxPrintLocks prints who holds which lock.
func boxPrintLocks() {
	for i := range boxLocks {
		n := &boxLocks[i]
		if n.lock == 0 || !n.held() {
			continue
		}
		f := findfunc(n.pc)
		if n.lock&boxKinds == boxMutex && f.valid() && stringslite.HasPrefix(funcname(f), "sync.(*RWMutex).") {
			continue // the Mutex within one
		}
		print("\nlock ", hex(n.lock&^boxKinds), " is held ")
		switch n.lock & boxKinds {
		case boxWriter:
			print("for writing ")
		case boxReaders:
			print("for reading ")
		}
		print("by goroutine ", n.goid, "\n")
		if !f.valid() {
			continue
		}
		u, uf := newInlineUnwinder(f, n.pc-1)
		file, line := u.fileLine(uf)
		printFuncName(u.srcFunc(uf).name())
		print("(...)\n\t", file, ":", line, "\n")
	}
}

// held reports whether the lock is held, by its state in package sync.
func (n *boxLockNote) held() bool {
	lock := unsafe.Pointer(n.lock &^ boxKinds)
	if n.lock&boxKinds != boxReaders {
		const locked = 1 // in the state of a Mutex, with which an RWMutex begins
		return *(*int32)(lock)&locked != 0
	}
	const readerCount, pendingWriter = 16, 1 << 30
	readers := *(*int32)(add(lock, readerCount))
	if readers < 0 {
		readers += pendingWriter
	}
	return readers > 0
}
