package box

import (
	"encoding/binary"
	"strings"
	"time"

	"raftlab/src/box/internal/wasmbin"
)

const (
	maxStacks = 1 << 20         // bounds the text of a guest's stacks
	maxTrace  = 2 * time.Second // and the processor time of printing it: the guest's memory may hold anything
)

// interruption is the error of a guest that the interrupter has stopped.
func (b *Box) interruption() error { return &InterruptError{Stacks: b.Stacks()} }

// Stacks returns the guest's goroutines with what they wait for, as Go prints them in a panic. The guest does not
// notice. The result is empty before the first Run, after the box has exited, and if the guest was not built with
// gobuild.
func (b *Box) Stacks() string {
	if b.inst == nil || b.module.trace == 0 {
		return ""
	}
	var text strings.Builder
	// A copy of the guest prints them.
	c := &Box{module: b.module, cfg: Config{MemoryLimit: maxMemory}, interrupter: new(interrupter)}
	c.cfg.Stderr = func(p []byte) {
		text.Write(p[:min(len(p), maxStacks-text.Len())])
		if text.Len() == maxStacks {
			c.Interrupt()
		}
	}
	c.clock.rate = ppb
	img := b.inst.capture(b.clock.last, b.clock.wall)
	defer img.free()
	b.interrupter.Lock()
	pc := b.inst.stopped()
	b.interrupter.Unlock()
	if !callTrace(img, pc, b.module.trace) {
		return ""
	}
	if err := c.bootFrom(img); err != nil {
		return ""
	}
	defer c.release()
	defer c.interrupter.interruptAfter(maxTrace)()
	c.call() // ends in an exit, or in a crash if the guest is broken
	return text.String()
}

// callTrace changes the state of a guest that has stopped at pc, or waits if that is 0, as if its code there had
// called the function that prints the stacks.
func callTrace(img *image, pc uint64, trace uint32) bool {
	sp := img.globals[wasmbin.GlobalSP]
	if sp < 16 || sp > uint64(len(img.bytes)) {
		return false
	}
	if pc == 0 {
		// Parked, or in a host function: the stub that called it is on top of the stack.
		sp += 8
		pc = binary.LittleEndian.Uint64(img.bytes[sp-8:])
	}
	binary.LittleEndian.PutUint64(img.bytes[sp-8:], pc)
	binary.LittleEndian.PutUint64(img.bytes[sp-16:], wasmbin.PC(trace))
	img.globals[wasmbin.GlobalSP] = sp - 8
	img.globals[wasmbin.GlobalPause] = 0
	img.findRuns()
	return true
}
