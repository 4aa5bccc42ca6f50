package history

import (
	"fmt"
	"slices"

	"raftlab/src/kvraft"
)

// versionedClue returns a clue if a history of the versioned store is not linearizable, else nil.
//
// Each version has a birth, the moment at which a Put makes it. Births come in the order of versions. Calls and returns
// are bounds for them, and the history is linearizable if all births can keep to their bounds. So each birth is placed
// as early as possible, in the order of versions; if one is too late even so, there is no solution. An ErrVersion
// allows two cases: the next version is born before its return, or its own version is born after its call. If the first
// case fails with births as early as possible, it fails in every solution, and the second must hold. So a birth is
// moved to a later time only if every solution needs that.
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

// versions is what is known of the versions of a key. Puts are under their argument, which is the version before the
// one that they make.
type versions struct {
	puts   map[kvraft.Version][]*Op // Puts that may have had an effect
	failed map[kvraft.Version][]*Op // Puts that returned ErrVersion or ErrNoKey
	ok     map[kvraft.Version]*Op   // Puts that returned OK
	get    map[kvraft.Version]*Op   // by the version that it returned: the Get that was called first
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

// addGet takes a Get into account: of the Puts that may have made its version, only those of its value remain.
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
