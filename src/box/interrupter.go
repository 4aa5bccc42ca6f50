package box

import (
	"sync"
	"sync/atomic"
	"time"

	"raftlab/src/cputime"
)

// An interrupter stops a guest from another goroutine while the guest runs.
//
// Whether the guest must stop is decided by the field on, which is the host's alone; host functions look at it. The
// guest's loops look at a global of their instance, which package wasmbin has added (see [wasmbin.Stop]). The guest
// cannot reset that global: it lies outside of the guest's memory, and no instruction that the Go toolchain writes
// names it. The instructions that wasmbin writes set it only where the guest stops, and never to 0.
//
// So one write of the host is enough. The interrupter writes 1 when it is triggered, or when it has been triggered
// and gets an instance; it writes 0 when it gets an instance otherwise. A store of one word is seen by the next
// loop or by the one after it.
type interrupter struct {
	sync.Mutex
	on atomic.Bool
	in *instance // nil when there is none
}

// attach makes the interrupter work on an instance, or on nothing.
func (i *interrupter) attach(in *instance) {
	i.Lock()
	defer i.Unlock()
	i.in = in
	if in == nil {
		return
	}
	in.stop.Set(0)
	if i.on.Load() {
		in.stop.Set(1)
	}
}

// interrupt stops the guest. It writes only once: the guest leaves its PC in the global, which must not be
// overwritten.
func (i *interrupter) interrupt() {
	i.Lock()
	defer i.Unlock()
	if !i.on.Swap(true) && i.in != nil {
		i.in.stop.Set(1)
	}
}

// InterruptAfter interrupts the guest once this process has used limit more processor time, unless stop is called
// before. It works only after [CollectBetweenTurns].
func (b *Box) InterruptAfter(limit time.Duration) (stop func()) {
	return b.interrupter.interruptAfter(limit)
}

// interruptAfter interrupts the guest once this process has used limit more processor time, unless stop is called
// before.
func (i *interrupter) interruptAfter(limit time.Duration) (stop func()) {
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
		i.interrupt()
	}()
	return func() { close(over) }
}
