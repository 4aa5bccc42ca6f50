package monitor

import (
	"bytes"
	"maps"

	"raftlab/src/labrpc"
)

// A flight is one RPC on its way.
type flight struct {
	from, to int
	method   string
	request
	reply   reply
	encoded []byte // the reply
	copies  int    // handed to the server and not answered yet
	since   int    // the server's term when the first of these was
	arrival int    // when that was, by the disks' count
	shelf   shelf  // what the server had stored then
	over    bool   // for its caller
}

// flights are the RPCs under way. Each is read once and not at every step.
type flights map[passage]*flight

type passage struct {
	route labrpc.Route
	call  uint64
}

// of returns the flight that an event belongs to, anew if it is forgotten
// already: the second copy of a doubled request comes when it likes.
func (fs flights) of(route labrpc.Route, e labrpc.Event, w *wire) *flight {
	p := passage{route, e.Call}
	f := fs[p]
	if f == nil {
		f = &flight{from: route.From, to: route.To, method: e.Method, request: w.request(e, route.From), over: e.Step != labrpc.Sent}
		fs[p] = f
	}
	if e.Reply != nil && !bytes.Equal(e.Reply, f.encoded) {
		f.reply, f.encoded = w.reply(e, f.kind), e.Reply
	}
	return f
}

// drop forgets a flight of which nothing more is to come.
func (fs flights) drop(route labrpc.Route, e labrpc.Event, f *flight) {
	switch e.Step {
	case labrpc.Answered, labrpc.LostRequest, labrpc.LostReply, labrpc.Unreachable:
		f.over = true
	}
	if f.over && f.copies == 0 {
		delete(fs, passage{route, e.Call})
	}
}

// crashed: what the server was handling will not be answered.
func (fs flights) crashed(server int) {
	maps.DeleteFunc(fs, func(p passage, _ *flight) bool { return p.route.To == server })
}
