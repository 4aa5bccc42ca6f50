package box

import (
	"fmt"

	"raftlab/src/box/internal/wasmbin"
)

// An image is the state of a guest whose WebAssembly stack is unwound: all of it.
type image struct {
	bytes    []byte
	runs     []span // the parts of bytes that are not zero
	globals  []uint64
	entry    string // exported function that goes on from here
	mono     int64  // what the guest's monotonic clock has shown
	wall     int64  // the guest's wall clock less its monotonic clock, in the trial
	readings []clockReading
	files    *files // those of a box that had none at first, nil if it can have none
}

type span struct{ start, end int }

// bootImage is the state before a module's first instruction.
func bootImage(p *wasmbin.Prepared) (*image, error) {
	size := uint64(p.Pages) * pageSize
	if size > defaultMemoryLimit {
		return nil, fmt.Errorf("the guest starts with %d MiB of memory, more than the limit of %d MiB",
			size>>20, defaultMemoryLimit>>20)
	}
	img := &image{bytes: make([]byte, size), globals: p.Globals, entry: "_start", mono: monoStart}
	for _, s := range p.Data {
		copy(img.bytes[s.Offset:], s.Bytes)
	}
	img.findRuns()
	return img, nil
}

// findRuns finds the parts that are not zero, which alone need copying.
func (img *image) findRuns() {
	const grain = 4096
	img.runs = nil
	zero := make([]byte, grain)
	for off := 0; off < len(img.bytes); off += grain {
		end := min(off+grain, len(img.bytes))
		if string(img.bytes[off:end]) == string(zero[:end-off]) {
			continue
		}
		if n := len(img.runs); n > 0 && img.runs[n-1].end == off {
			img.runs[n-1].end = end
		} else {
			img.runs = append(img.runs, span{off, end})
		}
	}
}

// copyInto makes m hold the image and nothing else.
func (img *image) copyInto(m *memory) {
	if m.used > len(img.bytes)+keepMemory {
		m.Free()
	}
	m.reserve(len(img.bytes))
	off := 0
	for _, r := range img.runs {
		if off < m.used {
			clear(m.buf[off:min(r.start, m.used)])
		}
		copy(m.buf[r.start:r.end], img.bytes[r.start:r.end])
		off = r.end
	}
	if off < m.used {
		clear(m.buf[off:m.used])
	}
	m.used = len(img.bytes)
}
