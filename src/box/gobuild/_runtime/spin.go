// Package runtime gets this file in guests that are built with gobuild.

package runtime

// A goroutine may poll: look at a channel, a lock or the clock again and again, without a
// sleep. On a machine with more than one processor the others go on meanwhile. Here nobody else would run
// and time would stand still, so one that has polled for long is made to sleep a little.

// boxPolls counts looks in vain since the guest was last idle.
var boxPolls int

const (
	// boxPatience is how often goroutines may look before they sleep. It is more than an event takes.
	boxPatience = 2000
	// boxAgain is how often they may then, after each sleep.
	boxAgain = 4
	// boxNap is how long they sleep, in ns: a small part of what a message takes on the
	// lab's networks, and no more looks than a processor has time for beside other work.
	boxNap = 1_000_000
)

// boxPolled is called by a goroutine that has looked in vain.
func boxPolled() {
	if boxPolls++; boxPolls < boxPatience {
		return
	}
	gp := getg()
	if mp := gp.m; mp.curg != gp || mp.locks != 0 || mp.mallocing != 0 || mp.preemptoff != "" || gp.bubble != nil {
		return // not in the middle of something of the runtime's own
	}
	timeSleep(boxNap)
}

// boxPolledIn is boxPolled for callers that may be the standard library, whose own looks do not count.
func boxPolledIn(pc uintptr) {
	if !boxFact(&boxStdPCs, pc, boxInStd) {
		boxPolled()
	}
}

// boxPollsIdle is called when the guest is idle.
func boxPollsIdle() {
	if boxPolls >= boxPatience {
		boxPolls = boxPatience - boxAgain
	} else {
		boxPolls /= 2 // somebody else's event, perhaps, while the one that polls sleeps
	}
}
