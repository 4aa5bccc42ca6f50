package pool

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
)

// logLimit is how much of a run's log is kept.
const logLimit = 8 << 20

// newLog opens a file that has no name any more: it goes with its last descriptor. Whoever writes does so at its end,
// wherever that is after the file was truncated.
func newLog() (*os.File, error) {
	file, err := os.CreateTemp("", "raftlab-log-*")
	if failed := new(os.PathError); errors.As(err, &failed) {
		err = fmt.Errorf("making a log file in %s: %w", os.TempDir(), failed.Err) // the same whenever it is tried
	}
	if err != nil {
		return nil, err
	}
	defer os.Remove(file.Name())
	defer file.Close()
	return os.OpenFile(file.Name(), os.O_RDWR|os.O_APPEND, 0)
}

// readLog returns what a log has. Of too long a log the middle is left out: the end tells what a process died of.
func readLog(log *os.File) []byte {
	read := func(from, to int64) []byte {
		data, err := io.ReadAll(io.NewSectionReader(log, from, to-from))
		if err != nil {
			data = fmt.Appendf(data, "the log cannot be read: %v\n", err)
		}
		return data
	}
	info, err := log.Stat()
	if err != nil {
		return fmt.Appendf(nil, "the log cannot be read: %v\n", err)
	}
	size := info.Size()
	if size <= logLimit {
		return read(0, size)
	}
	head, tail := read(0, logLimit/2), read(size-logLimit/2, size)
	head = head[:bytes.LastIndexByte(head, '\n')+1]
	tail = tail[bytes.IndexByte(tail, '\n')+1:]
	left := size - int64(len(head)+len(tail))
	return append(fmt.Appendf(head, "[cut: %d of %d MiB]\n", left>>20, size>>20), tail...)
}
