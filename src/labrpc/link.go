package labrpc

import (
	"time"

	"raftlab/src/dlog"
)

// A link is one end's way to its server: the Transport of a ClientEnd in a Network.
type link struct {
	network  *Network
	name     any
	from, to int // for the weather

	// Guarded by network.mu.
	server  any // an address, or nil before Connect
	enabled bool
	answers bool
}

// A call is one request from when it is sent until its caller has the answer.
type call struct {
	*link
	target *Server
	number uint64 // among the requests of this route, from 0
	method string
	args   []byte
}

// RoundTrip implements Transport.
func (l *link) RoundTrip(method string, args []byte) ([]byte, bool) {
	rn := l.network
	rn.mu.Lock()
	route := [2]int{l.from, l.to}
	c := call{link: l, number: rn.sent[route], method: method, args: args}
	rn.sent[route]++
	rn.count++
	rn.bytes += int64(len(args))
	if l.enabled {
		c.target = rn.servers[l.server]
	}
	fate := rn.weather.Fate(rn.seed, l.from, l.to, c.number)
	rn.mu.Unlock()
	if rn.ended() {
		time.Sleep(fate.HangUp)
		return nil, false
	}

	c.tell(Sent, nil)
	if c.target == nil {
		return c.fail(Unreachable, fate.Timeout)
	}
	if !rn.wait(rn.hop + fate.RequestDelay) {
		return nil, false
	}
	if fate.LoseRequest {
		return c.fail(LostRequest, 0)
	}
	if fate.Double {
		go c.double(fate)
	}
	reply, ok := c.handle()
	if !ok {
		return c.fail(Unreachable, fate.HangUp)
	}
	if fate.LoseReply {
		return c.fail(LostReply, 0)
	}
	if !rn.wait(rn.hop + fate.ReplyDelay) {
		return nil, false
	}
	rn.mu.Lock()
	answers := l.answers
	if answers {
		rn.bytes += int64(len(reply))
	}
	rn.mu.Unlock()
	if !answers {
		return c.fail(Unreachable, fate.Timeout)
	}
	c.tell(Answered, reply)
	return reply, true
}

// fail ends a call without a reply, after a while. If nobody answers, the caller learns it late; a loss by the
// weather it learns at once, as in the lab.
func (c call) fail(why Step, after time.Duration) ([]byte, bool) {
	c.tell(why, nil)
	if dlog.On() {
		dlog.Debug(dlog.Drop, "%v %s: %v", c.name, c.method, why)
	}
	c.network.wait(after)
	return nil, false
}

// handle has the request handled in a goroutine of its own, which may outlive the call if the server goes away
// meanwhile; it reports false then, and if no server is there to begin with.
func (c call) handle() ([]byte, bool) {
	if !c.arrive(Arrived) {
		return nil, false
	}
	done := make(chan []byte, 1)
	go func() { done <- c.target.Dispatch(c.method, c.args) }()
	for {
		reachable, changed := c.reachable()
		if !reachable {
			return nil, false
		}
		select {
		case reply := <-done:
			return reply, c.handled(reply)
		case <-changed:
		case <-c.network.done:
			return nil, false
		}
	}
}

// double delivers the request a second time; its reply goes nowhere.
func (c call) double(fate Fate) {
	if c.network.wait(fate.DoubleDelay) && c.arrive(Doubled) {
		c.handled(c.target.Dispatch(c.method, c.args))
	}
}

// arrive finds the server that the request reaches now and tells the observer of it; it reports false if there is none.
// It does so under the network's lock, as handled does.
func (c *call) arrive(step Step) bool {
	rn := c.network
	rn.mu.Lock()
	defer rn.mu.Unlock()
	c.target = rn.servers[c.server]
	if !c.enabled || c.target == nil {
		return false
	}
	c.tell(step, nil)
	return true
}

// handled tells the observer that a handler has returned, unless its server has been removed meanwhile: no reply
// leaves a dead server. It does so under the network's lock, so that once DeleteServer has returned nobody hears of
// that server any more.
func (c call) handled(reply []byte) bool {
	rn := c.network
	rn.mu.Lock()
	defer rn.mu.Unlock()
	if !c.enabled || rn.servers[c.server] != c.target {
		return false
	}
	c.tell(Handled, reply)
	return true
}

// reachable reports whether the server that the request was for can still be reached, and a channel that is closed
// when that may have changed.
func (c call) reachable() (bool, <-chan struct{}) {
	rn := c.network
	rn.mu.Lock()
	defer rn.mu.Unlock()
	return c.enabled && rn.servers[c.server] == c.target, rn.changed
}

func (c call) tell(step Step, reply []byte) {
	c.network.observer(Event{step, c.name, c.number, c.method, c.args, reply})
}
