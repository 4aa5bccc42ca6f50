package crash

import (
	"path"
	"strings"
)

// A Goroutine is one that is in a function of the code under test, or several that are alike.
type Goroutine struct {
	Count int
	Place string // where in that code
	Waits string // what for, as Go calls it; who has it, if it is a lock
	Stack string // the functions of that code, a line for each, the innermost first
}

// Goroutines returns those of a traceback that are in the code under test, in its order.
func Goroutines(dump string) (list []Goroutine) {
	held := holders(dump)
	known := make(map[Goroutine]int) // where in list
	for _, s := range stacksOf(dump) {
		var stack []string
		for _, f := range s.frames {
			if foreign(f.function) {
				stack = append(stack, shortName(f.function)+" at "+path.Base(f.place))
			}
		}
		if stack == nil {
			continue
		}
		g := Goroutine{Place: stack[0], Waits: s.state, Stack: strings.Join(stack, "\n")}
		if s.overRPC() {
			g.Waits = "the reply to an RPC"
		} else if h, ok := s.holder(held); ok && h.place != "" {
			g.Waits += ", held since " + h.place
		}
		i, ok := known[g]
		if !ok {
			i = len(list)
			known[g] = i
			list = append(list, g)
		}
		list[i].Count++
	}
	return list
}
