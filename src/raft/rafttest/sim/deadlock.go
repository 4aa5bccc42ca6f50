package sim

import (
	"fmt"
	"strings"

	"raftlab/src/raft/rafttest"
	"raftlab/src/raft/rafttest/autopsy"
)

// callers are the functions of the guest that call a Raft's methods.
var callers = map[string][]string{
	"Make":     {guest + "makeRaft"},
	"GetState": {guest + "(*server).look"},
	"Start":    {guest + "(*server).start"},
	"Snapshot": {guest + "(*server).snapshot", guest + "apply"},
	"Kill":     {guest + "(*server).kill"},
}

const guest = "raftlab/src/raft/rafttest/sim/guest."

// stacks are the goroutines of a server that is up. They are printed by a copy of it, which may be large.
func (s *server) stacks() string {
	defer collect()
	return s.box.Stacks()
}

// deadlocked ends the run because a method did not return. What it waits for, and who holds that, is told first.
func (s *server) deadlocked(method string) {
	dump := s.stacks()
	why, list := autopsy.Blocked(dump, callers[method]...)
	if site := autopsy.Waits(dump); why == "" && site != "" {
		why = "a goroutine waits for a lock in " + site
	}
	if why != "" {
		why = "; " + why
	}
	s.world.fail(rafttest.Deadlock, "S%d: %s has not returned for %v%s\n\n%s", s.me, method, patience, why, strings.Join(list, "\n\n"))
}

// stuck ends a run in which nothing is left to happen although the scenario waits. The watchdogs have something
// on the agenda as long as a server that runs is waited for, so that this is the scenario's own doing, as when it
// asks a server that it has paused.
func (w *world) stuck() {
	if w.stopped {
		w.lost = true // those that wait were told, and wait on
		return
	}
	var waits []string
	var stacks strings.Builder
	for _, s := range w.servers {
		if s.box == nil {
			continue
		}
		for _, method := range s.dog.waits() {
			wait := fmt.Sprintf("%s of S%d", method, s.me)
			if s.dog.paused {
				wait += ", which is paused"
			}
			waits = append(waits, wait)
		}
		for _, g := range autopsy.Foreign(s.stacks()) {
			fmt.Fprintf(&stacks, "\n\nS%d: %s", s.me, autopsy.Brief(g))
		}
	}
	if waits == nil {
		waits = []string{"its own goroutines"}
	}
	w.fail(rafttest.Deadlock, "nothing is left to happen, and the scenario waits for %s%s", strings.Join(waits, " and for "), &stacks)
}
