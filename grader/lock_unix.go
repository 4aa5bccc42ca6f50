//go:build unix

package main

import (
	"errors"
	"os"
	"syscall"
)

// lock locks a file until this process ends or closes it, or any other descriptor that it has of the same file. It
// returns the process that has locked it already, 0 if there is none. Where files cannot be locked it does nothing.
func lock(f *os.File) (holder int) {
	l := syscall.Flock_t{Type: syscall.F_WRLCK}
	err := syscall.FcntlFlock(f.Fd(), syscall.F_SETLK, &l)
	if errors.Is(err, syscall.EAGAIN) || errors.Is(err, syscall.EACCES) {
		return holderOf(f)
	}
	return 0
}

// unknownHolder is a process whose number is not known here.
const unknownHolder = -1

// holderOf returns the other process that has locked a file, 0 if there is none.
func holderOf(f *os.File) int {
	l := syscall.Flock_t{Type: syscall.F_WRLCK}
	switch err := syscall.FcntlFlock(f.Fd(), syscall.F_GETLK, &l); {
	case err != nil || l.Type == syscall.F_UNLCK:
		return 0
	case l.Pid <= 0: // of another container
		return unknownHolder
	}
	return int(l.Pid)
}

// openLock opens a file that others may have made, to see who has locked it: no link, and it does not wait for who
// writes into a pipe.
func openLock(name string) (*os.File, error) {
	return os.OpenFile(name, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
}

// isMine reports whether a file belongs to this user.
func isMine(info os.FileInfo) bool {
	s, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(s.Uid) == os.Getuid()
}
