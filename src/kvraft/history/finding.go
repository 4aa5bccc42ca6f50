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
	// Core are operations that cannot be ordered, sorted by call, even if each other write may have had its effect at
	// any time, or never, and there were no other Gets, nor Puts that returned an error. Without any one of them the
	// rest could be. A finding with the name NoOrder has the operations of a part of the history, as short as could be
	// found.
	Core []Op

	model   Model
	history []*Op   // of the key, or of the part of it that Core is from
	first   content // the state that a Core without a name for it begins with
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

// noticed is the last call or return without which there would be nothing to find.
func (f Finding) noticed() int64 { return (&clue{ops: pointers(f.Core)}).noticed() }

func pointers(ops []Op) (all []*Op) {
	for i := range ops {
		all = append(all, &ops[i])
	}
	return all
}

// noticed is the last event of the operations.
func (c *clue) noticed() (last int64) {
	for _, op := range c.ops {
		last = max(last, op.Call, op.Return)
	}
	return last
}

// core returns operations of the clue that cannot be ordered, of which none can be left out, sorted by call. Where the
// clue has not enough of them it looks among all.
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

// forgetting returns the history without what is known of all operations but these: each other write may have had its
// effect at any time, or never, and there were no other Gets. Puts that returned an error are left out, but for those
// whose value is read: so a value that was written stays one that was written.
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
