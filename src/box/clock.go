package box

import (
	"encoding/binary"
	"math/bits"

	"raftlab/src/box/internal/wasmbin"
)

const (
	// monoStart is what the monotonic clock of a new guest shows. Go takes 0 for a failure.
	monoStart = 1

	// freeReads is how often a guest may read its clocks without going idle before they move. The limit holds for
	// readings from its memory and, apart from these, for calls of the host. It is far more than an event takes, so
	// that reading the time (in a log line, say) changes nothing.
	freeReads = 10_000

	// spinStep is how far each further read moves the clocks, in ns: a guest that waits for the time in a loop must
	// see it pass.
	spinStep = 1000

	// goSlice is for how many ns Go lets a goroutine compute before it is others' turn.
	goSlice = 10_000_000

	ppb = 1_000_000_000
)

// A clock translates the host's virtual time into what a guest sees. All times are in ns.
type clock struct {
	now  int64 // virtual time
	last int64 // highest reading given
	wall int64 // wall clock less monotonic clock
	rate int64 // ns of the guest for each 1e9 ns of virtual time
	tick int64 // ns by which each reading moves the clocks

	alloc     int64  // ns by which each MiB that the guest allocates moves the clocks
	allocated uint64 // how many bytes that was when the clocks were read last; 0 if they were not

	// The guest's monotonic clock showed mono at the virtual time at, when its rate was set.
	at, mono int64

	reads int // since the guest was idle
}

// monotonic returns the guest's time at the virtual time now.
func (c *clock) monotonic() int64 {
	return max(c.last, c.mono+scale(c.now-c.at, c.rate, ppb))
}

// read is monotonic as the guest's own calls see it.
func (c *clock) read() int64 {
	t := c.monotonic() + c.tick
	if c.reads++; c.reads > freeReads {
		t += spinStep
	}
	c.last = t
	return t
}

// work moves the clocks by what the guest has allocated since they were read last, and reports whether it did. The
// guest says how much that is: it may as well have computed for that long.
func (c *clock) work(allocated uint64) bool {
	before := c.allocated
	c.allocated = allocated
	if before == 0 || allocated <= before {
		return false
	}
	took := scale(int64(min(allocated-before, endOfTime)), c.alloc, 1<<20)
	c.last = min(c.monotonic()+took, endOfTime)
	return true
}

// start is called when the guest is about to run. It writes the time into the guest's memory.
func (c *clock) start(mem []byte) {
	c.reads = 0
	c.last = c.monotonic()
	t := mem[wasmbin.Time:wasmbin.Allocated]
	binary.LittleEndian.PutUint64(t, uint64(c.last))
	binary.LittleEndian.PutUint64(t[8:], uint64(c.wall))
	free := uint64(freeReads)
	if c.tick > 0 || c.alloc > 0 {
		free = 0
	}
	binary.LittleEndian.PutUint64(t[16:], free)
	slice := uint64(0)
	if c.alloc > 0 {
		slice = uint64(scale(goSlice, 1<<20, c.alloc))
	}
	binary.LittleEndian.PutUint64(t[24:], slice)
}

// virtual returns the earliest virtual time at which the guest's monotonic clock shows t or more.
func (c *clock) virtual(t int64) int64 {
	if t <= c.mono {
		return c.at
	}
	return c.at + scaleUp(t-c.mono, ppb, c.rate)
}

// set changes the rate from now on and moves the wall clock by jump.
func (c *clock) set(rate float64, jump int64) {
	c.mono += scale(c.now-c.at, c.rate, ppb)
	c.at = c.now
	c.rate = int64(min(max(rate, 0.001), 1000) * ppb)
	c.wall += jump
}

// endOfTime is the largest result of scale and scaleUp: 146 years.
const endOfTime = 1<<62 - 1

// scale returns x*num/den rounded down, at least 0 and at most endOfTime.
func scale(x, num, den int64) int64 { return mulDiv(x, num, den, 0) }

// scaleUp is scale rounded up.
func scaleUp(x, num, den int64) int64 { return mulDiv(x, num, den, uint64(den-1)) }

func mulDiv(x, num, den int64, add uint64) int64 {
	if x <= 0 {
		return 0
	}
	hi, lo := bits.Mul64(uint64(x), uint64(num))
	lo, carry := bits.Add64(lo, add, 0)
	hi += carry
	if hi >= uint64(den) {
		return endOfTime
	}
	q, _ := bits.Div64(hi, lo, uint64(den))
	return int64(min(q, endOfTime))
}
