package record

import "slices"

// Last returns the recording with no more than its last n events. What was known of a node's memory before those is
// one State, of the last event of it that was left out.
func (rec *Recording) Last(n int) *Recording {
	over := len(rec.Events) - max(n, 0)
	if over <= 0 {
		return rec
	}
	short := *rec
	short.Events = rec.Events[over:]
	short.Dropped += over
	later := slices.IndexFunc(rec.States, func(s State) bool { return s.Event > short.Dropped })
	if later < 0 {
		later = len(rec.States)
	}
	short.States = append(sum(rec.States[:later]), rec.States[later:]...)
	return &short
}

// sum makes one State of all of a node's, in the order of their events.
func sum(states []State) []State {
	var all []State
	for _, s := range states {
		i := slices.IndexFunc(all, func(before State) bool { return before.Node == s.Node })
		if i < 0 {
			all = append(all, State{Node: s.Node})
			i = len(all) - 1
		}
		one := &all[i]
		one.Event = s.Event
		if s.Goroutines != nil {
			one.Goroutines = s.Goroutines
		}
		one.Changes = append(one.Changes, s.Changes...)
	}
	for i := range all {
		all[i].Changes = latest(all[i].Changes)
	}
	slices.SortFunc(all, func(a, b State) int { return a.Event - b.Event })
	return all
}

// latest is what is left of changes when each value is what it was last, or gone.
func latest(changes []Change) []Change {
	last := make(map[string]int)
	for i, c := range changes {
		last[c.Path] = i
	}
	var left []Change
	for i, c := range changes {
		if last[c.Path] == i && !c.Gone {
			left = append(left, c)
		}
	}
	return left
}
