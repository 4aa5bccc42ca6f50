package history

import (
	"cmp"
	"fmt"
	"slices"

	"raftlab/src/kvraft"
)

// A birth is when a version is made, and the operations that bound that time.
type birth struct {
	puts   []*Op // one of these makes the version
	since  *Op   // the birth must be after its call; of several such operations the last called
	forced []*Op // the operations because of which it must be after the call of since
	until  *Op   // the birth must be before its return; of several such operations the first to return
	either []*Op // the birth must be after their calls, unless the next version's birth is before their returns

	at  int64 // the birth is just after this event; never: there is no such version
	why []*Op // the operations because of which it cannot be earlier
}

// births looks for a time for each version's birth.
func (v *versions) births(ops []*Op) *clue {
	// No version is born after one that no Put can have made. ErrVersion may ask for the first two.
	n := 1
	for len(v.puts[kvraft.Version(n-1)]) > 0 {
		n++
	}
	n = max(n, 2)
	b := make([]birth, n+1) // by version; that of 0 is before everything
	for i := 1; i <= n; i++ {
		at := kvraft.Version(i - 1)
		if b[i].puts = v.puts[at]; v.ok[at] != nil {
			b[i].puts = []*Op{v.ok[at]} // The others had no effect.
		}
	}
	for _, op := range ops {
		bound(b, op)
	}
	newest := v.newest()
	for i := 1; i <= n; i++ {
		b[i].earliest(&b[i-1])
		if b[i].at == never && kvraft.Version(i) <= newest {
			return v.unborn(kvraft.Version(i), &b[i])
		}
		if until := b[i].until; until != nil && b[i].at >= until.Return {
			if refused(until) {
				return noReason(until, v.shown(until, b[i].why), i == 1 && until.Version > 0)
			}
			return v.lateBirth(until, b[i].why)
		}
		// Births before this one that now have to be later are looked at again.
		if b[i-1].giveWay(&b[i]) {
			i -= 2
		}
	}
	return nil
}

// bound adds the bounds that an operation sets for births.
func bound(b []birth, op *Op) {
	after := func(i kvraft.Version) {
		if i < kvraft.Version(len(b)) && (b[i].since == nil || b[i].since.Call < op.Call) {
			b[i].since = op
		}
	}
	before := func(i kvraft.Version) {
		if i < kvraft.Version(len(b)) && (b[i].until == nil || b[i].until.Return > op.Return) {
			b[i].until = op
		}
	}
	switch {
	case op.Return == 0:
	case op.Err == kvraft.ErrNoKey:
		after(1)
	case op.Method == Get:
		before(op.Version)
		after(op.Version + 1)
	case op.Err != kvraft.OK: // ErrVersion, or ErrMaybe: if that was executed, the next version is there, too.
		before(1)
		if op.Version == 1 {
			before(2)
		} else if op.Version > 1 && op.Version < kvraft.Version(len(b)-1) {
			b[op.Version].either = append(b[op.Version].either, op)
		}
	}
}

// earliest places a birth as early as possible after last, the birth of the version before.
func (b *birth) earliest(last *birth) {
	from, why := last.at, last.why
	if b.since != nil && b.since.Call > from {
		from, why = b.since.Call, append([]*Op{b.since}, b.forced...)
	}
	b.at = never
	for _, put := range b.puts {
		if put.end() > from {
			b.at = min(b.at, max(from, put.Call))
		}
	}
	switch {
	case b.at == from:
		b.why = why
	case len(b.puts) == 1 && b.at != never:
		b.why = b.puts
	default: // One that could be earlier had returned by then.
		b.why = slices.Concat(why, b.puts)
	}
}

// giveWay reports whether the birth has to be later, given the birth of the next version.
func (b *birth) giveWay(next *birth) bool {
	moved := false
	for _, op := range b.either {
		if next.at >= op.Return && b.at < op.Call {
			if b.since == nil || b.since.Call < op.Call {
				b.since, b.forced = op, next.why
			}
			moved = true
		}
	}
	return moved
}

// newest returns the newest version that must have existed.
func (v *versions) newest() (newest kvraft.Version) {
	for version := range v.get {
		newest = max(newest, version)
	}
	for version := range v.ok {
		newest = max(newest, version, version+1)
	}
	return newest
}

// unborn explains a version that must have existed, as it or a later one was seen, but that no Put can have made.
func (v *versions) unborn(version kvraft.Version, b *birth) *clue {
	if len(b.puts) > 0 {
		until := slices.MaxFunc(b.puts, func(a, b *Op) int { return cmp.Compare(a.Return, b.Return) })
		return v.lateBirth(until, b.why)
	}
	var seen *Op
	for at, op := range v.get {
		if at >= version && (seen == nil || op.Call < seen.Call) {
			seen = op
		}
	}
	for at, op := range v.ok {
		if at >= version && (seen == nil || op.Call < seen.Call) {
			seen = op
		}
	}
	failed := v.failed[version-1]
	ops := append(slices.Clone(failed), seen)
	switch len(failed) {
	case 0:
		return newClue(NoVersion, ops, seen.returned(), fmt.Sprintf("But no Put made version %d", version))
	case 1:
		return newClue(FalseError, ops, seen.returned(), fmt.Sprintf("Only %s can have made version %d, and it %s",
			failed[0].did(), version, failed[0].came()))
	}
	return newClue(FalseError, ops, seen.returned(), fmt.Sprintf("One of %d Puts at version %d took effect, and "+
		"all returned an error: %s", len(failed), version-1, failed[0].returned()))
}

// shown returns the operations and, for each Put among them that did not return OK, a Get that shows its effect.
func (v *versions) shown(op *Op, others []*Op) []*Op {
	ops := append([]*Op{op}, others...)
	for _, op := range ops {
		if get := v.get[op.Version+1]; op.Method == Put && op.Err != kvraft.OK && get != nil {
			ops = append(ops, get)
		}
	}
	return ops
}

// lateBirth explains a birth that must be before the return of until, and cannot be because of the operations in why,
// the first of which was called later.
func (v *versions) lateBirth(until *Op, why []*Op) *clue {
	ops, late := v.shown(until, why), why[0]
	switch {
	case len(why) > 1 && refused(late):
		return noReason(late, ops, false)
	case late.Err == kvraft.ErrNoKey:
		return newClue(Vanished, ops, until.returned(), late.then()+" "+late.came())
	case late.write() && until.write():
		return newClue(OutOfOrder, ops, until.returned(), late.then()+" made an older version")
	case late.write():
		return newClue(Premature, ops, until.returned(), late.then()+" made that version, or an older one")
	case !until.write():
		return newClue(WentBack, ops, until.returned(), late.then()+" "+late.came())
	case v.newest() > until.Version+1 || v.get[until.Version+1] != nil:
		return newClue(Stale, ops, until.returned(), late.then()+" "+late.came(), "Others have seen what it made")
	}
	return newClue(Lost, ops, until.returned(), late.then()+" "+late.came(), "No Get has it")
}

func refused(op *Op) bool {
	return op.Method == Put && (op.Err == kvraft.ErrVersion || op.Err == kvraft.ErrMaybe)
}

func noReason(put *Op, ops []*Op, noKey bool) *clue {
	if noKey {
		return newClue(WrongAnswer, ops, put.returned(), "There was no such key before it returned")
	}
	return newClue(NoReason, ops, put.returned(),
		fmt.Sprintf("From its call to its return the version was %d", put.Version))
}

func wrongAnswer(op *Op) *clue {
	if op.Err == kvraft.ErrNoKey {
		return newClue(WrongAnswer, []*Op{op}, op.returned(), "Where there is no key a Put at version 0 makes it")
	}
	return newClue(WrongAnswer, []*Op{op}, op.returned(), fmt.Sprintf("That is no answer to a %s", op.Method))
}
