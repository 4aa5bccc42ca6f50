package history

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/anishathalye/porcupine"

	"raftlab/src/kvraft"
)

// A page has at most so many operations for porcupine to order, and so many others beside them.
const (
	drawnLimit  = 150
	besideLimit = 1000
	pageLimit   = searchLimit / 16 // of each of two searches
)

// WriteHTML writes porcupine's page of the finding: the core and the writes whose values it has read, with the longest
// orders that porcupine found, and beside them, as annotations, what else happened to the key from the core's first
// call to its last event. What came before all of that is in the state that the page begins with, where it can be.
func (f Finding) WriteHTML(w io.Writer) error {
	drawn, first := f.drawn()
	model := f.model.porcupine(first)
	_, info := porcupine.CheckOperationsVerbose(limited(model, len(drawn), pageLimit, new(int)), operations(drawn), 0)
	info.AddAnnotations(f.beside(drawn))
	if err := porcupine.Visualize(model, info, w); err != nil {
		return fmt.Errorf("history: page of key %q: %w", f.Key, err)
	}
	return nil
}

// drawn returns what porcupine is to order, and the state that this begins with.
func (f Finding) drawn() ([]*Op, content) {
	if f.Name == NoOrder {
		return pointers(f.Core), f.first
	}
	core := make(map[int64]bool) // by call
	for _, op := range f.Core {
		core[op.Call] = true
	}
	first, needed := f.begin(core)
	var own, others []*Op
	for _, op := range f.history {
		if core[op.Call] {
			own = append(own, op)
		} else if op.write() && needed(op) {
			others = append(others, op)
		}
	}
	if len(own)+len(others) <= drawnLimit {
		drawn := append(others, own...)
		if c, decided, _ := search(f.model, first, drawn, pageLimit); c != nil || !decided {
			return drawn, first
		}
	}
	return own, content{} // What is wrong lies before that state, or there is too much.
}

// begin returns a state that all orders of the core go through first, and which of the other writes come after that and
// were seen by the core.
func (f Finding) begin(core map[int64]bool) (first content, needed func(*Op) bool) {
	if f.model == Versioned {
		return f.beginVersioned()
	}
	var gets []string
	for _, op := range f.Core {
		if op.Method == Get {
			gets = append(gets, op.Value)
		}
	}
	var w words
	if w.fill(f.history) && len(gets) > 0 {
		first.value = w.common(gets, core)
	}
	return first, func(op *Op) bool {
		return slices.ContainsFunc(gets, func(value string) bool {
			return strings.Contains(value[len(first.value):], op.Value)
		})
	}
}

// common returns what the values begin with that is made of different writes, none of them of the core.
func (w words) common(values []string, core map[int64]bool) string {
	starts := make(map[*Op]int)
	for at := 0; ; {
		next := w.first(values[0][at:])
		if next == nil || core[next.Call] || next.Method == Put && at > 0 {
			return values[0][:at]
		}
		if start, twice := starts[next]; twice {
			return values[0][:start]
		}
		starts[next] = at
		for _, value := range values {
			if !strings.HasPrefix(value[at:], next.Value) {
				return values[0][:at]
			}
		}
		at += len(next.Value)
	}
}

func (f Finding) beginVersioned() (first content, needed func(*Op) bool) {
	low, high := f.Core[0].Version, f.Core[0].Version
	for _, op := range f.Core {
		low, high = min(low, op.Version), max(high, op.Version)
	}
	first.version = low
	for _, op := range f.history {
		if op.Method == Get && op.Version == low || op.Err == kvraft.OK && op.Version+1 == low {
			first.value = op.Value
		}
	}
	return first, func(op *Op) bool { return low <= op.Version && op.Version < high }
}

// beside returns what else happened from the first call of the core to its last event.
func (f Finding) beside(drawn []*Op) []porcupine.Annotation {
	shown := make(map[*Op]bool)
	for _, op := range drawn {
		shown[op] = true
	}
	from, to := f.Core[0].Call, f.noticed()
	var all []porcupine.Annotation
	for _, op := range slices.Backward(f.history) {
		if !shown[op] && op.end() >= from && op.Call <= to && len(all) < besideLimit {
			all = append(all, porcupine.Annotation{ClientId: op.Clerk, Start: op.Call, End: min(op.end(), to),
				Description: op.returned(), Details: op.String(), BackgroundColor: "#dddddd"})
		}
	}
	return all
}
