package export

import (
	"maps"

	"raftlab/src/record"
)

// A clock is a vector clock: how many events of each process happened before an event, or are it.
type clock map[string]int

// harness is the process of what the scenario does and says.
const harness = "scenario"

// process is where an event happens. Of messages that are lost nobody knows, so that those events happen nowhere: "".
func process(rec *record.Recording, e record.Event) string {
	switch {
	case e.Node >= 0 && e.Node < len(rec.Nodes):
		return rec.Nodes[e.Node].Name
	case e.Call > 0:
		return ""
	default:
		return harness
	}
}

// clocks are the vector clocks of a recording's events, in their order. Events of one process come one after another;
// apart from that an event comes after its causes. What happens nowhere is counted by no process, and hands on what
// came before it.
func clocks(rec *record.Recording) []clock {
	all := make([]clock, len(rec.Events))
	last := make(map[string]clock) // by process
	for i, e := range rec.Events {
		at := process(rec, e)
		now := maps.Clone(last[at])
		if now == nil || at == "" {
			now = make(clock)
		}
		for _, cause := range e.Causes {
			if n := cause - rec.Dropped - 1; n >= 0 && n < i {
				for p, count := range all[n] {
					now[p] = max(now[p], count)
				}
			}
		}
		if at != "" {
			now[at]++
			last[at] = now
		}
		all[i] = now
	}
	return all
}
