package sim

import (
	"maps"
	"slices"
	"time"

	"raftlab/src/dlog"
	"raftlab/src/labrpc"
	"raftlab/src/sim/wire"
)

// A passage is one RPC on its way, as labrpc's Network has it: the same
// weather, the same rules, by events and not by goroutines.
type passage struct {
	world    *world
	from, to int
	route    labrpc.Route
	number   uint64 // among the requests from here to there
	id       uint64 // the caller's
	method   string
	args     []byte
	held     int64 // bytes that the host holds for it until it is over
	fate     labrpc.Fate
	life     int // the callee's, when the request arrived
	over     bool
	copy     bool // the second of a doubled request: nobody waits for it
}

// call begins the passage of a request that a server sends.
func (w *world) call(s *node, m wire.Call) {
	to := int(m.To)
	if m.To < 0 || m.To >= int64(len(w.nodes)) {
		s.violates("calls node %d, which is not there", m.To)
		return
	}
	if len(m.Method) > maxMethod {
		s.exceeds("it calls a method whose name has %d bytes", len(m.Method))
		return
	}
	key := [2]int{s.me, to}
	p := &passage{
		world: w, from: s.me, to: to,
		route:  labrpc.Route{From: s.me, To: to, Life: s.lives},
		number: w.sent[key], id: m.ID, method: m.Method, args: append([]byte(nil), m.Args...),
	}
	w.sent[key]++
	p.holds(s, len(p.args))
	s.calls++
	w.traffic.RPCs++
	w.traffic.Bytes += int64(len(p.args))
	p.fate = w.weather.Fate(w.weatherSeed, s.me, to, p.number)
	p.tell(labrpc.Sent, nil)
	if !w.open[s.me][to] || w.nodes[to].box == nil {
		p.unreachable(p.fate.Timeout)
		return
	}
	w.after((labrpc.Hop + p.fate.RequestDelay).Nanoseconds(), p.arrive)
	if p.fate.Double && !p.fate.LoseRequest {
		second := *p
		second.copy = true
		w.after((labrpc.Hop + p.fate.RequestDelay + p.fate.DoubleDelay).Nanoseconds(), second.arrive)
	}
}

func (w *world) after(ns int64, do func()) { w.agenda.add(w.now+ns, do) }

// arrive hands the request to its server.
func (p *passage) arrive() {
	w := p.world
	if p.fate.LoseRequest {
		p.tell(labrpc.LostRequest, nil)
		p.answer(nil, false)
		return
	}
	callee := w.nodes[p.to]
	if !w.open[p.from][p.to] || callee.box == nil {
		p.unreachable(p.fate.HangUp)
		return
	}
	if p.copy {
		p.tell(labrpc.Doubled, nil)
	} else {
		p.tell(labrpc.Arrived, nil)
	}
	p.life = callee.lives
	callee.requests++
	callee.served++
	callee.serving[callee.served] = p
	callee.feed(wire.Request{ID: callee.served, Method: p.method, Args: p.args})
}

// handled takes the reply from the server. The data is only lent.
func (p *passage) handled(data []byte) {
	w := p.world
	if p.over || !w.open[p.from][p.to] {
		return
	}
	reply := append([]byte(nil), data...)
	p.tell(labrpc.Handled, reply)
	switch {
	case p.copy:
	case p.fate.LoseReply:
		w.after(0, func() {
			p.tell(labrpc.LostReply, nil)
			p.answer(nil, false)
		})
	default:
		p.holds(w.nodes[p.to], len(reply))
		w.after((labrpc.Hop + p.fate.ReplyDelay).Nanoseconds(), func() { p.deliver(reply) })
	}
}

// holds counts bytes that the host holds for the request until it is over. The server is the one that sends them.
func (p *passage) holds(s *node, size int) {
	p.held += int64(size)
	s.holds(int64(size))
}

// deliver brings the reply to the caller.
func (p *passage) deliver(reply []byte) {
	w := p.world
	if p.over {
		return
	}
	if !w.open[p.to][p.from] {
		p.unreachable(p.fate.Timeout)
		return
	}
	w.traffic.Bytes += int64(len(reply))
	p.tell(labrpc.Answered, reply)
	p.answer(reply, true)
}

// unreachable lets the caller wait for nothing, for so long. Of a copy nobody hears: the call ends with the first.
func (p *passage) unreachable(d time.Duration) {
	if !p.copy {
		p.tell(labrpc.Unreachable, nil)
	}
	p.world.after(d.Nanoseconds(), func() { p.answer(nil, false) })
}

// answer ends the passage. A caller that crashed meanwhile hears nothing.
func (p *passage) answer(reply []byte, ok bool) {
	if p.over || p.copy {
		return
	}
	p.over = true
	p.world.held -= p.held
	caller := p.world.nodes[p.from]
	if caller.box != nil && caller.lives == p.route.Life {
		caller.feed(wire.Answer{ID: p.id, OK: ok, Reply: reply})
	}
}

// hangUp fails the requests that are being handled and meet the condition: no
// reply will come.
func (w *world) hangUp(lost func(*passage) bool) {
	for _, s := range w.nodes {
		for _, id := range slices.Sorted(maps.Keys(s.serving)) {
			p := s.serving[id]
			if !lost(p) {
				continue
			}
			delete(s.serving, id)
			if !p.over && !p.copy {
				w.after(0, func() { p.unreachable(p.fate.HangUp) })
			}
		}
	}
}

func (w *world) SetLink(from, to int, open bool) {
	w.open[from][to] = open
	if !open {
		w.hangUp(func(p *passage) bool { return p.from == from && p.to == to })
	}
}

func (p *passage) tell(step labrpc.Step, reply []byte) {
	w := p.world
	if w.log != nil {
		w.log.message(p, step, reply)
	}
	w.observer.Message(labrpc.Event{Step: step, End: p.route, Call: p.number, Method: p.method, Args: p.args, Reply: reply})
}

// topic is where a step of a message stands in the log.
func topic(step labrpc.Step) dlog.Topic {
	switch step {
	case labrpc.LostRequest, labrpc.LostReply, labrpc.Unreachable:
		return dlog.Drop
	}
	return dlog.Trace
}
