// Package runtime gets this file in guests that are built with gobuild.

package runtime

import (
	"internal/stringslite"
	_ "unsafe" // for linkname
)

//go:wasmimport raftlab schedule
func box_schedule() uint64

// boxSchedule is the seed of the order in which goroutines run. If it is 0 they run in Go's order.
var boxSchedule uint64

var boxOrder struct {
	state     uint64 // of the generator
	yieldMask uint64 // a lock operation yields once in yieldMask+1 times
	napMask   uint64 // and naps once in napMask+1 times
	slowMask  uint64 // the goroutine that takes in a message yields at most slowMask times
	rested    int64  // when the naps so far are made up for
}

// Without a limit a loop over a lock would do nothing but nap. So there may be one nap in boxNapEvery ns, in the
// long run, and boxNapBurst more in a burst.
const (
	boxNapEvery = 4_000_000
	boxNapBurst = 64
)

func init() { boxSetSchedule() }

// boxSetSchedule takes the seed from the host. The seed first decides how often to interfere: a bug that needs one
// unlucky moment is hidden by many, and the other way round.
func boxSetSchedule() {
	boxSchedule = box_schedule()
	boxOrder.state = boxSchedule
	boxOrder.rested = 0
	boxOrder.yieldMask = 1<<(1+boxNext()%5) - 1
	boxOrder.napMask = 1<<(4+boxNext()%5) - 1
	boxOrder.slowMask = 1<<(boxNext()%6) - 1
}

func boxNext() uint64 { return boxMix(&boxOrder.state) }

// boxMix is splitmix64.
func boxMix(state *uint64) uint64 {
	*state += 0x9e3779b97f4a7c15
	z := *state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// boxGather moves all goroutines that can run to where boxChoose chooses from.
func boxGather(pp *p) {
	if sched.runq.empty() {
		return
	}
	lock(&sched.lock)
	for !sched.runq.empty() && pp.runqtail-pp.runqhead < uint32(len(pp.runq)) {
		runqput(pp, globrunqget(), false)
	}
	unlock(&sched.lock)
}

// boxChoose puts one of the goroutines in the local run queue [h, t) at its head. The runtime's own goroutines run
// at once: when they run depends on what is allocated, say by logging, and should not change the order of the
// others.
func boxChoose(pp *p, h, t uint32) {
	n := uint32(len(pp.runq))
	if boxIsRuntimes(pp.runq[h%n].ptr()) {
		return
	}
	users := uint64(1)
	for i := h + 1; i != t; i++ {
		if !boxIsRuntimes(pp.runq[i%n].ptr()) {
			users++
		}
	}
	if users == 1 {
		return
	}
	k := boxNext() % users
	for i := h; i != t; i++ {
		if boxIsRuntimes(pp.runq[i%n].ptr()) {
			continue
		}
		if k == 0 {
			pp.runq[h%n], pp.runq[i%n] = pp.runq[i%n], pp.runq[h%n]
			return
		}
		k--
	}
}

// boxYield is called with the PC of its caller before each Lock of sync and when a Wait is over.
//
//go:linkname boxYield
func boxYield(pc uintptr) { boxPass(pc, false) }

// boxUnlocks is called with the PC of its caller after each Unlock of sync.
//
//go:linkname boxUnlocks
func boxUnlocks(pc uintptr) {
	getg().boxHeld--
	boxPass(pc, true)
}

// boxPass is called where a goroutine has let go of a lock, or takes one.
func boxPass(pc uintptr, unlocked bool) {
	if boxFact(&boxStdPCs, pc, boxInStd) {
		return
	}
	boxPolled()
	if boxSchedule == 0 {
		return
	}
	if boxLinger(pc, unlocked) {
		return
	}
	if rest := boxSlow(pc); rest > 0 {
		timeSleep(rest)
		return
	}
	r := boxNext()
	if r&boxOrder.napMask == 0 {
		boxRest(r >> 32)
	} else if r>>16&boxOrder.yieldMask == 0 {
		Gosched()
	}
}

// boxArrived is called by the goroutine that takes in a message. On a machine with more processors the others go on
// meanwhile: goroutines that wake at the same time must have a chance to be in the middle of something.
//
//go:linkname boxArrived
func boxArrived() {
	if boxSchedule == 0 {
		return
	}
	for range boxNext() & boxOrder.slowMask {
		Gosched()
	}
}

// boxRest makes the goroutine wait as if the machine were busy with something else: from 1 µs to 2 ms, as r
// decides.
func boxRest(r uint64) {
	now := nanotime()
	if boxOrder.rested > now+boxNapBurst*boxNapEvery {
		return
	}
	boxOrder.rested = max(boxOrder.rested, now) + boxNapEvery
	timeSleep(1000 << (r % 12))
}

// boxFacts remembers whether something holds for a PC.
type boxFacts [512]struct {
	pc  uintptr
	yes bool
}

var boxStdPCs, boxRuntimePCs, boxUsersPCs boxFacts

func boxFact(known *boxFacts, pc uintptr, find func(uintptr) bool) bool {
	// A PC is the number of a function and, in the lower 16 bits, a place in it.
	f := &known[(pc^pc>>16)%uintptr(len(known))]
	if f.pc != pc {
		f.pc, f.yes = pc, find(pc)
	}
	return f.yes
}

func boxIsRuntimes(gp *g) bool { return boxFact(&boxRuntimePCs, gp.startpc, boxStartsRuntimes) }

// boxStartsRuntimes reports whether a goroutine that starts at pc belongs to the runtime.
func boxStartsRuntimes(pc uintptr) bool {
	name := funcname(findfunc(pc))
	return stringslite.HasPrefix(name, "runtime.") && name != "runtime.main"
}

// boxStartsUsers reports whether isSystemGoroutine need not look at a goroutine that starts at pc.
func boxStartsUsers(pc uintptr) bool {
	f := findfunc(pc)
	return f.valid() && !stringslite.HasPrefix(funcname(f), "runtime.")
}

// boxInStd reports whether the function at pc belongs to the standard library. The locks there are used in logging,
// among others, which should not change the order of goroutines.
func boxInStd(pc uintptr) bool {
	name := funcname(findfunc(pc))
	for i := range len(name) {
		if name[i] == '/' || name[i] == '.' {
			return boxIsStd(name[:i])
		}
	}
	return false
}
