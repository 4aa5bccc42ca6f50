package monitor

import "reflect"

// indexes is the view of how indexes count, which is the implementation's affair.
type indexes struct {
	wire *wire

	// Whether those of RequestVote and AppendEntries count alike: the first entry of a leader's own term comes after
	// the last one with which it was elected.
	alike, differ bool

	// The service's indexes begin with 1; the implementation's may begin with 0. A command that is seen in both tells
	// by how much they differ.
	base  int
	based bool
	seen  map[any]int // by command: where it was sent, or noIndex if in several places
}

const noIndex = -1

func newIndexes(w *wire) indexes { return indexes{wire: w, seen: make(map[any]int)} }

func (x *indexes) shows(e shownEntry, b *ballots) {
	if !e.beforeKnown || e.before >= e.call.term || e.at.term != e.call.term {
		return // it is not the first entry of its leader's own term
	}
	if last, ok := b.logs[inTerm{e.call.from, e.call.term}]; ok {
		x.alike = x.alike || last.index+1 == e.at.index
		x.differ = x.differ || last.index+1 != e.at.index
	}
}

// behind reports whether a log that ends so, by a RequestVote, lacks an entry.
func (x *indexes) behind(last, entry position) bool {
	return last.term < entry.term || last.less(entry) && x.alike && !x.differ
}

func (x *indexes) sent(c *call) {
	if c.log == nil || x.based {
		return
	}
	for i, command := range c.log.commands {
		if command == nil || !reflect.ValueOf(command).Comparable() {
			continue
		}
		at := c.log.at(i).index
		if was, ok := x.seen[command]; ok && was != at {
			at = noIndex
		}
		x.seen[command] = at
	}
}

func (x *indexes) applied(index int, command any) {
	if x.based || command == nil || !reflect.ValueOf(command).Comparable() {
		return
	}
	if at, ok := x.seen[command]; ok && at != noIndex && (index-at == 0 || index-at == 1) {
		x.base, x.based, x.seen = index-at, true, nil
		x.wire.readsCommands = false
	}
}
