package monitor

import (
	"bytes"
	"maps"
	"time"

	"raftlab/src/labrpc"
)

// inFlight is the view of the RPCs under way. Each is read once and not at every step.
type inFlight map[callKey]*call

type callKey struct {
	route labrpc.Route
	call  uint64
}

// A call is an RPC in flight.
type call struct {
	from, to int
	method   *method // nil if there are too many
	request
	reply   reply
	encoded []byte // the reply
	over    bool   // for its caller

	made    int // when it was sent
	began   time.Duration
	copies  int           // handed to the server before the step at hand, and not answered by then
	arrival int           // when the first of these was …
	came    time.Duration // … and at what time
	since   int           // the server's term then
	stored  storedEntry   // what the server had stored then
}

// prompt is within what time a reply is not late for anybody: some give up a call, and take no notice of what comes then.
const prompt = 20 * time.Millisecond

// late reports whether a reply that comes at a time may be taken for lost.
func (c *call) late(at time.Duration) bool { return at-c.began > prompt }

// of returns the call that an event belongs to, anew if it is forgotten already: the second copy of a doubled request
// comes when it likes.
func (f inFlight) of(route labrpc.Route, e labrpc.Event, w *wire) *call {
	key := callKey{route, e.Call}
	c := f[key]
	if c == nil {
		c = &call{from: route.From, to: route.To, method: w.method(e), over: e.Step != labrpc.Sent}
		c.request = w.request(c.method, e, route.From)
		f[key] = c
	}
	if e.Reply != nil && !bytes.Equal(e.Reply, c.encoded) {
		c.reply, c.encoded = w.reply(c.method, e, c.kind), e.Reply
	}
	return c
}

// drop forgets a call of which nothing more is to come.
func (f inFlight) drop(route labrpc.Route, e labrpc.Event, c *call) {
	switch e.Step {
	case labrpc.Answered, labrpc.LostRequest, labrpc.LostReply, labrpc.Unreachable:
		c.over = true
	}
	if c.over && c.copies == 0 {
		delete(f, callKey{route, e.Call})
	}
}

// crashed: what the server was handling will not be answered.
func (f inFlight) crashed(server int) {
	maps.DeleteFunc(f, func(key callKey, _ *call) bool { return key.route.To == server })
}
