package monitor

import "bytes"

// snapshots is the view of the snapshots that services have taken, by index. A snapshot of an index is the same on all
// servers.
type snapshots map[int][]byte

// took reports whether these are the bytes of one that was taken at an index.
func (s snapshots) took(index int, snapshot []byte) bool {
	was, ok := s[index]
	return ok && bytes.Equal(snapshot, was)
}
