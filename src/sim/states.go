package sim

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"raftlab/src/box"
	"raftlab/src/cputime"
	"raftlab/src/crash"
	"raftlab/src/record"
	"raftlab/src/sim/inspect"
	"raftlab/src/sim/wire"
)

// What looking at nodes may take. Whatever is more ends the looking, and never the run.
const (
	maxLook       = time.Second      // of processor time, for a fork to say what it holds
	maxLooks      = 30 * time.Second // for all forks of a run
	moreMemory    = 16 << 20         // bytes that a fork may have besides what a node may
	maxInspected  = 4 << 20          // bytes of what it says
	maxValues     = 5000             // of a node
	maxValue      = 1000             // bytes of a path or a value
	maxGoroutines = 200              // of a node, besides those that are as another one
	maxKept       = 64 << 20         // bytes of all that is written down

	lookGarbage = 1 << 20 // bytes that a look leaves to be collected, about, besides the fork's files
)

// states writes down what nodes hold in memory: after a turn of a node, a fork of its box is asked for it. The fork has
// nobody to talk to but this, no time passes for it, and it is thrown away; so nothing of the run depends on whether it
// was asked.
type states struct {
	from  int // the first event after which it is done
	to    int // the last one, 0 for no last one
	began bool
	list  []record.State
	kept  int // bytes in list, about
	nodes []held
	spent atomic.Int64 // processor time, in ns
}

// held is what a node held when it was looked at last.
type held struct {
	values map[string]*value // by path
	looks  int
	dump   string // its goroutines
	stacks []crash.Goroutine
	blind  bool // it is not looked at any more
}

// A value is in memory.
type value struct {
	text string
	look int // the last that has seen it
}

// look writes down what a node holds after its turn that ended with an event, and before that, the first time, what the
// others hold.
func (st *states) look(s *node, event int) {
	if st == nil || event < st.from {
		return
	}
	if st.to > 0 && event > st.to {
		st.stop(s.me, event)
		return
	}
	if !st.began {
		st.began = true
		for _, other := range s.world.nodes {
			if other != s {
				st.write(other, event)
			}
		}
	}
	st.write(s, event)
}

// stop says of a node that does something, once, that it is not looked at any more.
func (st *states) stop(node, event int) {
	if h := &st.nodes[node]; !h.blind {
		h.blind = true
		st.list = append(st.list, record.State{Event: event, Node: node, Changes: []record.Change{
			{Path: "…", Value: "not looked at from here on: it is far from what the failure is about"},
		}})
	}
}

func (st *states) write(s *node, event int) {
	h := &st.nodes[s.me]
	if s.box == nil || h.blind {
		return
	}
	began := cputime.Used()
	state := record.State{Event: event, Node: s.me}
	if said, dump, err := st.ask(s); err != nil {
		h.blind = true
		state.Changes = []record.Change{{Path: "…", Value: fmt.Sprintf("not looked at from here on: %v", err)}}
	} else {
		state.Changes = h.changes(said)
		state.Goroutines = h.goroutines(dump)
	}
	st.keep(state)
	s.world.heard += int64(lookGarbage + s.box.Files())
	st.spent.Add(int64(cputime.Used() - began))
}

// ask asks a node what it holds, unless enough has been written down, or time been spent on it.
func (st *states) ask(s *node) (said []byte, dump string, err error) {
	switch {
	case st.kept > maxKept:
		return nil, "", fmt.Errorf("it would be more than %d MiB", maxKept>>20)
	case st.took() > maxLooks:
		return nil, "", fmt.Errorf("looking has taken %v", maxLooks)
	}
	return s.inspect()
}

// keep writes down a state, unless it says nothing.
func (st *states) keep(state record.State) {
	if state.Changes == nil && state.Goroutines == nil {
		return
	}
	st.list = append(st.list, state)
	const each = 64 // besides the texts
	for _, c := range state.Changes {
		st.kept += each + len(c.Path) + len(c.Value)
	}
	for _, g := range state.Goroutines {
		st.kept += each + len(g.Place) + len(g.Waits) + len(g.Stack)
	}
}

// took is how much processor time looking has taken. Any goroutine may call it.
func (st *states) took() time.Duration {
	if st == nil {
		return 0
	}
	return time.Duration(st.spent.Load())
}

// inspect asks a fork of the node what it holds, and for its goroutines. said is nil if it does not answer.
func (s *node) inspect() (said []byte, dump string, err error) {
	fork, err := s.box.Fork(box.Config{
		MemoryLimit: s.world.nodeMemory() + moreMemory,
		Receive: func(data []byte) {
			var m wire.Inspected
			if said == nil && len(data) <= maxInspected && wire.OpOf(data) == wire.OpInspected && m.Parse(data) == nil {
				said = append([]byte{}, m.Data...)
			}
		},
	})
	if err != nil {
		return nil, "", err
	}
	defer fork.Close()
	defer fork.InterruptAfter(maxLook)()
	fork.Deliver(wire.Inspect{Zero: s.wall}.Append(nil))
	if fork.Run(0) == box.Exited { // at the time that it is there
		return nil, "", reason(fork.Err())
	}
	return said, fork.Dump(), nil
}

// reason says in a few words what a fork ended of.
func reason(err error) error {
	switch {
	case errors.Is(err, box.ErrInterrupted):
		return fmt.Errorf("it takes more than %v", maxLook)
	case errors.Is(err, box.ErrMemory):
		return errors.New("it takes too much memory")
	}
	return errors.New("it ends the process")
}

// changes compares what a node says that it holds with what it held before.
func (h *held) changes(said []byte) (list []record.Change) {
	if said == nil {
		return nil
	}
	if h.values == nil {
		h.values = make(map[string]*value)
	}
	h.looks++
	lines, seen := 0, 0
	// What cannot be read is left out.
	_ = inspect.Read(said, func(path, text []byte) {
		if lines++; lines > maxValues {
			return
		}
		path, text = path[:min(len(path), maxValue)], text[:min(len(text), maxValue)]
		v := h.values[string(path)]
		changed := v == nil || v.text != string(text)
		if v == nil {
			v = new(value)
			h.values[string(path)] = v
		}
		if v.look != h.looks {
			seen++
		}
		v.look = h.looks
		if changed {
			v.text = string(text)
			list = append(list, record.Change{Path: string(shown(path)), Value: string(shown(text))})
		}
	})
	if seen == len(h.values) {
		return list
	}
	var gone []record.Change
	for path, v := range h.values {
		if v.look != h.looks {
			delete(h.values, path)
			gone = append(gone, record.Change{Path: printable(path), Gone: true})
		}
	}
	slices.SortFunc(gone, func(a, b record.Change) int { return cmp.Compare(a.Path, b.Path) })
	return append(list, gone...)
}

func printable(text string) string { return string(shown([]byte(text))) }

// goroutines returns those of a node, nil if they are as before.
func (h *held) goroutines(dump string) []record.Goroutine {
	if dump == h.dump {
		return nil
	}
	before := h.stacks
	h.dump, h.stacks = dump, crash.Goroutines(dump)
	if before != nil && slices.Equal(before, h.stacks) {
		return nil
	}
	list := make([]record.Goroutine, 0, len(h.stacks))
	for i, g := range h.stacks {
		if i == maxGoroutines {
			list = append(list, record.Goroutine{Place: "…", Waits: fmt.Sprintf("%d more places", len(h.stacks)-i)})
			break
		}
		if g.Count > 1 {
			g.Waits += fmt.Sprintf(" (%d goroutines)", g.Count)
		}
		list = append(list, record.Goroutine{Place: printable(g.Place), Waits: printable(g.Waits), Stack: printable(g.Stack)})
	}
	return list
}
