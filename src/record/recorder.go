package record

import "slices"

// maxEvents is how many events are kept, the last ones. Runs of the suite have some ten thousand; those that flood the
// network have millions.
const maxEvents = 250_000

// A Recorder writes down a run while it goes on. It is for one goroutine. Its methods may be called on nil, where they
// do nothing.
type Recorder struct {
	now     func() int64
	events  []Event
	dropped int    // from the beginning
	subject int    // the event that notes are about
	turns   []turn // by node: the one that it is in, or was in last
	lives   []int  // by node
	boots   []Note // about a Boot to come; of Kind "" if there is none; by node
}

// A turn is what a node does from one message, or timer, until it waits.
type turn struct {
	cause  int  // the event that began it
	timer  bool // it was a timer, which is not written down yet
	within bool // it goes on
	last   int  // the last event of the node in it
}

// New returns a Recorder for a cluster of so many nodes, with its clock, in ns of virtual time since the run began.
func New(nodes int, now func() int64) *Recorder {
	return &Recorder{now: now, turns: make([]turn, nodes), lives: make([]int, nodes), boots: make([]Note, nodes)}
}

// Add writes down an event and returns its ID. ID, time and life are set here. What began the turn of its node is one
// of its causes. The event is what notes are about from now on, unless it is a line of the scenario's.
func (r *Recorder) Add(e Event) (id int) {
	if r == nil {
		return 0
	}
	if e.Node == Nowhere {
		return r.append(e)
	}
	t := &r.turns[e.Node]
	if t.within && t.timer {
		t.timer = false
		t.cause = r.append(Event{Node: e.Node, Peer: Nowhere, Kind: Timer})
	}
	if t.within && t.cause > 0 && !slices.Contains(e.Causes, t.cause) {
		e.Causes = append(e.Causes, t.cause)
	}
	t.last = r.append(e)
	return t.last
}

func (r *Recorder) append(e Event) (id int) {
	if len(r.events) == 2*maxEvents {
		r.events = append(r.events[:0], r.events[maxEvents:]...)
		r.dropped += maxEvents
	}
	e.ID, e.At = r.Last()+1, r.now()
	if e.Node != Nowhere {
		if e.Kind == Boot {
			r.lives[e.Node]++
			if n := &r.boots[e.Node]; n.Kind != "" {
				e.Notes = append(e.Notes, *n)
				*n = Note{}
			}
		}
		e.Life = r.lives[e.Node]
	}
	if e.Kind != Step {
		r.subject = e.ID
	}
	r.events = append(r.events, e)
	return e.ID
}

// Begin says that a node's turn begins, because of an event, or of a timer if that is 0. That a timer fired is written
// down before the first that the node does then, and never if it does nothing.
func (r *Recorder) Begin(node, cause int) {
	if r != nil {
		r.turns[node] = turn{cause: cause, timer: cause == 0, within: true, last: cause}
	}
}

// End says that a node's turn ends. It returns the ID of the last event of the node in it, 0 if there was none.
func (r *Recorder) End(node int) (last int) {
	if r == nil {
		return 0
	}
	r.turns[node].within = false
	return r.turns[node].last
}

// Note says what the event means that was written down last, not counting those of kind Step.
func (r *Recorder) Note(n Note) {
	if r == nil || r.subject <= r.dropped {
		return
	}
	e := &r.events[r.subject-r.dropped-1]
	e.Notes = append(e.Notes, n)
}

// NoteBoot says what the next Boot of the note's Node means.
func (r *Recorder) NoteBoot(n Note) {
	if r != nil {
		r.boots[n.Node] = n
	}
}

// Subject is the ID of the event that notes are about, 0 before the first.
func (r *Recorder) Subject() int {
	if r == nil {
		return 0
	}
	return r.subject
}

// Last is the ID of the last event, 0 before the first.
func (r *Recorder) Last() int {
	if r == nil {
		return 0
	}
	return r.dropped + len(r.events)
}

// Events returns the last events and how many before them were dropped. They may be read until the next is added.
func (r *Recorder) Events() (events []Event, dropped int) {
	if r == nil {
		return nil, 0
	}
	over := max(0, len(r.events)-maxEvents)
	return r.events[over:], r.dropped + over
}
