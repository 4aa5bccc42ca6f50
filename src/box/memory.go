package box

import "github.com/tetratelabs/wazero/experimental"

const (
	pageSize = 1 << 16

	// maxMemory is the most a guest can address, less a page that resizing needs.
	maxMemory = 1<<32 - pageSize

	// keepMemory is how much above an image's size a memory may have grown and still be kept for the next box.
	keepMemory = 16 << 20
)

// A memory is the linear memory of one instance. It keeps its space from box to box.
type memory struct {
	buf    []byte // all space
	size   int    // the guest sees buf[:size]
	used   int    // buf[used:] is zero
	limit  uint64 // most bytes the guest may have
	denied bool   // the guest asked for more than the limit
	resize int    // if not 0, the size that the next Reallocate gives
}

var _ experimental.LinearMemory = (*memory)(nil)

// Reallocate implements [experimental.LinearMemory]. wazero calls it when the guest
// grows its memory, and when [instance.restore] sets its size.
func (m *memory) Reallocate(size uint64) []byte {
	if m.resize != 0 {
		size = uint64(m.resize)
	} else if size > m.limit {
		m.denied = true
		return nil
	}
	m.reserve(int(size))
	m.used = max(m.used, int(size))
	m.size = int(size)
	return m.buf[:size:size]
}

// visible returns what the guest sees.
func (m *memory) visible() []byte { return m.buf[:m.size] }

// reserve makes room for size bytes.
func (m *memory) reserve(size int) {
	if size <= len(m.buf) {
		return
	}
	buf := make([]byte, max(size, min(2*len(m.buf), len(m.buf)+64<<20)))
	copy(buf, m.buf[:m.used])
	m.buf = buf
}

// Free implements [experimental.LinearMemory].
func (m *memory) Free() { m.buf, m.used = nil, 0 }
