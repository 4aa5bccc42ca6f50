package history

import (
	"fmt"
	"slices"
	"strings"

	"raftlab/src/kvraft"
)

// A Finding says why a key's history is not linearizable.
type Finding struct {
	Key  string
	Name Name
	// Text is a sentence or a few.
	Text string
	// Core has operations that cannot be ordered, sorted by call. They cannot even if all other Gets, and all other
	// Puts that returned an error, are left out, and every other write may have its effect at any time or never. If any
	// one of them is left out, the rest can be ordered. If Name is NoOrder, Core has the operations of a part of the
	// history, as short as could be found.
	Core []Op

	model   Model
	history []*Op   // of the key, or of the part of it that Core is from
	first   content // the state before Core, if Name is NoOrder
}

// String returns what is wrong, and under it the core in words, an operation a line.
func (f Finding) String() string {
	var s strings.Builder
	fmt.Fprintf(&s, "%s: key %q: %s", f.Name, f.Key, f.Text)
	for i := range f.Core {
		fmt.Fprintf(&s, "\n    %v", f.Core[i])
	}
	return s.String()
}

func (j judge) finding(key string, c *clue) Finding {
	f := Finding{Key: key, Name: c.name, Text: c.text, model: j.model, history: c.part}
	var core []*Op
	if c.name == NoOrder {
		core, f.first = j.window(c.part)
	} else {
		core = j.core(c)
	}
	for _, op := range core {
		f.Core = append(f.Core, *op)
	}
	return f
}

// noticed returns the last event of the core: up to there the history is not linearizable.
func (f Finding) noticed() int64 { return (&clue{ops: pointers(f.Core)}).noticed() }

func pointers(ops []Op) (all []*Op) {
	for i := range ops {
		all = append(all, &ops[i])
	}
	return all
}

// noticed returns the last event of the operations.
func (c *clue) noticed() (last int64) {
	for _, op := range c.ops {
		last = max(last, op.Call, op.Return)
	}
	return last
}

// core returns a smallest set of operations that cannot be ordered, sorted by call: of the clue's operations or, if
// those are not enough, of all.
func (j judge) core(c *clue) []*Op {
	illegal := func(core []*Op) bool {
		history := forgetting(c.part, core)
		if j.model == Versioned {
			return versionedClue(history) != nil
		}
		found, _ := classicClue(history)
		return found != nil
	}
	core := slices.Clone(c.ops)
	if !illegal(core) {
		core = slices.Clone(c.part)
	}
	for size, cut := max(len(core)/2, 1), false; ; {
		for end := len(core); end > 0; end -= size {
			rest := slices.Delete(slices.Clone(core), max(end-size, 0), end)
			if illegal(rest) {
				core, cut = rest, true
			}
		}
		if size == 1 && !cut {
			break
		}
		size, cut = max(size/2, 1), false
	}
	slices.SortFunc(core, byCall)
	return slices.Compact(core)
}

// forgetting returns the history in which nothing is known of any operation but these: the other Gets are left out, and
// every other write may have its effect at any time or never. Puts that returned an error are left out, too, except
// those whose value is read: that would become a value that nobody wrote.
func forgetting(ops, but []*Op) []*Op {
	type written struct {
		value string
		at    kvraft.Version
	}
	keep, read := make(map[*Op]bool), make(map[written]bool)
	for _, op := range but {
		keep[op] = true
		if op.Method == Get {
			read[written{op.Value, op.Version - 1}] = true
		}
	}
	var known, others []*Op
	for _, op := range ops {
		failed := op.Return != 0 && (op.Err == kvraft.ErrVersion || op.Err == kvraft.ErrNoKey)
		switch {
		case keep[op]:
			known = append(known, op)
		case op.write() && (!failed || read[written{op.Value, op.Version}]):
			op = op.pending()
			op.Call = 0
			others = append(others, op)
		}
	}
	return append(others, known...)
}
