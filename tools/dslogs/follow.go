package main

import (
	"context"
	"errors"
	"io"
	"os"
	"time"
)

// pollInterval is how often a followed file is looked at. Polling works on
// every file system.
const pollInterval = 200 * time.Millisecond

// A follower reads a file that others write. At the end of the file it waits
// for more; it begins anew when the file becomes shorter or another file takes
// its name. When ctx ends, so does the reading.
type follower struct {
	ctx  context.Context
	name string
	file *os.File
	poll <-chan time.Time

	restarted func(why string) // called when the reading begins anew

	offset  int64
	midLine bool // what was read last did not end a line
}

func (f *follower) Close() error { return f.file.Close() }

func (f *follower) Read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	for f.ctx.Err() == nil {
		n, err := f.file.Read(b)
		if n > 0 {
			f.offset += int64(n)
			f.midLine = b[n-1] != '\n'
			return n, nil
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return 0, err
		}
		fresh, err := f.refresh()
		if err != nil {
			return 0, err
		}
		if fresh {
			if f.midLine { // do not glue the lost line's beginning to a new line
				f.midLine = false
				b[0] = '\n'
				return 1, nil
			}
			continue
		}
		select {
		case <-f.ctx.Done():
		case <-f.poll:
		}
	}
	return 0, io.EOF
}

// refresh looks whether there is something else to read now: the same file from
// its start, or another of that name.
func (f *follower) refresh() (bool, error) {
	have, err := f.file.Stat()
	if err != nil {
		return false, err
	}
	if have.Size() < f.offset {
		if _, err := f.file.Seek(0, io.SeekStart); err != nil {
			return false, err
		}
		f.offset = 0
		f.restarted("became shorter; reading it from the start")
		return true, nil
	}
	now, err := os.Stat(f.name)
	if err != nil || os.SameFile(have, now) {
		return false, nil // a name that is gone may come back
	}
	next, err := os.Open(f.name)
	if err != nil {
		return false, nil
	}
	f.file.Close()
	f.file, f.offset = next, 0
	f.restarted("was replaced; reading the new file")
	return true, nil
}
