package history

import (
	"cmp"
	"slices"
	"sort"
)

// disorder looks for operations whose order in the values that were read contradicts the order of their calls and
// returns. If there are none the history is linearizable: the operations of each epoch can be ordered, and so can the
// epochs.
//
// The second is the theorem of Gibbons and Korach (Testing Shared Memories, 1997), for epochs instead of writes. Of an
// epoch only two events matter: its first return, before which it begins, and its last call, after which it ends. Its
// operations can all be ordered between these two or, if the last call is before the first return, at any one moment
// between. So two epochs exclude each other only if each has an operation that returned before one of the other's was
// called. A write that was not read is an epoch by itself: it can take effect where nobody reads before the next epoch.
func (p *parser) disorder(ops []*Op) *clue {
	var found *clue
	keep := func(c *clue) {
		if c != nil && (found == nil || c.noticed() < found.noticed()) {
			found = c
		}
	}
	var zones []zone
	for _, e := range p.order {
		ops := e.ordered()
		keep(e.disorder(ops))
		zones = append(zones, e.zone(ops))
	}
	for _, op := range ops {
		// An Append of nothing has no effect to lose.
		if op.write() && op.Return != 0 && p.read[op] == nil && op.Value != "" {
			zones = append(zones, zone{begun: op.Return, ended: op.Call, ops: []*Op{op}})
		}
	}
	slices.SortFunc(zones, func(a, b zone) int { return cmp.Compare(a.begun, b.begun) })
	latest := make([]int, len(zones)) // of the zones up to here, that which ends last
	for i, z := range zones {
		if latest[i] = i; i > 0 && zones[latest[i-1]].ended > z.ended {
			latest[i] = latest[i-1]
		}
	}
	for i, z := range zones {
		// How many of the zones before begin before this one ends.
		before := min(i, sort.Search(len(zones), func(k int) bool { return zones[k].begun >= z.ended }))
		if before == 0 {
			continue
		}
		if other := zones[latest[before-1]]; other.ended > z.begun {
			keep(crossed(other, z))
		}
	}
	return found
}

// disorder looks for two operations of an epoch of which one must come before the other, but was called after the other
// had returned. Of several pairs it takes the one whose late operation was called first, with the nearest write.
func (e *epoch) disorder(ops []placed) *clue {
	first := make([]int64, len(ops)+1) // the first return of the operations from here on
	first[len(ops)] = never
	for i := len(ops) - 1; i >= 0; i-- {
		first[i] = min(first[i+1], ops[i].end())
	}
	late := -1
	for i, o := range ops {
		if o.Call > first[i] && (late < 0 || o.Call < ops[late].Call) {
			late = i
		}
	}
	if late < 0 {
		return nil
	}
	var earlier *Op
	for _, o := range ops[late+1:] {
		if o.before(ops[late].Op) && (earlier == nil || o.write() && !earlier.write()) {
			earlier = o.Op
		}
	}
	return tooLate(earlier, ops[late].Op, e.by)
}

// ordered returns the epoch's operations by place, and within a place by call.
func (e *epoch) ordered() []placed {
	all := slices.Clone(e.gets)
	for i, op := range e.writes {
		all = append(all, placed{op, 2 * i})
	}
	slices.SortFunc(all, func(a, b placed) int { return cmp.Or(cmp.Compare(a.place, b.place), byCall(a.Op, b.Op)) })
	return all
}

// A zone is the time that an epoch must cover: it begins before begun, its first return, and ends after ended, its last
// call. The epoch before any Put began before all events.
type zone struct {
	begun, ended int64
	ops          []*Op
	by           *Op // the Get that shows all its writes; nil if it was not read
}

func (e *epoch) zone(ops []placed) zone {
	z := zone{begun: never, by: e.by}
	if e.put == nil {
		z.begun = 0
	}
	for _, o := range ops {
		z.begun, z.ended = min(z.begun, o.end()), max(z.ended, o.Call)
		z.ops = append(z.ops, o.Op)
	}
	return z
}

// crossed explains two zones that exclude each other: of each an operation was called after one of the other had
// returned.
func crossed(a, b zone) *clue {
	late, other := a.firstAfter(b.begun), b
	if a.begun > 0 {
		if op := b.firstAfter(a.begun); op.Call > late.Call {
			late, other, a = op, a, b
		}
	}
	earlier := other.ops[slices.IndexFunc(other.ops, func(op *Op) bool { return op.before(late) })]
	shown := []*Op{late, earlier}
	if a.begun > 0 { // What shows that the other zone is the later one.
		first := a.ops[slices.IndexFunc(a.ops, func(op *Op) bool { return op.end() == a.begun })]
		shown = append(shown, first, other.firstAfter(a.begun))
	}
	for _, z := range []zone{a, other} {
		if z.by != nil {
			shown = append(shown, z.by)
		}
	}
	return overwritten(late, earlier, other.by, shown)
}

// firstAfter returns, of the Gets that were called after a time, the one called first. If there are none it takes the
// writes.
func (z zone) firstAfter(time int64) *Op {
	var first *Op
	for _, op := range z.ops {
		if op.Call > time && (first == nil || first.write() && !op.write() ||
			first.write() == op.write() && op.Call < first.Call) {
			first = op
		}
	}
	return first
}
