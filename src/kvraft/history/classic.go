package history

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"strings"
)

// never is a time after all events.
const never = math.MaxInt64

// An epoch is the time from one Put to the next. Values that were read show which Appends were executed in it, and in
// which order.
type epoch struct {
	put    *Op      // nil: the time before any Put
	writes []*Op    // the Put, if any, and the Appends that were read, in their order
	value  string   // of all writes
	by     *Op      // the Get that first read value
	gets   []placed // of this epoch
}

// A placed operation is one with its place in an epoch: write k, from 0 on, has 2k, and a Get that shows k writes has
// 2k-1. Gets of one place come in any order.
type placed struct {
	*Op
	place int
}

// classicClue returns a clue if a history of the classic store is not linearizable, else nil. It returns false if the
// history cannot be decided this way, since a value that was read does not show which writes it consists of.
func classicClue(ops []*Op) (c *clue, decided bool) {
	p := parser{epochs: make(map[*Op]*epoch), read: make(map[*Op]*epoch)}
	if !p.words.fill(ops) {
		return nil, false
	}
	var gets []*Op
	for _, op := range ops {
		if op.Method == Get {
			gets = append(gets, op)
		}
	}
	// Shorter values come first, so that each continues what its epoch has so far.
	slices.SortStableFunc(gets, func(a, b *Op) int { return cmp.Compare(len(a.Value), len(b.Value)) })
	for _, get := range gets {
		if c := p.add(get); c != nil {
			return c, true
		}
	}
	return p.disorder(ops), true
}

// words has the writes by value. No value is a prefix of another.
type words []*Op

// fill takes the writes. It returns false if their values are not unique, or one is a prefix of another.
func (w *words) fill(ops []*Op) bool {
	for _, op := range ops {
		if op.write() && (op.Method == Put || op.Value != "") {
			*w = append(*w, op)
		}
	}
	slices.SortFunc(*w, func(a, b *Op) int { return strings.Compare(a.Value, b.Value) })
	for i, op := range *w {
		if op.Value == "" || i > 0 && strings.HasPrefix(op.Value, (*w)[i-1].Value) {
			return false
		}
	}
	return true
}

// first returns the write whose value is a prefix of the text, or nil.
func (w words) first(text string) *Op {
	// Whatever sorts between a word and a text that begins with it begins with the word, too.
	i := sort.Search(len(w), func(i int) bool { return w[i].Value > text })
	if i > 0 && strings.HasPrefix(text, w[i-1].Value) {
		return w[i-1]
	}
	return nil
}

// A parser finds the epochs of a history.
type parser struct {
	words  words
	epochs map[*Op]*epoch // by Put; nil is the key of the epoch before any Put
	order  []*epoch
	read   map[*Op]*epoch // where each write was read
}

// add puts a Get into its epoch. It returns a clue if no store can have had the value, or none that also had the values
// before.
func (p *parser) add(get *Op) *clue {
	first := p.words.first(get.Value)
	if first == nil && get.Value != "" {
		return neverWritten(get, 0)
	}
	put := first
	if first != nil && first.Method == Append {
		put = nil
	}
	e := p.epochs[put]
	if e == nil {
		e = &epoch{put: put}
		if put != nil {
			e.writes, e.value, e.by = []*Op{put}, put.Value, get
			p.read[put] = e
		}
		p.epochs[put] = e
		p.order = append(p.order, e)
	}
	if !strings.HasPrefix(get.Value, e.value) {
		return p.fork(e, get)
	}
	for len(e.value) < len(get.Value) {
		next := p.words.first(get.Value[len(e.value):])
		switch {
		case next == nil:
			return neverWritten(get, len(e.value))
		case next.Method == Put:
			return notReplaced(get, next)
		case p.read[next] == e:
			return doubled(get, next, slices.Index(e.writes, next)+1, len(e.writes)+1)
		case p.read[next] != nil:
			return twoEpochs(next, p.read[next].by, get)
		}
		p.read[next] = e
		e.writes = append(e.writes, next)
		e.value, e.by = get.Value[:len(e.value)+len(next.Value)], get
	}
	e.gets = append(e.gets, placed{get, 2*len(e.writes) - 1})
	return nil
}

// fork explains a Get whose value does not continue its epoch's value.
func (p *parser) fork(e *epoch, get *Op) *clue {
	place := make(map[*Op]int) // of each write of the Get, from 1
	var writes []*Op
	for at := 0; at < len(get.Value); {
		next := p.words.first(get.Value[at:])
		switch {
		case next == nil:
			return neverWritten(get, at)
		case next.Method == Put && at > 0:
			return notReplaced(get, next)
		case place[next] != 0:
			return doubled(get, next, place[next], len(writes)+1)
		}
		writes = append(writes, next)
		place[next] = len(writes)
		at += len(next.Value)
	}
	i := 0
	for writes[i] == e.writes[i] {
		i++
	}
	// The values differ at write i, and neither ends there: the Get's value is at least as long as the epoch's.
	theirs, ours := e.writes[i], writes[i]
	at := slices.Index(e.writes, ours)
	switch other := e.showing(max(at, i) + 1); {
	case at > i && place[theirs] != 0:
		return reordered(other, get, theirs, ours)
	case at > i:
		return missing(theirs, get, other)
	case place[theirs] != 0:
		return missing(ours, other, get)
	default:
		return forked(other, get, theirs, ours)
	}
}

// showing returns, of the Gets that show so many writes of the epoch or more, the one that was called first.
func (e *epoch) showing(writes int) *Op {
	first := e.by
	for _, g := range e.gets {
		if g.place >= 2*writes-1 && g.Call < first.Call {
			first = g.Op
		}
	}
	return first
}

// parts cuts a history before each Put that overlaps no other operation: what happened before has no effect after it.
func parts(ops []*Op) [][]*Op {
	var all [][]*Op
	var start int
	var open int64 // the last return of those before
	for i, op := range ops {
		alone := open < op.Call && (i+1 == len(ops) || op.end() < ops[i+1].Call)
		if op.Method == Put && alone {
			all = append(all, ops[start:i])
			if start = i; op.Value == "" {
				start++ // The state is the one that a history begins with.
			}
		}
		open = max(open, op.end())
	}
	return append(all, ops[start:])
}
