package sim

import (
	"fmt"
	"strings"

	"raftlab/src/box"
	"raftlab/src/cluster"
	"raftlab/src/crash"
)

// stacks are the goroutines of a node that is up. They are printed by a copy of it, which may be large.
func (s *node) stacks() string {
	defer box.Collect()
	return s.box.Stacks()
}

// deadlocked ends the run because a method did not return. What it waits for, and who holds that, is told first.
func (s *node) deadlocked(method string) {
	dump := s.stacks()
	why, list := crash.Blocked(dump, s.world.run.Callers[method]...)
	if site := crash.Waits(dump); why == "" && site != "" {
		why = "a goroutine waits for a lock in " + site
	}
	if why != "" {
		why = "; " + why
	}
	s.world.fail(cluster.Deadlock, "%s: %s has not returned for %v%s\n\n%s", s.Name, method, patience, why,
		strings.Join(list, "\n\n"))
}

// stuck ends a run in which nothing is left to happen although the scenario waits. The watchdogs have something
// on the agenda as long as a node that runs is waited for, so that this is the scenario's own doing, as when it
// asks a node that it has paused.
func (w *world) stuck() {
	if w.stopped {
		w.lost = true // those that wait were told, and wait on
		return
	}
	var waits []string
	var stacks strings.Builder
	for _, s := range w.nodes {
		if s.box == nil {
			continue
		}
		for _, method := range s.dog.waits() {
			wait := fmt.Sprintf("%s of %s", method, s.Name)
			if s.dog.paused {
				wait += ", which is paused"
			}
			waits = append(waits, wait)
		}
		for _, g := range crash.Foreign(s.stacks()) {
			fmt.Fprintf(&stacks, "\n\n%s: %s", s.Name, crash.Brief(g))
		}
	}
	if waits == nil {
		waits = []string{"its own goroutines"}
	}
	w.fail(cluster.Deadlock, "nothing is left to happen, and the scenario waits for %s%s",
		strings.Join(waits, " and for "), &stacks)
}
