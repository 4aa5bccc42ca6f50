package box

import (
	"sync"
	"sync/atomic"
	"time"

	"raftlab/src/cputime"
)

// A brake stops a guest from another goroutine, while it runs.
//
// Whether the guest is to stop is decided by on, which is the host's alone. Host functions look at it. The
// guest's loops look at a global of its instance, which package wasmbin has added (see [wasmbin.Stop]): the
// guest cannot put it out, since it lies outside of its memory, no instruction that the Go toolchain writes
// names it, and those that wasmbin writes set it only where the guest stops, and never to 0.
// So one write of the host is enough: the brake writes 1 when it is pulled, or when it is pulled already and
// gets an instance, and 0 otherwise when it gets one. A store of one word is either seen by the next loop or by
// the one after it.
type brake struct {
	sync.Mutex
	on atomic.Bool
	in *instance // nil when there is none
}

// attach makes the brake work on an instance, or on nothing.
func (k *brake) attach(in *instance) {
	k.Lock()
	defer k.Unlock()
	k.in = in
	if in == nil {
		return
	}
	in.stop.Set(0)
	if k.on.Load() {
		in.stop.Set(1)
	}
}

// pull stops the guest. Once is enough: where the guest stops it leaves its PC, which is not to be overwritten.
func (k *brake) pull() {
	k.Lock()
	defer k.Unlock()
	if !k.on.Swap(true) && k.in != nil {
		k.in.stop.Set(1)
	}
}

// after pulls the brake when this process has used so much processor time, unless the function that it returns
// is called before.
func (k *brake) after(limit time.Duration) (stop func()) {
	over := make(chan struct{})
	go func() {
		tick := time.NewTicker(limit / 10)
		defer tick.Stop()
		for began := cputime.Used(); cputime.Used()-began < limit; {
			select {
			case <-tick.C:
			case <-over:
				return
			}
		}
		k.pull()
	}()
	return func() { close(over) }
}
