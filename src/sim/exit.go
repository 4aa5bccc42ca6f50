package sim

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"raftlab/src/box"
	"raftlab/src/cluster"
	"raftlab/src/crash"
	"raftlab/src/labrpc"
)

// died says what a box ended of.
func (s *node) died(err error) cluster.Failure {
	f := cluster.Failure{At: s.world.Now()}
	var exit *box.ExitError
	var interrupt *box.InterruptError
	switch text := string(s.out.kept); {
	case errors.Is(err, box.ErrMemory):
		f.Kind = cluster.Resource
		f.Message = fmt.Sprintf("%s asked for more memory than its %d MiB%s", s.Name, s.world.nodeMemory()>>20,
			asked(err))
	case errors.Is(err, box.ErrBudget):
		f.Kind = cluster.Resource
		f.Message = fmt.Sprintf("%s asked for more memory than the %d MiB that all servers have together%s", s.Name,
			s.world.memory.Limit>>20, asked(err))
	case errors.As(err, &interrupt):
		// The others may loop as well, each for as long.
		s.world.lost = true
		f.Kind = cluster.Timeout
		did := "loops without waiting for anything"
		if s.world.spent.Load() {
			did = fmt.Sprintf("was at work when the run had computed for %v: it does too much",
				turnsOfRun*s.world.turnLimit())
		}
		stacks := interrupt.Stacks
		if len(crash.Foreign(crash.Running(stacks))) > 0 {
			_, list := crash.Blocked(stacks)
			stacks = strings.Join(list, "\n\n")
		}
		f.Message = fmt.Sprintf("%s %s, in %s\n\n%s", s.Name, did, crash.Busy(interrupt.Stacks), stacks)
	case errors.As(err, &exit) && crash.Panicked(text):
		f = crash.Examine(text, int(exit.Status))
		f.At = s.world.Now()
		f.Message = fmt.Sprintf("%s: %s", s.Name, f.Message)
	case errors.As(err, &exit):
		f.Kind = cluster.Exit
		in, stack := place(crash.Running(exit.Stacks))
		// In a line of its own: what goes before it may not be put into words where nobody reads it.
		f.Message = fmt.Sprintf("%s ended its process with status %d%s%s%s", s.Name, exit.Status, in,
			crash.LastLine(text), stack)
	default:
		f.Kind, f.Message = cluster.Panic, fmt.Sprintf("%s: %v", s.Name, err)
	}
	return f
}

// asked says where a node asked for memory that it did not get, if that is known.
func asked(err error) string {
	var memory *box.MemoryError
	if !errors.As(err, &memory) {
		return ""
	}
	in, stack := place(crash.Running(memory.Stacks))
	return in + stack
}

// place says where in the Raft a goroutine was, and how it came there, if it was there.
func place(goroutine string) (in, stack string) {
	if len(crash.Foreign(goroutine)) == 0 {
		return "", ""
	}
	return ", in " + crash.Culprit(goroutine), "\n\n" + crash.Brief(goroutine)
}

// nodeMemory is what a node may have, in bytes.
func (w *world) nodeMemory() int64 {
	if m := w.options.Memory; m > 0 {
		return m
	}
	return 512 << 20
}

// grace is how long goroutines may take to leave after Kill.
const grace = 10 * time.Second

// Retire kills what is up and lets some time pass, more than any sleep or timer of a Raft takes; calls end at once.
func (w *world) Retire() []cluster.Goroutine {
	for i := range w.open {
		for j := range w.open[i] {
			w.SetLink(i, j, false)
		}
	}
	w.weather = labrpc.Weather{}
	for _, s := range w.nodes {
		s.kill()
	}
	if !w.Sleep(grace) {
		return nil
	}
	var left []cluster.Goroutine
	for _, s := range w.nodes {
		if s.box == nil {
			continue
		}
		for _, g := range crash.Left(s.stacks()) {
			left = append(left,
				cluster.Goroutine{Place: crash.Site(g), Stack: fmt.Sprintf("%s: %s", s.Name, crash.Brief(g))})
		}
	}
	return left
}
