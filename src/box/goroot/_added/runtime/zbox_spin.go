// Package runtime gets this file in guests that are built with gobuild.

package runtime

import (
	"internal/runtime/sys"
	_ "unsafe" // for linkname
)

// A goroutine may poll: look at a channel, a lock, the clock or an atomic variable again and again, without a sleep. On a
// machine with more than one processor the others go on meanwhile. Here nobody else would run and time would stand still,
// so a goroutine that has polled for long must sleep a little.

// boxPolls counts polls that found nothing since the guest was last idle.
var boxPolls int

const (
	// boxMaxPolls is how often goroutines may poll before they must sleep. It is more than an event takes.
	boxMaxPolls = 2000
	// boxMaxPollsAgain is how often they may poll after each such sleep.
	boxMaxPollsAgain = 4
	// boxFirstNap is how long they sleep at first, in ns: a small part of what a message takes on the lab's
	// networks. Each nap after that takes twice as long, up to boxLongestNap: a small part of an election timeout,
	// and less than the 10 ms for which Go lets a goroutine that computes keep a processor.
	boxFirstNap   = 1_000_000
	boxLongestNap = 8_000_000
)

// boxNappers are the last goroutines that polled until they had to sleep. One that goes on polling when it wakes
// must sleep again sooner, whatever the others do.
var boxNappers [16]struct {
	g     uint64 // its number: another may get its memory when it has ended
	woke  int64  // when it last woke
	slept int64  // how long it last slept
	polls int    // since it woke
}

// boxNapped is how many goroutines have been put into boxNappers. A new one takes the place of the oldest.
var boxNapped uint

// boxSameMoment is how long after a nap, in ns, a goroutine that polls has not waited for anything since.
const boxSameMoment = 100_000

// boxPolled is called by a goroutine that has polled and found nothing.
func boxPolled() {
	boxPolls++
	napper := -1
	if boxNapped > 0 {
		napper = boxNapperOf(getg())
	}
	if boxPolls < boxMaxPolls && (napper < 0 || boxNappers[napper].polls < boxMaxPollsAgain) {
		return
	}
	gp := getg()
	if mp := gp.m; mp.curg != gp || mp.locks != 0 || mp.mallocing != 0 || mp.preemptoff != "" || gp.bubble != nil {
		return // not in the middle of something of the runtime's own
	}
	if napper < 0 {
		napper = int(boxNapped % uint(len(boxNappers)))
		boxNapped++
		boxNappers[napper].g = gp.goid
		boxNappers[napper].slept = boxFirstNap / 2
	}
	nap := min(2*boxNappers[napper].slept, boxLongestNap)
	timeSleep(nap)
	if n := &boxNappers[napper]; n.g == gp.goid {
		n.woke, n.slept, n.polls = nanotime(), nap, 0
	}
}

// boxNapperOf counts a poll of a goroutine that has napped and has not waited for anything since, and returns its
// number, or -1.
func boxNapperOf(gp *g) int {
	for i := range boxNappers {
		n := &boxNappers[i]
		if n.g != gp.goid {
			continue
		}
		if nanotime()-n.woke > boxSameMoment {
			n.g = 0
			return -1
		}
		n.polls++
		return i
	}
	return -1
}

// boxLooks counts what goroutines have looked at by atomic operations, but for the standard library's own looks: some
// are in logging, which should change nothing.
var boxLooks uint32

// boxLooksPerPoll is how many of these looks are one poll: each finds something, and most are no polls.
const boxLooksPerPoll = 64

// boxLooked is called by a goroutine that looks at something by an atomic operation. Where the functions of sync/atomic
// are inlined, as nearly everywhere, its caller is who looks.
//
//go:linkname boxLooked
//go:nosplit
func boxLooked() {
	if boxFact(&boxStdPCs, sys.GetCallerPC(), boxInStd) {
		return
	}
	if boxLooks++; boxLooks%boxLooksPerPoll == 0 {
		boxPolled()
	}
}

// boxPolledIn is boxPolled for callers that may be the standard library, whose own polls do not count.
func boxPolledIn(pc uintptr) {
	if !boxFact(&boxStdPCs, pc, boxInStd) {
		boxPolled()
	}
}

// boxPollsIdle is called when the guest is idle.
func boxPollsIdle() {
	if boxPolls >= boxMaxPolls {
		boxPolls = boxMaxPolls - boxMaxPollsAgain
	} else {
		boxPolls /= 2 // perhaps an event of another goroutine, while the one that polls sleeps
	}
}
