package history

import (
	"fmt"
	"slices"

	"raftlab/src/kvraft"
)

// versionedClue decides about a history of the versioned store.
//
// Each version has a birth, the moment at which a Put makes it. The births come one after another, and all that is
// known are bounds for them, which are calls and returns. So each birth is put as early as it can be, in the order of
// versions; if one would then come too late, there is no solution. An ErrVersion is about two births: either the next
// version is born before its return, or its own version only after its call. With the births as early as they can be
// the first is tried, and if that is not so, it can be in no solution, and the second is needed. So births move only to
// later times that every solution needs.
func versionedClue(ops []*Op) *clue {
	v := versions{
		puts:   make(map[kvraft.Version][]*Op),
		failed: make(map[kvraft.Version][]*Op),
		ok:     make(map[kvraft.Version]*Op),
		get:    make(map[kvraft.Version]*Op),
	}
	for _, op := range ops {
		if c := v.addPut(op); c != nil {
			return c
		}
	}
	for _, op := range ops {
		if c := v.addGet(op); c != nil {
			return c
		}
	}
	return v.births(ops)
}

// versions are what is known of the versions of a key.
type versions struct {
	puts   map[kvraft.Version][]*Op // by the version they were given: those that may have had an effect
	failed map[kvraft.Version][]*Op // those whose clerk returned that they had none
	ok     map[kvraft.Version]*Op   // those whose clerk returned OK
	get    map[kvraft.Version]*Op   // the first called Get of each version
}

func (v *versions) addPut(op *Op) *clue {
	at := op.Version
	switch {
	case op.Method != Put:
	case op.Return == 0 || op.Err == kvraft.ErrMaybe:
		v.puts[at] = append(v.puts[at], op)
	case op.Err == kvraft.OK && v.ok[at] != nil:
		return newClue(TwoPuts, []*Op{v.ok[at], op}, v.ok[at].returned(), op.returned())
	case op.Err == kvraft.OK:
		v.ok[at] = op
		v.puts[at] = append(v.puts[at], op)
	case op.Err == kvraft.ErrVersion || op.Err == kvraft.ErrNoKey && at != 0:
		v.failed[at] = append(v.failed[at], op)
	default:
		return wrongAnswer(op)
	}
	return nil
}

// addGet leaves of the Puts at the version before that of a Get those that wrote its value.
func (v *versions) addGet(op *Op) *clue {
	if op.Method != Get || op.Err == kvraft.ErrNoKey {
		return nil
	}
	if op.Err != kvraft.OK || op.Version == 0 {
		return wrongAnswer(op)
	}
	at := op.Version - 1
	if other := v.get[op.Version]; other != nil {
		if other.Value == op.Value {
			return nil
		}
		return newClue(TwoPuts, []*Op{other, op}, other.returned(), op.returned())
	}
	v.get[op.Version] = op
	wrote := func(put *Op) bool { return put.Value == op.Value }
	if !slices.ContainsFunc(v.puts[at], wrote) {
		if i := slices.IndexFunc(v.failed[at], wrote); i >= 0 {
			put := v.failed[at][i]
			return newClue(FalseError, []*Op{op, put}, put.returned(), "But it took effect: "+op.returned())
		}
		return newClue(NeverWritten, []*Op{op}, op.returned(), fmt.Sprintf("No Put at version %d wrote that", at))
	}
	if ok := v.ok[at]; ok != nil && !wrote(ok) {
		return newClue(TwoPuts, []*Op{op, ok}, ok.returned(), op.returned()+", which another Put at that version wrote")
	}
	v.puts[at] = slices.DeleteFunc(v.puts[at], func(put *Op) bool { return !wrote(put) })
	return nil
}
