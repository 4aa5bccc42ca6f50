package labrpc

import (
	"time"

	"raftlab/src/dlog"
)

// A link is one end's way to its server: the Transport of a ClientEnd in a
// Network.
type link struct {
	network  *Network
	name     any
	from, to int // for the weather

	// Guarded by network.mu.
	server  any // an address, or nil before Connect
	enabled bool
	answers bool
}

// A passage is one request under way.
type passage struct {
	*link
	target *Server
	call   uint64
	method string
	args   []byte
}

// RoundTrip implements Transport.
func (l *link) RoundTrip(method string, args []byte) ([]byte, bool) {
	rn := l.network
	rn.mu.Lock()
	route := [2]int{l.from, l.to}
	p := passage{link: l, call: rn.sent[route], method: method, args: args}
	rn.sent[route]++
	rn.count++
	rn.bytes += int64(len(args))
	if l.enabled {
		p.target = rn.servers[l.server]
	}
	fate := rn.weather.Fate(rn.seed, l.from, l.to, p.call)
	rn.mu.Unlock()
	if rn.ended() {
		time.Sleep(fate.HangUp)
		return nil, false
	}

	p.tell(Sent, nil)
	if p.target == nil {
		return p.fail(Unreachable, fate.Timeout)
	}
	if !rn.wait(rn.hop + fate.RequestDelay) {
		return nil, false
	}
	if fate.LoseRequest {
		return p.fail(LostRequest, 0)
	}
	if fate.Double {
		go p.double(fate)
	}
	reply, ok := p.handle()
	if !ok {
		return p.fail(Unreachable, fate.HangUp)
	}
	if fate.LoseReply {
		return p.fail(LostReply, 0)
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
		return p.fail(Unreachable, fate.Timeout)
	}
	p.tell(Answered, reply)
	return reply, true
}

// fail ends a call without a reply, after a while. Whom nobody answers learns it
// late; a loss by the weather is known at once, as in the lab.
func (p passage) fail(why Step, after time.Duration) ([]byte, bool) {
	p.tell(why, nil)
	if dlog.On() {
		dlog.Debug(dlog.Drop, "%v %s: %v", p.name, p.method, why)
	}
	p.network.wait(after)
	return nil, false
}

// handle has the request handled in a goroutine of its own, which may outlive
// the call if the server goes away meanwhile; it reports false then, and if no
// server is there to begin with.
func (p passage) handle() ([]byte, bool) {
	if !p.arrive(Arrived) {
		return nil, false
	}
	done := make(chan []byte, 1)
	go func() { done <- p.target.Dispatch(p.method, p.args) }()
	for {
		there, changed := p.there()
		if !there {
			return nil, false
		}
		select {
		case reply := <-done:
			return reply, p.handled(reply)
		case <-changed:
		case <-p.network.done:
			return nil, false
		}
	}
}

// double delivers the request a second time; its reply goes nowhere.
func (p passage) double(fate Fate) {
	if p.network.wait(fate.DoubleDelay) && p.arrive(Doubled) {
		p.handled(p.target.Dispatch(p.method, p.args))
	}
}

// arrive finds the server that the request reaches now and tells of it; it
// reports false if there is none. It tells so under the network's lock, as
// handled does.
func (p *passage) arrive(step Step) bool {
	rn := p.network
	rn.mu.Lock()
	defer rn.mu.Unlock()
	p.target = rn.servers[p.server]
	if !p.enabled || p.target == nil {
		return false
	}
	p.tell(step, nil)
	return true
}

// handled tells that a handler returned, unless its server has gone meanwhile:
// no reply leaves a dead server. It tells so under the network's lock, so that
// once DeleteServer has returned nobody hears of that server any more.
func (p passage) handled(reply []byte) bool {
	rn := p.network
	rn.mu.Lock()
	defer rn.mu.Unlock()
	if !p.enabled || rn.servers[p.server] != p.target {
		return false
	}
	p.tell(Handled, reply)
	return true
}

// there reports whether the server that the request was for can still be
// reached, and a channel that is closed when that may have changed.
func (p passage) there() (bool, <-chan struct{}) {
	rn := p.network
	rn.mu.Lock()
	defer rn.mu.Unlock()
	return p.enabled && rn.servers[p.server] == p.target, rn.changed
}

func (p passage) tell(step Step, reply []byte) {
	p.network.observer(Event{step, p.name, p.call, p.method, p.args, reply})
}
