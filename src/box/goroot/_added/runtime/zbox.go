// Package runtime gets this file in guests that are built with gobuild.

package runtime

import "unsafe"

//go:wasmimport raftlab checkpoint
func box_checkpoint(drawn int32) (park int32)

// boxDrawn is whether somebody has drawn random numbers by choice. The runtime's own use of them, as for maps, does
// not count.
var boxDrawn bool

// boxRand is rand for math/rand, math/rand/v2 and hash/maphash.
//
//go:linkname boxRand
func boxRand() uint64 {
	boxDrawn = true
	return rand()
}

// boxWipe clears the part of the goroutine's stack that is not in use. What package initialisation left there, such
// as the time, would seem to be part of the program's state. Each function leaves out a little below its own frame;
// so there are two.
func boxWipe() {
	boxWipeNear()
	boxWipeFar()
}

//go:noinline
func boxWipeNear() {
	var frame [512]byte
	boxWipeBelow(uintptr(unsafe.Pointer(&frame)))
}

//go:noinline
func boxWipeFar() {
	var frame [2048]byte
	boxWipeBelow(uintptr(unsafe.Pointer(&frame)))
}

//go:nosplit
func boxWipeBelow(frame uintptr) {
	const calls = 256 // what this one and memclrNoHeapPointers take
	lo := getg().stack.lo
	memclrNoHeapPointers(unsafe.Pointer(lo), frame-calls-lo)
}

// boxCheckpoint is where the state of the guest is captured. All that runs before runs once for many boxes. What
// follows runs in each, and must not remember the arguments or any randomness from before: it calls boxReset first.
//
//go:linkname boxCheckpoint
//go:noinline
func boxCheckpoint() {
	drawn := int32(0)
	if boxDrawn {
		drawn = 1
	}
	if box_checkpoint(drawn) == 0 {
		return
	}
	var in subscription
	var out event
	var n size
	poll_oneoff(&in, &out, 0, &n)
}

// boxReseed takes new seeds from the host.
func boxReseed() {
	lock(&globalRand.lock)
	var seed [32]byte
	if random_get((*byte)(unsafe.Pointer(&seed)), size(len(seed))) != 0 {
		throw("random_get failed")
	}
	globalRand.state.Init(seed)
	unlock(&globalRand.lock)
	mp := acquirem()
	mrandinit(mp)
	releasem(mp)
	boxSelects = rand()
	boxSetSchedule()
	boxSetPlaces()
}

// boxReset takes new seeds and arguments from the host, and returns the arguments.
//
//go:linkname boxReset
func boxReset() []string {
	boxReseed()
	goenvs()
	return append([]string{}, argslice...)
}

// boxQuiet is whether nobody reads what is printed: see package log.
//
//go:linkname boxQuiet
var boxQuiet bool

// boxReadNoLog is called if nobody reads what the program logs.
//
//go:linkname boxReadNoLog
func boxReadNoLog() { boxQuiet = true }

// boxGlobals returns how many bytes of global variables are not zero, by pages of 4 KiB.
//
//go:linkname boxGlobals
func boxGlobals() (bytes int) {
	const page = 4 << 10
	md := &firstmoduledata
	for _, r := range [...][2]uintptr{
		{md.data, md.edata}, {md.noptrdata, md.enoptrdata},
		{md.bss, md.ebss}, {md.noptrbss, md.enoptrbss},
	} {
		for at := alignUp(r[0], 8); at < r[1]; at += page {
			for word := at; word+8 <= min(at+page, r[1]); word += 8 {
				if *(*uint64)(unsafe.Pointer(word)) != 0 {
					bytes += page
					break
				}
			}
		}
	}
	return bytes
}

// boxSelects is the state of the generator of boxSelect.
var boxSelects uint64

// boxSelect returns a random number below n for the order in which a select looks at its cases.
func boxSelect(n uint32) uint32 { return uint32(boxMix(&boxSelects) >> 32 % uint64(n)) }

// boxReader is the goroutine that waits for a frame.
var boxReader guintptr

// boxAwaitFrame blocks the goroutine until there is a frame in the inbox.
//
//go:linkname boxAwaitFrame
func boxAwaitFrame() {
	if boxReader != 0 {
		panic("guest: two goroutines receive frames at the same time")
	}
	gopark(boxSetReader, nil, waitReasonIOWait, traceBlockNet, 2)
}

func boxSetReader(gp *g, _ unsafe.Pointer) bool {
	boxReader.set(gp)
	return true
}

// boxIdle is beforeIdle: no goroutine can run. It waits for a frame, a timer, or, where a program reads its
// standard input, for the network poller, without first giving up the only processor. It returns the goroutine to
// run, or that there may be one.
func boxIdle(now, pollUntil int64) (gp *g, otherReady bool) {
	if gp := boxIdleCollector(); gp != nil {
		return gp, false
	}
	// Not before: how often the collector has work says nothing of the program's polling.
	boxPollsIdle()
	delay := int64(-1)
	if pollUntil != 0 {
		if now == 0 {
			now = nanotime()
		}
		delay = max(0, pollUntil-now)
	}
	if netpollinited() && netpollAnyWaiters() {
		list, delta := netpoll(delay)
		if list.empty() {
			return nil, true
		}
		gp = list.pop()
		injectglist(&list)
		netpollAdjustWaiters(delta)
		return gp, false
	}
	if boxReader == 0 && delay < 0 {
		return nil, false // nothing to wait for: findRunnable reports a deadlock
	}
	return boxWait(delay), true
}

// boxWait returns the goroutine that waits for a frame, when there is one, or nil when delay ns are over.
//
//go:noinline
func boxWait(delay int64) *g {
	var subs [2]subscription
	var events [2]event
	n := size(0)
	if delay >= 0 {
		*subs[n].u.eventtype() = eventtypeClock
		clock := subs[n].u.subscriptionClock()
		clock.id = clockMonotonic
		clock.timeout = timestamp(delay)
		n++
	}
	if boxReader != 0 {
		*subs[n].u.eventtype() = eventtypeFdRead // of descriptor 0
		n++
	}
	if poll_oneoff(&subs[0], &events[0], n, &n) != 0 {
		throw("poll_oneoff failed")
	}
	if n > 0 {
		const newSeeds, mayLinger = 1, 2 // as the host has them
		if events[0].userdata&newSeeds != 0 {
			boxReseed()
		}
		boxLingers = events[0].userdata&mayLinger != 0
	}
	for i := range n {
		if events[i].typ == eventtypeFdRead {
			gp := boxReader.ptr()
			boxReader = 0
			return gp
		}
	}
	return nil
}
