package box

import (
	"sync"
	"sync/atomic"

	"raftlab/src/box/internal/wasmbin"
)

// A brake stops a guest from another goroutine, while it runs.
type brake struct {
	sync.Mutex
	on  atomic.Bool
	mem *memory // nil when there is none
}

// attach makes the brake work on m, or on nothing.
func (k *brake) attach(m *memory) {
	k.Lock()
	defer k.Unlock()
	if k.mem != nil {
		k.mem.brake = nil
	}
	if k.mem = m; m != nil {
		m.brake = k
		k.apply()
	}
}

// pull stops the guest.
func (k *brake) pull() {
	k.Lock()
	defer k.Unlock()
	k.on.Store(true)
	k.apply()
}

// apply sets the guest's stop flag, which its loops look at.
func (k *brake) apply() {
	if k.on.Load() && k.mem != nil {
		k.mem.buf[wasmbin.StopFlag] = 1
	}
}
