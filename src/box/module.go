package box

import (
	"fmt"
	"strings"
	"sync"

	"github.com/tetratelabs/wazero"
)

// keepIdle is how many instances a module keeps for boxes to come.
const keepIdle = 32

// A Module is a compiled guest. It may be used by many goroutines.
type Module struct {
	rt   wazero.Runtime
	code wazero.CompiledModule
	boot *image

	netpoll, wait, checkpoint, trace uint32 // see wasmbin.Prepared

	mu     sync.Mutex
	idle   []*instance
	closed bool

	captures sync.Mutex        // held while a capture runs
	images   map[string]*image // by environment and kind of files, nil if there is none; guarded by captures
}

// Close frees the module's memory. Boxes that still run end on their own.
func (m *Module) Close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	for _, in := range m.idle {
		in.close()
	}
	m.idle = nil
}

// acquire returns an instance to restore an image into.
func (m *Module) acquire() (*instance, error) {
	m.mu.Lock()
	if n := len(m.idle); n > 0 {
		in := m.idle[n-1]
		m.idle[n-1] = nil
		m.idle = m.idle[:n-1]
		m.mu.Unlock()
		return in, nil
	}
	m.mu.Unlock()
	return newInstance(m)
}

// release takes an instance back.
func (m *Module) release(in *instance) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed || len(m.idle) >= keepIdle || in.mem.used > len(m.boot.bytes)+keepMemory {
		in.close()
		return
	}
	m.idle = append(m.idle, in)
}

// maxImages bounds the memory for the images of different environments.
const maxImages = 16

// image returns the state from which a box with this environment starts. If it is not known it runs the guest up to
// its checkpoint, on behalf of b.
func (m *Module) image(b *Box) (*image, error) {
	key := fmt.Sprint(b.cfg.Files != nil, len(b.cfg.Files) > 0, strings.Join(b.cfg.Env, "\x00"))
	m.captures.Lock()
	defer m.captures.Unlock()
	img, ok := m.images[key]
	if !ok {
		var err error
		if img, err = capture(b); err != nil {
			return nil, err
		}
		if len(m.images) >= maxImages {
			clear(m.images) // capturing again gives the same
		}
		m.images[key] = img
	}
	if img == nil {
		img = m.boot
	}
	return img, nil
}
