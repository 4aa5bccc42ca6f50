package sim

import (
	"maps"
	"slices"
	"time"

	"raftlab/src/dlog"
	"raftlab/src/labrpc"
	"raftlab/src/sim/wire"
)

// A call is one RPC on its way, as labrpc's Network has it: the same weather, the same rules, by events and not by
// goroutines.
type call struct {
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

	recorded int // its number in the recording
	event    int // what happened to it last there
}

// send begins the call of a request that a node sends.
func (w *world) send(s *node, m wire.Call) {
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
	c := &call{
		world: w, from: s.me, to: to,
		route:  labrpc.Route{From: s.me, To: to, Life: s.lives},
		number: w.sent[key], id: m.ID, method: m.Method, args: append([]byte(nil), m.Args...),
	}
	w.sent[key]++
	c.holds(s, len(c.args))
	s.calls++
	w.traffic.RPCs++
	w.traffic.Bytes += int64(len(c.args))
	c.fate = w.decide(c)
	c.tell(labrpc.Sent, nil)
	if !w.open[s.me][to] || w.nodes[to].box == nil {
		c.unreachable(c.fate.Timeout)
		return
	}
	w.writeFate(c)
	w.after((labrpc.Hop + c.fate.RequestDelay).Nanoseconds(), c.arrive)
	if c.fate.Double && !c.fate.LoseRequest {
		second := *c
		second.copy = true
		w.after((labrpc.Hop + c.fate.RequestDelay + c.fate.DoubleDelay).Nanoseconds(), second.arrive)
	}
}

func (w *world) after(ns int64, do func()) { w.agenda.add(w.now+ns, do) }

// arrive hands the request to its node.
func (c *call) arrive() {
	w := c.world
	if c.fate.LoseRequest {
		c.tell(labrpc.LostRequest, nil)
		c.answer(nil, false)
		return
	}
	callee := w.nodes[c.to]
	if !w.open[c.from][c.to] || callee.box == nil {
		c.unreachable(c.fate.HangUp)
		return
	}
	if c.copy {
		c.tell(labrpc.Doubled, nil)
	} else {
		c.tell(labrpc.Arrived, nil)
	}
	c.life = callee.lives
	callee.requests++
	callee.served++
	callee.serving[callee.served] = c
	callee.feed(wire.Request{ID: callee.served, Method: c.method, Args: c.args}, c.event)
}

// handled takes the reply from the node. The data is only lent.
func (c *call) handled(data []byte) {
	w := c.world
	if c.over || !w.open[c.from][c.to] {
		return
	}
	reply := append([]byte(nil), data...)
	c.tell(labrpc.Handled, reply)
	switch {
	case c.copy:
	case c.fate.LoseReply:
		w.after(0, func() {
			c.tell(labrpc.LostReply, nil)
			c.answer(nil, false)
		})
	default:
		c.holds(w.nodes[c.to], len(reply))
		w.after((labrpc.Hop + c.fate.ReplyDelay).Nanoseconds(), func() { c.deliver(reply) })
	}
}

// holds counts bytes that the host holds for the request until it is over. The node is the one that sends them.
func (c *call) holds(s *node, size int) {
	c.held += int64(size)
	s.holds(int64(size))
}

// deliver brings the reply to the caller.
func (c *call) deliver(reply []byte) {
	w := c.world
	if c.over {
		return
	}
	if !w.open[c.to][c.from] {
		c.unreachable(c.fate.Timeout)
		return
	}
	w.traffic.Bytes += int64(len(reply))
	c.tell(labrpc.Answered, reply)
	c.answer(reply, true)
}

// unreachable lets the caller wait for nothing, for so long. Of a copy nobody hears: the call ends with the first.
func (c *call) unreachable(d time.Duration) {
	if !c.copy {
		c.tell(labrpc.Unreachable, nil)
	}
	c.world.after(d.Nanoseconds(), func() { c.answer(nil, false) })
}

// answer ends the call. A caller that crashed meanwhile hears nothing.
func (c *call) answer(reply []byte, ok bool) {
	if c.over || c.copy {
		return
	}
	c.over = true
	c.world.held -= c.held
	caller := c.world.nodes[c.from]
	if caller.box != nil && caller.lives == c.route.Life {
		if !ok {
			c.gaveUp()
		}
		caller.feed(wire.Answer{ID: c.id, OK: ok, Reply: reply}, c.event)
	}
}

// hangUp fails the requests that are being handled and meet the condition: no reply will come.
func (w *world) hangUp(lost func(*call) bool) {
	for _, s := range w.nodes {
		for _, id := range slices.Sorted(maps.Keys(s.serving)) {
			c := s.serving[id]
			if !lost(c) {
				continue
			}
			delete(s.serving, id)
			if !c.over && !c.copy {
				w.after(0, func() { c.unreachable(c.fate.HangUp) })
			}
		}
	}
}

func (w *world) SetLink(from, to int, open bool) {
	if w.open[from][to] != open {
		w.recordLink(from, to, open)
	}
	w.open[from][to] = open
	if !open {
		w.hangUp(func(c *call) bool { return c.from == from && c.to == to })
	}
}

func (c *call) tell(step labrpc.Step, reply []byte) {
	w := c.world
	if w.log != nil {
		w.log.message(c, step, reply)
	}
	if w.recorder != nil {
		c.record(step, reply)
	}
	w.observer.Message(labrpc.Event{Step: step, End: c.route, Call: c.number, Method: c.method, Args: c.args,
		Reply: reply})
}

// topic is where a step of a message stands in the log.
func topic(step labrpc.Step) dlog.Topic {
	switch step {
	case labrpc.LostRequest, labrpc.LostReply, labrpc.Unreachable:
		return dlog.Drop
	}
	return dlog.Trace
}
