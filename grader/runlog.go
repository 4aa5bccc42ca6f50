package main

import (
	"fmt"
	"io"
)

// What is written of a run's log: its first bytes and its last, which tell what the run died of.
const (
	logHead = 32 << 20
	logTail = 4 << 20
)

// A runLog is the log of one run, of which the middle is left out if it is too long.
type runLog struct {
	w       io.Writer
	written int
	tail    []byte // what follows the head: its last logTail bytes, and up to as many before them
	left    int    // bytes that are left out
}

func newRunLog(w io.Writer) *runLog { return &runLog{w: w} }

// Write implements [io.Writer]. A log that cannot be written has nowhere to say so.
func (l *runLog) Write(p []byte) (int, error) {
	n := len(p)
	if room := logHead - l.written; room > 0 {
		head := p[:min(room, len(p))]
		l.w.Write(head)
		l.written += len(head)
		p = p[len(head):]
	}
	l.tail = append(l.tail, p...)
	if more := len(l.tail) - logTail; more > logTail {
		l.left += more
		l.tail = append(l.tail[:0], l.tail[more:]...)
	}
	return n, nil
}

// close writes the tail.
func (l *runLog) close() {
	if l.left > 0 {
		fmt.Fprintf(l.w, "\n[cut: %d MiB]\n", l.left>>20)
	}
	l.w.Write(l.tail)
}
