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
	c, err := b.Fork(Config{MemoryLimit: maxMemory})
	if err != nil {
		return ""
	}
	b.interrupter.Lock()
	pc := b.inst.stopped()
	b.interrupter.Unlock()
	return c.dump(pc)
}

// Dump is Stacks for a box that is not needed any more: the guest ends.
func (b *Box) Dump() string { return b.dump(0) }

// dump prints the stacks of a guest that has stopped at pc, or waits if that is 0, and ends it.
func (b *Box) dump(pc uint64) string {
	defer b.Close()
	if b.inst == nil || b.module.trace == 0 || !b.callTrace(pc) {
		return ""
	}
	var text strings.Builder
	b.cfg.Stderr = func(p []byte) {
		text.Write(p[:min(len(p), maxStacks-text.Len())])
		if text.Len() == maxStacks {
			b.Interrupt()
		}
	}
	defer b.interrupter.interruptAfter(maxTrace)()
	b.call() // ends in an exit, or in a crash if the guest is broken
	return text.String()
}

// callTrace makes a guest that has stopped at pc, or waits if that is 0, go on as if its code there had called the
// function that prints the stacks.
func (b *Box) callTrace(pc uint64) bool {
	stack := b.inst.globals[wasmbin.GlobalSP]
	sp := stack.Get()
	if pc == 0 {
		// Parked, or in a host function: the stub that called it is on top of the stack.
		top, ok := b.span(sp, 8)
		if !ok {
			return false
		}
		pc = binary.LittleEndian.Uint64(top)
		sp += 8
	}
	if sp < 16 {
		return false
	}
	frame, ok := b.span(sp-16, 16)
	if !ok {
		return false
	}
	binary.LittleEndian.PutUint64(frame, wasmbin.PC(b.module.trace))
	binary.LittleEndian.PutUint64(frame[8:], pc)
	stack.Set(sp - 8)
	b.inst.globals[wasmbin.GlobalPause].Set(0)
	return true
}
