package history

import (
	"slices"
	"sort"
)

// window returns a small part of a history for which porcupine found no order, and the state before it: consecutive
// operations, without the Gets that are not needed. The state is left open where any state has no order.
func (j judge) window(ops []*Op) (core []*Op, first content) {
	budget := j.limit
	illegal := func(first content, ops []*Op) bool {
		c, _, cost := search(j.model, first, ops, min(budget, j.limit/coreSearches))
		budget -= cost
		return c != nil
	}
	var returns []int64
	for _, op := range ops {
		if op.Return != 0 {
			returns = append(returns, op.Return)
		}
	}
	slices.Sort(returns)
	last := sort.Search(len(returns)-1, func(i int) bool { return illegal(first, until(ops, returns[i])) })
	core = until(ops, returns[last])

	enough := func(n int) bool { return illegal(content{open: true}, since(core, len(core)-n)) }
	n := 2
	for n < len(core) && !enough(n) {
		n *= 2
	}
	if n < len(core) {
		least := n/2 + 1
		n = least + sort.Search(n-least, func(i int) bool { return enough(least + i) })
		core, first = since(core, len(core)-n), content{open: true}
	}
	for i := len(core) - 1; i >= 0; i-- {
		if rest := slices.Delete(slices.Clone(core), i, i+1); core[i].Method == Get && illegal(first, rest) {
			core = rest
		}
	}
	return core, first
}

// until returns the history up to a time. Operations that had not returned by then may have had their effects.
func until(ops []*Op, time int64) (history []*Op) {
	for _, op := range ops {
		switch {
		case op.end() <= time:
			history = append(history, op)
		case op.Call < time && op.write():
			history = append(history, op.pending())
		}
	}
	return history
}

// since returns the history from operation i on. Operations that had been called before may have their effects later.
func since(ops []*Op, i int) (history []*Op) {
	for _, op := range ops[:i] {
		if op.end() > ops[i].Call && op.write() {
			history = append(history, op.pending())
		}
	}
	return append(history, ops[i:]...)
}

// pending returns the operation as if it had not returned.
func (op *Op) pending() *Op {
	o := *op
	o.Return = 0
	return &o
}
