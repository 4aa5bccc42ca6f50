// Package history judges the history of a key-value store: the calls of its clerks, which are its clients, and their
// results. It says whether the history is linearizable, and if not, why, in words. It depends on no cluster and no
// scenario.
//
// Each key's history is judged by itself. Exact checks come first. They take O(n log n) and have a name for what they
// find: [Lost], [Stale], [Doubled]. They decide every history of the versioned store. Of the classic store they decide
// those in which all writes of a key have different values, none of which is empty or a prefix of another: the value
// that a Get returned then shows which writes it consists of. A Put that overlaps no other operation of its key splits
// the key's history, and each part is checked by itself, in the same way. For a part that the exact checks cannot
// decide the checker porcupine searches for a linearization. The limit of the search counts bytes of states, not time,
// so that the verdict is the same on every machine.
package history

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"raftlab/src/kvraft"
)

// Method is a method of a clerk.
type Method string

// The methods of clerks. The versioned store has no Append.
const (
	Get    Method = "Get"
	Put    Method = "Put"
	Append Method = "Append"
)

// An Op is one call of a clerk's method, and its return if there was one.
type Op struct {
	Clerk   int // its number; a clerk has at most one call at a time
	Method  Method
	Key     string
	Value   string         // a write's argument, or what a Get returned
	Version kvraft.Version // versioned store: a Put's argument, or what a Get returned
	Err     kvraft.Err     // versioned store: what the clerk returned

	// Call and Return number the events of the history, from 1 on: no two events have the same number, and an
	// event that came later has a higher one. Return is 0 if the call has not returned: a write may then have been
	// executed, or be executed at any time to come.
	Call, Return int64

	// Called and Returned are times for people to read.
	Called, Returned time.Duration
}

// A Model is a store's specification.
type Model int

const (
	// Classic is a map of strings with Get, Put and Append. A key that is not there has the value "".
	Classic Model = iota
	// Versioned is a map of strings with versions, as package kvraft has it. It is stricter than the lab's own model:
	// the version that a Get returns counts, and ErrNoKey is not the same as an empty value. ErrMaybe says that, before
	// the clerk returned, the Put was executed or the key had another version than the Put's.
	Versioned
)

// Result is what is known about a history.
type Result string

// The results of a check. Undecided is not a success: the limit was reached before there was a result.
const (
	Linearizable Result = "linearizable"
	Illegal      Result = "not linearizable"
	Undecided    Result = "undecided"
)

// A Verdict is the result of a check.
type Verdict struct {
	// Findings has one finding for each key whose history is not linearizable, in the order in which they became
	// certain: by the last event of the operations that cannot be ordered.
	Findings []Finding
	// Undecided are the keys, sorted, that the limit left undecided.
	Undecided []string
}

// Result returns Illegal if any key's history is, or else Undecided if any key's is.
func (v Verdict) Result() Result {
	switch {
	case len(v.Findings) > 0:
		return Illegal
	case len(v.Undecided) > 0:
		return Undecided
	}
	return Linearizable
}

// Check judges a history, whose operations may come in any order. It panics if one of them is not an operation of the
// model, or does not have a positive Call and a Return that is 0 or higher than that.
func Check(model Model, ops []Op) Verdict { return check(model, ops, searchLimit) }

func check(model Model, ops []Op, limit int) Verdict {
	keys := make(map[string][]*Op)
	for i := range ops {
		op := &ops[i]
		mustBeOp(model, op)
		if op.Method == Get && op.Return == 0 {
			continue // it has no effect and no result
		}
		keys[op.Key] = append(keys[op.Key], op)
	}
	var v Verdict
	for key, ops := range keys {
		slices.SortFunc(ops, byCall)
		j := judge{model: model, limit: limit}
		clue, decided := j.judge(ops)
		switch {
		case clue != nil:
			v.Findings = append(v.Findings, j.finding(key, clue))
		case !decided:
			v.Undecided = append(v.Undecided, key)
		}
	}
	slices.SortFunc(v.Findings, func(a, b Finding) int { return cmp.Compare(a.noticed(), b.noticed()) })
	slices.Sort(v.Undecided)
	return v
}

func mustBeOp(model Model, op *Op) {
	known := op.Method == Get || op.Method == Put || op.Method == Append && model == Classic
	if !known || op.Call < 1 || op.Return != 0 && op.Return <= op.Call {
		panic(fmt.Sprintf("history: no operation of this model: %+v", *op))
	}
}

// A judge checks histories of one key, whose operations are sorted by call and whose Gets have returned.
type judge struct {
	model Model
	limit int // for each search
}

// A clue shows that a history is not linearizable: it has operations that cannot be ordered, whatever the others did.
type clue struct {
	name Name
	text string
	ops  []*Op
	part []*Op // the history they are from
}

// judge returns nil and true if the history is linearizable, a clue and true if it is not, and nil and false if that is
// undecided.
func (j judge) judge(ops []*Op) (c *clue, decided bool) {
	if j.model == Versioned {
		return versionedClue(ops).of(ops), true
	}
	if c, decided = classicClue(ops); decided {
		return c.of(ops), true
	}
	decided = true
	for _, part := range parts(ops) {
		c, ok := classicClue(part)
		if !ok {
			// The first part begins with no value, every other with a Put, before which the value does not matter.
			c, ok, _ = search(j.model, content{}, part, j.limit)
		}
		if c != nil {
			return c.of(part), true
		}
		decided = decided && ok
	}
	return nil, decided
}

func (c *clue) of(part []*Op) *clue {
	if c != nil {
		c.part = part
	}
	return c
}

func byCall(a, b *Op) int { return cmp.Compare(a.Call, b.Call) }

// write reports whether the operation may change the state.
func (op *Op) write() bool { return op.Method != Get }

// end returns when the operation returned, or a time after all events.
func (op *Op) end() int64 {
	if op.Return == 0 {
		return never
	}
	return op.Return
}

// before reports whether the operation had returned when the other was called.
func (op *Op) before(other *Op) bool { return op.end() < other.Call }
