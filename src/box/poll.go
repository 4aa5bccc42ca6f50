package box

import (
	"encoding/binary"

	"raftlab/src/box/internal/wasmbin"
)

// Sizes and fields of WASI's subscription and event.
const (
	subSize   = 48
	eventSize = 32

	// maxSubs is the most subscriptions of one poll. A guest has three descriptors.
	maxSubs = 1 << 10

	subClock   = 0
	subFdRead  = 1
	subFdWrite = 2

	absoluteTime = 1
)

// pollOneoff(in, out, n, nevents) reports which of n subscriptions are ready. If none is, it parks the guest: Run
// returns and, when there is something, repeats the call.
func (b *Box) pollOneoff(p []uint64) uint64 {
	n := uint64(uint32(p[2]))
	if n == 0 && b.trial != nil && b.trial.checkpoint && b.caller() == b.module.checkpoint {
		return b.park()
	}
	if n == 0 || n > maxSubs {
		return errnoInval
	}
	in, ok := b.mem(p[0], n*subSize)
	out, ok2 := b.mem(p[1], n*eventSize)
	count, ok3 := b.mem(p[3], 4)
	if !ok || !ok2 || !ok3 {
		return errnoFault
	}
	resumed := b.resumed
	b.resumed = false
	if !resumed {
		b.timer, b.reading = false, false
	}
	now := b.clock.monotonic()
	events := 0
	for ; len(in) > 0; in = in[subSize:] {
		kind, errno := in[8], uint16(errnoSuccess)
		switch kind {
		case subClock:
			if !resumed {
				b.setTimer(in, now)
			}
			if b.deadline > now {
				continue
			}
		case subFdRead:
			if binary.LittleEndian.Uint32(in[16:]) != fdInbox {
				errno = errnoBadf
			} else if b.inbox.empty() {
				b.reading = true
				continue
			}
		case subFdWrite:
			if fd := binary.LittleEndian.Uint32(in[16:]); fd != fdStdout && fd != fdStderr {
				errno = errnoBadf
			}
		default:
			errno = errnoInval
		}
		var e [eventSize]byte
		copy(e[:8], in) // user data
		binary.LittleEndian.PutUint16(e[8:], errno)
		e[10] = kind
		e[16] = 1 // bytes there are, or room for them
		copy(out[events*eventSize:], e[:])
		events++
	}
	if events == 0 {
		if f := b.caller(); f == b.module.netpoll || f == b.module.wait {
			return b.park()
		}
		// A short sleep in the middle of something: the guest's clock moves on to its end.
		if b.timer {
			b.clock.last = b.deadline
		}
	}
	if events > 0 && b.caller() == b.module.wait { // see boxWait in the guest
		out[0] = 0
		if b.redraw {
			b.redraw = false
			out[0] |= newSeeds
		}
		if b.lingers.longest > 0 {
			out[0] |= mayLinger
		}
	}
	binary.LittleEndian.PutUint32(count, uint32(events))
	return errnoSuccess
}

// What the user data of the first event tells the guest.
const (
	newSeeds = 1 << iota
	mayLinger
)

// setTimer notes when a clock subscription is due, in monotonic time. Of several the first counts.
func (b *Box) setTimer(sub []byte, now int64) {
	t := binary.LittleEndian.Uint64(sub[24:])
	if binary.LittleEndian.Uint16(sub[40:])&absoluteTime == 0 {
		t = uint64(now) + min(t, endOfTime)
	} else if binary.LittleEndian.Uint32(sub[16:]) == clockRealtime {
		t -= min(t, uint64(b.clock.wall))
	}
	d := int64(min(t, endOfTime))
	if !b.timer || d < b.deadline {
		b.deadline = d
	}
	b.timer = true
}

// park makes the guest return to Run.
func (b *Box) park() uint64 {
	b.parked = true
	return wasmbin.Park
}

// caller returns the place in the function table of the function that called the poll: where the stub of
// poll_oneoff, which is running, returns to. It is 0 if the guest is broken.
func (b *Box) caller() uint32 {
	pc, ok := b.mem(b.inst.globals[wasmbin.GlobalSP].Get(), 8)
	if !ok {
		return 0
	}
	return binary.LittleEndian.Uint32(pc[2:])
}
