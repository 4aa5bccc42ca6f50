package pool

import (
	"bytes"
	"fmt"
	"io"
)

// logLimit is how much of a run's log is kept.
const logLimit = 8 << 20

// readLog returns what was printed since. Of too long a log the middle is left
// out: the end tells what a process died of.
func (w *worker) readLog(from int64) []byte {
	read := func(from, to int64) []byte {
		data, err := io.ReadAll(io.NewSectionReader(w.log, from, to-from))
		if err != nil {
			data = fmt.Appendf(data, "the log cannot be read: %v\n", err)
		}
		return data
	}
	info, err := w.log.Stat()
	if err != nil {
		return fmt.Appendf(nil, "the log cannot be read: %v\n", err)
	}
	to := info.Size()
	if to-from <= logLimit {
		return read(from, to)
	}
	head, tail := read(from, from+logLimit/2), read(to-logLimit/2, to)
	head = head[:bytes.LastIndexByte(head, '\n')+1]
	tail = tail[bytes.IndexByte(tail, '\n')+1:]
	left := to - from - int64(len(head)+len(tail))
	return append(fmt.Appendf(head, "[cut: %d of %d MiB]\n", left>>20, (to-from)>>20), tail...)
}
