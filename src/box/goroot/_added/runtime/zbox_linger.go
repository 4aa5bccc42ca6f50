// Package runtime gets this file in guests that are built with gobuild.

package runtime

// Code that looks at something under a lock and acts upon it later is wrong only if something happens in between, which
// may take an election. In the usual run the two are moments apart. So the host can have goroutines linger in just these
// gaps: where one has let go of its last lock, and where one takes a lock after it has begun, or after it has waited for
// something, such as a timer, and has been told. Once it has lingered it does so again only after it has waited: no method
// takes long for it.

//go:wasmimport raftlab linger
func box_linger(told int32) int64

// boxLingers is whether the host may say so.
var boxLingers bool

// What a goroutine has done last, in boxDid of g.
const (
	boxDidBegin = iota
	boxDidWait
	boxDidLock // or let go of a lock
	boxDidLinger
)

// boxLinger is called at pc by a goroutine that has let go of a lock, or is about to take one, and lets it linger if the
// host says so.
func boxLinger(pc uintptr, unlocked bool) (lingered bool) {
	gp := getg()
	did := gp.boxDid
	if did == boxDidLinger || did == boxDidLock && !unlocked {
		return false
	}
	gp.boxDid = boxDidLock
	if !boxLingers || gp.boxHeld > 0 || boxFact(&boxUntriedPCs, pc, boxIsUntried) {
		return false
	}
	told := int32(0)
	if did == boxDidWait && !unlocked {
		told = 1
	}
	rest := box_linger(told)
	if rest == 0 {
		return false
	}
	timeSleep(rest)
	gp.boxDid = boxDidLinger
	return true
}

// boxParks notes that a goroutine waits. What it does for the collector does not count, or what it allocates would decide
// where it lingers.
func boxParks(gp *g, reason waitReason) {
	if reason == waitReasonIOWait || waitReasonSemacquire <= reason && reason <= waitReasonSyncWaitGroupWait {
		gp.boxDid = boxDidWait
	}
}

// boxBegins is called with the PC of a go statement. A goroutine of the program begins with what the one believes that
// made it; a late one has rested.
func boxBegins(newg *g, pc uintptr, late int64) {
	newg.boxDid, newg.boxHeld = boxDidBegin, 0
	if late > 0 || boxFact(&boxUntriedPCs, pc, boxIsUntried) {
		newg.boxDid = boxDidWait
	}
}
