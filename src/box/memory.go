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
	mapped bool   // whether buf is the system's, and not Go's
	size   int    // the guest sees buf[:size]
	used   int    // buf[used:] is zero
	limit  uint64 // most bytes the guest may have
	budget *Budget
	denied error // why the guest did not get what it asked for, if so
	resize int   // if not 0, the size that the next Reallocate gives
}

var _ experimental.LinearMemory = (*memory)(nil)

// Reallocate implements [experimental.LinearMemory]. wazero calls it when the guest grows its memory, and when
// [instance.restore] sets its size.
func (m *memory) Reallocate(size uint64) []byte {
	switch {
	case m.resize != 0:
		size = uint64(m.resize)
	case size > m.limit:
		m.denied = ErrMemory
		return nil
	case !m.budget.charge(int64(size) - int64(m.size)):
		m.denied = ErrBudget
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
	buf, mapped := space(max(size, min(2*len(m.buf), len(m.buf)+64<<20)))
	copy(buf, m.buf[:m.used])
	used := m.used
	m.Free()
	m.buf, m.mapped, m.used = buf, mapped, used
}

// mapFrom is the size from which a memory's space comes from the system. The system's space costs more calls than
// Go's, but is free as soon as it is given back. Go's stays until garbage is collected, which does not happen while
// a guest runs and grows.
const mapFrom = 16 << 20

// space returns n bytes that are zero.
func space(n int) (buf []byte, mapped bool) {
	if n >= mapFrom {
		if buf, ok := mapSpace(n); ok {
			return buf, true
		}
	}
	return make([]byte, n), false
}

// Free implements [experimental.LinearMemory].
func (m *memory) Free() {
	if m.mapped {
		unmapSpace(m.buf)
	}
	m.buf, m.mapped, m.used = nil, false, 0
}
