package sim

import "time"

// patience is how long a method of a Raft may take before its node counts as deadlocked: none of them waits for the
// network. With pollEvery it keeps to the 5 s in which a deadlock is reported.
const patience = 4 * time.Second

// A watchdog fails the run if a method of a node's Raft does not return within patience. Only the time in which the
// node runs counts, not that in which it is paused, or its goroutines linger. Each life of a node has a watchdog.
type watchdog struct {
	node  *node
	calls []*watched // the first to begin first; those that have returned are dropped from the front
	armed bool       // look is on the agenda

	ran     int64 // how long the node ran before it was last resumed, in ns
	since   int64 // when it was last resumed
	paused  bool
	lingers bool
}

// A watched is a call that the watchdog waits for.
type watched struct {
	method   string
	due      int64 // the running time at which it has taken too long
	returned bool
}

func newWatchdog(s *node) *watchdog { return &watchdog{node: s, since: s.world.now} }

// running is how long the node has run in this life.
func (d *watchdog) running() int64 {
	if d.off() {
		return d.ran
	}
	return d.ran + d.node.world.now - d.since
}

// begins notes that a call begins. Whoever made it sets returned.
func (d *watchdog) begins(method string) *watched {
	c := &watched{method: method, due: d.running() + int64(patience)}
	d.forget()
	d.calls = append(d.calls, c)
	d.arm()
	return c
}

// forget drops the calls that have returned, up to the first that has not.
func (d *watchdog) forget() {
	for len(d.calls) > 0 && d.calls[0].returned {
		d.calls[0] = nil
		d.calls = d.calls[1:]
	}
}

// off reports whether time does not count.
func (d *watchdog) off() bool { return d.paused || d.lingers }

// pause stops or goes on counting time.
func (d *watchdog) pause(yes bool) { d.set(yes, d.lingers) }

// linger stops counting time, or goes on.
func (d *watchdog) linger(yes bool) { d.set(d.paused, yes) }

func (d *watchdog) set(paused, lingers bool) {
	d.ran, d.since = d.running(), d.node.world.now
	d.paused, d.lingers = paused, lingers
	d.arm()
}

// arm has the watchdog look when the first call has taken too long, if none of them is over by then and the node is not
// paused meanwhile.
func (d *watchdog) arm() {
	if d.armed || d.off() || len(d.calls) == 0 {
		return
	}
	d.armed = true
	d.node.world.after(d.calls[0].due-d.running(), d.look)
}

func (d *watchdog) look() {
	w := d.node.world
	d.armed = false
	if w.stopped || d.node.dog != d || d.node.box == nil {
		return
	}
	d.forget()
	if len(d.calls) > 0 && !d.off() && d.calls[0].due <= d.running() {
		d.node.deadlocked(d.calls[0].method)
		return
	}
	d.arm()
}

// waits returns the methods that have not returned.
func (d *watchdog) waits() (methods []string) {
	for _, c := range d.calls {
		if !c.returned {
			methods = append(methods, c.method)
		}
	}
	return methods
}
