package history

import (
	"fmt"
	"hash/maphash"
	"slices"
	"strings"

	"github.com/anishathalye/porcupine"

	"raftlab/src/kvraft"
)

const (
	// searchLimit is how many bytes of states a search may make.
	searchLimit = 128 << 20
	// coreSearches is how many searches a smallest part may take at least; together they have the limit of one.
	coreSearches = 16
)

// search has porcupine look for a linearization that starts in a state. It returns false if that takes more than the
// limit, in bytes of states.
func search(model Model, first content, ops []*Op, limit int) (c *clue, decided bool, cost int) {
	ops = slices.DeleteFunc(slices.Clone(ops), func(op *Op) bool { return model == Classic && unseen(op, ops) })
	m := limited(model.porcupine(first), len(ops), limit, &cost)
	switch {
	case porcupine.CheckOperations(m, operations(ops)):
		return nil, true, cost
	case cost > limit:
		return nil, false, cost
	}
	return newClue(NoOrder, ops, "These operations have no order in which each could return what it did"), true, cost
}

// limited returns the model for a search among n operations that is to cost no more than the limit.
func limited(m porcupine.Model, n, limit int, cost *int) porcupine.Model {
	each := 128 + n/8 // bytes for a state and the set of operations that led to it
	step := m.Step
	m.Step = func(state, input, output any) (bool, any) {
		if *cost > limit {
			return false, state // From here on the search finds nothing, and soon ends.
		}
		ok, next := step(state, input, output)
		if *cost++; ok {
			*cost += each + len(next.(content).value)
		}
		return ok, next
	}
	return m
}

// unseen reports whether an operation is a write that has not returned and that no Get shows: it can be left out.
func unseen(op *Op, ops []*Op) bool {
	return op.write() && op.Return == 0 && !slices.ContainsFunc(ops, func(get *Op) bool {
		return get.Method == Get && strings.Contains(get.Value, op.Value)
	})
}

// operations returns the operations for porcupine. Those that have not returned may return after all others, where they
// have no effect on anybody.
func operations(ops []*Op) []porcupine.Operation {
	last := (&clue{ops: ops}).noticed() + 1
	var all []porcupine.Operation
	for _, op := range ops {
		all = append(all, porcupine.Operation{ClientId: op.Clerk, Input: op, Call: op.Call, Return: min(op.end(), last)})
	}
	return all
}

// content is the state of a key. Its version is 0 if the key does not exist, and always in the classic store.
type content struct {
	value   string
	version kvraft.Version
	open    bool // There may be anything before value.
}

func (c content) String() string {
	switch {
	case c.open:
		return "… and " + quote(c.value)
	case c.version > 0:
		return fmt.Sprintf("%s of version %d", quote(c.value), c.version)
	}
	return quote(c.value)
}

// porcupine returns the model for a key with that content at first.
func (m Model) porcupine(first content) porcupine.Model {
	step := content.classic
	if m == Versioned {
		step = content.versioned
	}
	seed := maphash.MakeSeed()
	return porcupine.Model{
		Init:              func() any { return first },
		Step:              func(state, input, _ any) (bool, any) { return step(state.(content), input.(*Op)) },
		Equal:             func(a, b any) bool { return a == b },
		Hash:              func(state any) uint64 { return maphash.Comparable(seed, state.(content)) },
		DescribeOperation: func(input, _ any) string { return input.(*Op).returned() },
		DescribeState:     func(state any) string { return state.(content).String() },
	}
}

// classic is a step of the classic store.
func (c content) classic(op *Op) (bool, any) {
	switch op.Method {
	case Get:
		if c.open && strings.HasSuffix(op.Value, c.value) {
			c = content{value: op.Value}
		}
		return c == content{value: op.Value}, c
	case Put:
		return true, content{value: op.Value}
	default:
		return true, content{value: c.value + op.Value, open: c.open}
	}
}

// versioned is a step of the versioned store.
func (c content) versioned(op *Op) (bool, any) {
	there, right := c.version > 0, c.version == op.Version
	switch {
	case op.Method == Get:
		return there && op.Err == kvraft.OK && c.value == op.Value && right || !there && op.Err == kvraft.ErrNoKey, c
	case right && (op.Return == 0 || op.Err == kvraft.OK || op.Err == kvraft.ErrMaybe):
		return true, content{value: op.Value, version: op.Version + 1}
	case op.Return == 0:
		return true, c
	case op.Err == kvraft.ErrNoKey:
		return !right && !there, c
	}
	return !right && there && (op.Err == kvraft.ErrVersion || op.Err == kvraft.ErrMaybe), c
}
