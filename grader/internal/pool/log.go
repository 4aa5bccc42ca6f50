package pool

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
)

// logLimit is how many bytes of a job's log readLog returns.
const logLimit = 8 << 20

// newLog opens a temporary file and unlinks it, so that it is freed when its last descriptor is closed. It is opened
// with O_APPEND: writes go to its end, also after it was truncated.
func newLog() (*os.File, error) {
	file, err := os.CreateTemp("", "raftlab-log-*")
	// Without the random name of the file the message is the same at every attempt.
	if failed := new(os.PathError); errors.As(err, &failed) {
		err = fmt.Errorf("making a log file in %s: %w", os.TempDir(), failed.Err)
	}
	if err != nil {
		return nil, err
	}
	defer os.Remove(file.Name())
	defer file.Close()
	return os.OpenFile(file.Name(), os.O_RDWR|os.O_APPEND, 0)
}

// readLog returns the contents of a log. If it is longer than logLimit, the middle is left out: the end shows of what a
// process has died.
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
