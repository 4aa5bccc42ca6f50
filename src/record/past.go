package record

import (
	"iter"
	"slices"
)

// Past returns the IDs of the events in the causal past of some, in ascending order, these included: all that may have
// had an influence on them. The rule, which pages follow too:
//
//   - an event has in its past its Causes, and theirs;
//   - an event at a node has in its past the one before it at that node, if both are of the same Life, since the node
//     remembers what it saw; and what that one has.
//
// Over a crash a node remembers only what it saved, so that its lives are joined by their Causes: that of a Boot is the
// last save before. Events of nobody, such as steps of the scenario, are in no past but by Causes. IDs that are not
// among the events, having been dropped, are passed over. events are those of a [Recording].
func Past(events []Event, of ...int) []int {
	g := newGraph(events)
	in := make([]bool, len(events))
	for _, id := range of {
		if i, ok := g.at(id); ok {
			in[i] = true
		}
	}
	var past []int
	for i := len(events) - 1; i >= 0; i-- { // whatever is before an event has a lower ID
		if in[i] {
			past = append(past, events[i].ID)
			for before := range g.before(i) {
				in[before] = true
			}
		}
	}
	slices.Reverse(past)
	return past
}

// Chain returns the IDs of events each of which is directly before the next, by the rule of [Past], from the last fault
// in the causal past of an event to that event, which is at the end. Of several ways the shortest is taken. If there is
// no fault in its past, the chain has the event and its first cause, and that one's, and so on.
func Chain(events []Event, to int) []int {
	g := newGraph(events)
	end, ok := g.at(to)
	if !ok {
		return nil
	}
	next := map[int]int{end: end} // by index: the one after it on the shortest way to the end
	fault := -1
	for queue := []int{end}; len(queue) > 0; queue = queue[1:] {
		i := queue[0]
		if i != end && isFault(&events[i]) {
			fault = max(fault, i)
		}
		for before := range g.before(i) {
			if _, seen := next[before]; !seen {
				next[before] = i
				queue = append(queue, before)
			}
		}
	}
	if fault < 0 {
		return g.firstCauses(end)
	}
	chain := []int{events[fault].ID}
	for i := fault; i != end; {
		i = next[i]
		chain = append(chain, events[i].ID)
	}
	return chain
}

// isFault reports whether an event is something that a protocol has to bear: done to a node or a message.
func isFault(e *Event) bool {
	switch e.Kind {
	case Crash, Pause, Resume, Clock, Cut, Heal, LostRequest, LostReply, Unreachable, GaveUp, Doubled:
		return true
	case Boot:
		return e.Life > 1
	}
	return false
}

// A graph is events, of which each knows those directly before it.
type graph struct {
	events []Event
	within []int // by index of an event: that of the one before at its node in its life; -1 if there is none
}

func newGraph(events []Event) graph {
	g := graph{events, make([]int, len(events))}
	last := make(map[int]int) // by node
	for i, e := range events {
		g.within[i] = -1
		if e.Node == Nowhere {
			continue
		}
		if before, ok := last[e.Node]; ok && events[before].Life == e.Life {
			g.within[i] = before
		}
		last[e.Node] = i
	}
	return g
}

// at returns the index of an event.
func (g graph) at(id int) (i int, ok bool) {
	if len(g.events) == 0 {
		return 0, false
	}
	i = id - g.events[0].ID
	return i, 0 <= i && i < len(g.events)
}

// before yields the indexes of the events directly before one, its causes first.
func (g graph) before(i int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for _, id := range g.events[i].Causes {
			if c, ok := g.at(id); ok && c < i && !yield(c) {
				return
			}
		}
		if w := g.within[i]; w >= 0 {
			yield(w)
		}
	}
}

// firstCauses is the chain of an event's first causes.
func (g graph) firstCauses(end int) (chain []int) {
	for i := end; ; {
		chain = append(chain, g.events[i].ID)
		causes := g.events[i].Causes
		if len(causes) == 0 {
			break
		}
		c, ok := g.at(causes[0])
		if !ok || c >= i {
			break
		}
		i = c
	}
	slices.Reverse(chain)
	return chain
}
