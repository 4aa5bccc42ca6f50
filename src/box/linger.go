package box

import "math/rand/v2"

// lingers decides where goroutines linger.
type lingers struct {
	rng     rand.PCG
	longest int64  // in ns; 0 is nowhere
	mask    uint64 // one time in mask+1
}

const lingerStream = 0x6c696e676572

// Linger has goroutines of the guest's program linger, for up to longest ns, where they have let go of their last lock,
// and where they take one after they have begun, or have waited: what they saw before need not hold any more. It begins
// and ends when the guest next waits. The box's seed decides how often, from every time to one in eight, and a quarter of
// that where they have waited. 0 ends it. Code below raftlab/src does not linger, and without a Schedule none does.
func (b *Box) Linger(longest int64) {
	l := &b.lingers
	if l.longest = max(longest, 0); longest > 0 {
		l.mask = 1<<(l.rng.Uint64()%4) - 1
	}
}

func (l *lingers) seed(seed uint64) { l.rng.Seed(seed, lingerStream) }

// draw returns for how long a goroutine rests. One that has been told what it waited for, as that a reply is there, mostly
// has nothing to lose by that.
func (l *lingers) draw(told bool) int64 {
	if l.longest == 0 {
		return 0
	}
	mask := l.mask
	if told {
		mask = mask<<2 | 3
	}
	r := l.rng.Uint64()
	if r&mask != 0 {
		return 0
	}
	return 1 + int64(r>>8%uint64(l.longest))
}
