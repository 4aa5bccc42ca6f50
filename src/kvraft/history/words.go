package history

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"raftlab/src/kvraft"
)

// newClue returns a clue with its sentences.
func newClue(name Name, ops []*Op, sentences ...string) *clue {
	return &clue{name: name, ops: ops, text: strings.Join(sentences, ". ") + "."}
}

// did formats a call: its clerk, method and arguments but the key.
func (op *Op) did() string {
	text := fmt.Sprintf("C%d's %s", op.Clerk, op.Method)
	if op.write() {
		text += " of " + quote(op.Value)
	}
	if op.write() && (op.Err != "" || op.Version != 0) {
		text += fmt.Sprintf(" at version %d", op.Version)
	}
	return text
}

// came formats what a call returned, and when.
func (op *Op) came() string {
	at := " at " + seconds(op.Returned)
	switch {
	case op.Return == 0:
		return "did not return"
	case op.Method == Get && op.Err == kvraft.OK:
		return fmt.Sprintf("returned %s of version %d", quote(op.Value), op.Version) + at
	case op.Err != "":
		return "returned " + string(op.Err) + at
	case op.Method == Get:
		return "returned " + quote(op.Value) + at
	}
	return "returned" + at
}

// returned is a sentence about an operation that has returned.
func (op *Op) returned() string { return op.did() + " " + op.came() }

// String returns all that is known of an operation but its key, in words.
func (op Op) String() string {
	return fmt.Sprintf("%s, called at %s, %s", op.did(), seconds(op.Called), op.came())
}

// then begins a sentence about an operation. The operation of the sentence before had returned when it was called.
func (op *Op) then() string { return op.did() + ", called after that at " + seconds(op.Called) + "," }

func seconds(d time.Duration) string {
	return strconv.FormatFloat(math.Round(d.Seconds()*1e4)/1e4, 'f', -1, 64) + " s"
}

// quote quotes a value. A long value is cut to its two ends.
func quote(s string) string {
	const head, tail = 16, 32
	if len(s) <= head+tail+8 {
		return strconv.Quote(s)
	}
	return fmt.Sprintf("%q…%q (%d bytes)", s[:head], s[len(s)-tail:], len(s))
}

func neverWritten(get *Op, at int) *clue {
	if at == 0 {
		return newClue(NeverWritten, []*Op{get}, get.returned(), "Nobody wrote that")
	}
	return newClue(NeverWritten, []*Op{get}, get.returned(),
		fmt.Sprintf("Nobody wrote what it has from byte %d on, %s", at, quote(get.Value[at:])))
}

func doubled(get, write *Op, first, second int) *clue {
	return newClue(Doubled, []*Op{get}, write.did()+" was executed twice",
		fmt.Sprintf("%s and has it as write %d and as write %d", get.returned(), first, second))
}

func twoEpochs(write, one, other *Op) *clue {
	return newClue(Doubled, []*Op{one, other}, write.did()+" was executed twice, before a Put and after it",
		one.returned(), other.returned())
}

func notReplaced(get, put *Op) *clue {
	return newClue(NotReplaced, []*Op{get}, get.returned(), put.did()+" is in it, but not the first")
}

func reordered(one, other, first, second *Op) *clue {
	return newClue(OutOfOrder, []*Op{one, other},
		fmt.Sprintf("Two Gets disagree which came first, %s or %s", first.did(), second.did()),
		one.returned(), other.returned())
}

func missing(write, in, other *Op) *clue {
	return newClue(Lost, []*Op{in, other}, in.returned()+" without "+write.did(),
		other.returned()+" and has it before a write that both have")
}

func forked(one, other, ones, others *Op) *clue {
	ops := []*Op{one, other}
	switch {
	case one.before(other):
		return newClue(Lost, ops, one.returned(), other.then()+" "+other.came()+", without "+ones.did())
	case other.before(one):
		return newClue(Lost, ops, other.returned(), one.then()+" "+one.came()+", without "+others.did())
	}
	return newClue(Forked, ops, fmt.Sprintf("Two Gets at the same time differ: where one has %s, the other has %s",
		ones.did(), others.did()), one.returned(), other.returned())
}

// tooLate explains an operation that was called after another of its epoch had returned, and comes before it for a Get.
func tooLate(earlier, late, by *Op) *clue {
	ops := []*Op{late, earlier, by}
	switch {
	case !late.write() && earlier.write():
		return newClue(Stale, ops, earlier.returned(), late.then()+" "+late.came()+" without it",
			"Others have it: "+by.returned())
	case !late.write():
		return newClue(WentBack, ops, earlier.returned(), late.then()+" "+late.came()+", which is less")
	case !earlier.write():
		return newClue(Premature, ops, earlier.returned(), late.then()+" is in that already")
	}
	return newClue(OutOfOrder, ops, earlier.returned(), late.then()+" comes before it: "+by.returned())
}

// overwritten explains an operation of an epoch that was called after one of a later epoch had returned. That epoch's
// value was read by a Get, or by nobody.
func overwritten(late, earlier, by *Op, ops []*Op) *clue {
	older := late.then() + " was executed on an older value"
	if !late.write() {
		older = late.then() + " " + late.came() + ", an older value"
	}
	switch {
	case by == nil && !late.write():
		return newClue(Lost, ops, earlier.returned(), "No Get has it", late.then()+" "+late.came()+" without it")
	case by == nil:
		return newClue(Lost, ops, earlier.returned(), "No Get has it", older)
	case late.write():
		return newClue(OutOfOrder, ops, earlier.returned(), older)
	case earlier.write():
		return newClue(Stale, ops, earlier.returned(), older, "Others have it: "+by.returned())
	}
	return newClue(WentBack, ops, earlier.returned(), older)
}
