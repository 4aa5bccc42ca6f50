// Package runtime gets this file in guests that are built with gobuild.

package runtime

import "internal/stringslite"

// What a goroutine believes between two locks becomes wrong when something happens there, and messages come every 10
// to 120 ms. A short nap anywhere rarely meets one. So in some lives of a guest a few places of its program are slow:
// a Lock, an Unlock, a Wait or a go statement, at which goroutines rest for long and often, and nowhere else.

//go:wasmimport raftlab places
func box_places() uint64

var boxPlaces struct {
	state uint64 // of a generator of their own
	seed  uint64 // which places are slow; 0 if none is
	mask  uint64 // one place in mask+1 is slow
	often uint64 // who comes by rests once in often+1 times
	woke  int64  // when the last rest was over

	rests [64]uint8 // at slow places, of which several may share a number
}

const (
	// boxLongestRest is, in ns, what the lab's network takes over a message, and a quarter of a heartbeat interval.
	// After a rest nobody rests for as long, so that no method that must answer at once is held up by two.
	boxLongestRest = 30_000_000
	// boxFirstRests is how often whoever comes to a slow place rests in any case: few ever come where elections are won.
	// boxMostRests is how often goroutines rest there in a life: a loop that sends heartbeats comes by all the time, and
	// must not be late for ever. An election timeout of 150 ms is right where heartbeats mostly come in time.
	boxFirstRests = 3
	boxMostRests  = 12
)

// boxSetPlaces takes from the host the seed by which the guest is slow from now on. The seed first decides how many
// places are, and how often.
func boxSetPlaces() {
	p := &boxPlaces
	p.seed = box_places()
	p.state = p.seed
	p.woke = 0
	clear(p.rests[:])
	p.mask = 1<<(1+boxMix(&p.state)%3) - 1
	p.often = 1<<(boxMix(&p.state)%3) - 1
}

// boxSlow returns for how long, in ns, who is at pc rests there, or 0.
func boxSlow(pc uintptr) int64 {
	p := &boxPlaces
	if p.seed == 0 {
		return 0
	}
	place := p.seed ^ uint64(pc)
	if boxMix(&place)&p.mask != 0 || boxFact(&boxUntriedPCs, pc, boxIsUntried) {
		return 0
	}
	rests := &p.rests[(pc^pc>>16)%uintptr(len(p.rests))]
	if *rests == boxMostRests {
		return 0
	}
	r, now := boxMix(&p.state), nanotime()
	if *rests >= boxFirstRests && r&p.often != 0 || p.woke > 0 && now < p.woke+boxLongestRest {
		return 0
	}
	*rests++
	rest := 1 + int64(r>>8%boxLongestRest)
	p.woke = now + rest
	return rest
}

// boxLateReason is what the stack of a goroutine that has not begun says.
func boxLateReason(late int64) waitReason {
	if late == 0 {
		return waitReasonZero
	}
	return waitReasonSleep
}

// boxBeginLate has a goroutine begin in late ns, that was made parked.
func boxBeginLate(gp *g, late int64) {
	gp.sleepWhen = nanotime() + late
	boxFallAsleep(gp, nil)
}

var boxUntriedPCs boxFacts

// boxIsUntried reports whether the function at pc belongs to what is in a guest besides the program that is tried.
func boxIsUntried(pc uintptr) bool {
	return stringslite.HasPrefix(funcname(findfunc(pc)), "raftlab/src/") || boxInStd(pc)
}
