package labrpc

import (
	"math/rand/v2"
	"time"
)

// Weather is how a network treats messages. The zero value is a perfect network: nothing is lost or late. It is
// plain data: what it does to one message is decided by Fate alone, so that every network, of goroutines or
// simulated, has the same weather.
type Weather struct {
	RequestDelay  Delay   // before a request arrives
	HoldRequest   float64 // probability in [0,1] that a request is held back in addition
	HoldRequestBy Delay   // by how much
	LoseRequest   float64 // probability; the caller learns of it as soon as the request would have arrived
	DoubleRequest float64 // probability that a request arrives twice; the second reply goes nowhere
	DoubleDelay   Delay   // how long after the first the second arrives
	LoseReply     float64 // probability; the caller learns of it at once
	HoldReply     float64 // probability that a reply is held back
	HoldFor       Delay   // for how long
	Timeout       Delay   // until a call to a dead or cut-off server fails; zero for the lab's short one, up to 99 ms
}

// Hop is the least time that a message takes in each direction where the clock is virtual, and the least time in
// which a call to nobody fails on any clock. On a real clock a message takes what the machine takes. Without Hop a
// virtual clock would stand still for a Raft that calls in a loop: one that repeats at once what failed, or what
// the other server refused.
const Hop = 10 * time.Microsecond

// A Delay is a random span of whole milliseconds, uniform in [Min, Max].
type Delay struct {
	Min, Max time.Duration
	Low      bool // choose Max anew each time, uniform in [Min, Max]: low values are likelier
}

// The lab's numbers.
var (
	jitter    = Delay{Max: 26 * time.Millisecond}
	hold      = Delay{Min: 200 * time.Millisecond, Max: 2199 * time.Millisecond, Low: true}
	longWait  = Delay{Max: 6999 * time.Millisecond}
	shortWait = Delay{Max: 99 * time.Millisecond}
)

// Reliable returns the lab's good weather: nothing lost, nothing late. A call to a dead server takes up to 7 s to
// fail, as in all of the lab's Raft tests.
func Reliable() Weather { return Weather{Timeout: longWait} }

// Unreliable returns the lab's bad weather: requests take up to 26 ms, and a tenth of the requests and a tenth of
// the replies are lost.
func Unreliable() Weather {
	return Weather{RequestDelay: jitter, LoseRequest: 0.1, LoseReply: 0.1, Timeout: longWait}
}

// LongReordering returns w with two thirds of the replies held back for 200 to 2199 ms, so that later ones overtake
// them.
func (w Weather) LongReordering() Weather {
	w.HoldReply, w.HoldFor = 600.0/900, hold
	return w
}

// Fate is what happens to one request and its reply.
type Fate struct {
	RequestDelay time.Duration
	LoseRequest  bool
	Double       bool          // deliver a second copy …
	DoubleDelay  time.Duration // … this long after the first
	LoseReply    bool
	ReplyDelay   time.Duration
	Timeout      time.Duration // until a call fails because nobody is there, at least Hop
	HangUp       time.Duration // likewise if the server goes away while it has the request
}

// Fate decides what happens to the nth request (from 0) from one server to another. It depends on its arguments and
// nothing else.
func (w Weather) Fate(seed uint64, from, to int, n uint64) Fate {
	// Every message draws the same numbers in the same order whatever the weather, so that changing one rate leaves
	// the rest of a seed's fate alone.
	r := rand.New(rand.NewPCG(seed, uint64(from)<<52^uint64(to)<<40^n))
	timeout := w.Timeout
	if timeout == (Delay{}) {
		timeout = shortWait
	}
	f := Fate{
		RequestDelay: w.RequestDelay.draw(r),
		LoseRequest:  r.Float64() < w.LoseRequest,
		LoseReply:    r.Float64() < w.LoseReply,
		ReplyDelay:   w.HoldFor.draw(r),
		Timeout:      max(Hop, timeout.draw(r)),
		Double:       r.Float64() < w.DoubleRequest,
		DoubleDelay:  w.DoubleDelay.draw(r),
	}
	if r.Float64() >= w.HoldReply {
		f.ReplyDelay = 0
	}
	late := w.HoldRequestBy.draw(r)
	if r.Float64() < w.HoldRequest {
		f.RequestDelay += late
	}
	f.HangUp = max(Hop, shortWait.draw(r)) // the lab's network looks every 100 ms whether the server is still there
	return f
}

// draw takes two numbers from r, always.
func (d Delay) draw(r *rand.Rand) time.Duration {
	a, b := r.Float64(), r.Float64()
	steps := float64((d.Max-d.Min)/time.Millisecond + 1)
	if d.Low {
		steps = float64(int(a*steps) + 1)
	}
	return d.Min + time.Duration(b*steps)*time.Millisecond
}
