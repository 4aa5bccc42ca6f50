package sim

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"raftlab/src/box"
	"raftlab/src/labrpc"
	"raftlab/src/raft/rafttest"
	"raftlab/src/raft/rafttest/autopsy"
	"raftlab/src/raft/rafttest/sim/protocol"
)

// died says what a box ended of.
func (s *server) died(err error) rafttest.Failure {
	f := rafttest.Failure{At: s.world.Now()}
	var exit *box.ExitError
	var interrupt *box.InterruptError
	switch text := string(s.out.kept); {
	case errors.Is(err, box.ErrMemory):
		f.Kind = rafttest.Resource
		f.Message = fmt.Sprintf("S%d asked for more memory than its %d MiB%s", s.me, s.world.serverMemory()>>20, asked(err))
	case errors.Is(err, box.ErrBudget):
		f.Kind = rafttest.Resource
		f.Message = fmt.Sprintf("S%d asked for more memory than the %d MiB that all servers have together%s", s.me, s.world.memory.Limit>>20, asked(err))
	case errors.As(err, &interrupt):
		// The others may loop as well, each for as long.
		s.world.lost = true
		f.Kind = rafttest.Timeout
		did := "loops without waiting for anything"
		if s.world.spent.Load() {
			did = fmt.Sprintf("was at work when the run had computed for %v: it does too much", turnsOfRun*s.world.turnLimit())
		}
		stacks := interrupt.Stacks
		if len(autopsy.Foreign(autopsy.Running(stacks))) > 0 {
			_, list := autopsy.Blocked(stacks)
			stacks = strings.Join(list, "\n\n")
		}
		f.Message = fmt.Sprintf("S%d %s, in %s\n\n%s", s.me, did, autopsy.Busy(interrupt.Stacks), stacks)
	case errors.As(err, &exit) && autopsy.Panicked(text):
		f = autopsy.Examine(text, int(exit.Status))
		f.At = s.world.Now()
		f.Message = fmt.Sprintf("S%d: %s", s.me, f.Message)
	case errors.As(err, &exit):
		f.Kind = rafttest.Exit
		in, stack := place(autopsy.Running(exit.Stacks))
		// In a line of its own: what goes before it may not be put into words where nobody reads it.
		f.Message = fmt.Sprintf("S%d ended its process with status %d%s%s%s", s.me, exit.Status, in, autopsy.LastLine(text), stack)
	default:
		f.Kind, f.Message = rafttest.Panic, fmt.Sprintf("S%d: %v", s.me, err)
	}
	return f
}

// asked says where a server asked for memory that it did not get, if that is known.
func asked(err error) string {
	var memory *box.MemoryError
	if !errors.As(err, &memory) {
		return ""
	}
	in, stack := place(autopsy.Running(memory.Stacks))
	return in + stack
}

// place says where in the Raft a goroutine was, and how it came there, if it was there.
func place(goroutine string) (in, stack string) {
	if len(autopsy.Foreign(goroutine)) == 0 {
		return "", ""
	}
	return ", in " + autopsy.Culprit(goroutine), "\n\n" + autopsy.Brief(goroutine)
}

// serverMemory is what a server may have, in bytes.
func (w *world) serverMemory() int64 {
	if m := w.options.Memory; m > 0 {
		return m
	}
	return 512 << 20
}

// grace is how long goroutines may take to leave after Kill.
const grace = 10 * time.Second

// Retire kills what is up and lets some time pass, more than any sleep or timer of a
// Raft takes; calls end at once.
func (w *world) Retire() []rafttest.Goroutine {
	for i := range w.open {
		for j := range w.open[i] {
			w.SetLink(i, j, false)
		}
	}
	w.weather = labrpc.Weather{}
	for _, s := range w.servers {
		s.kill()
	}
	if !w.Sleep(grace) {
		return nil
	}
	var left []rafttest.Goroutine
	for _, s := range w.servers {
		if s.box == nil {
			continue
		}
		for _, g := range autopsy.Left(s.stacks()) {
			left = append(left, rafttest.Goroutine{Place: autopsy.Site(g), Stack: fmt.Sprintf("S%d: %s", s.me, autopsy.Brief(g))})
		}
	}
	return left
}

// kill calls Kill. It is the last call: what else has been called need not return any more.
func (s *server) kill() {
	if s.box == nil {
		return
	}
	s.killed = true
	s.dog.calls = nil
	s.call("Kill", &protocol.Frame{Op: protocol.Kill}, func(protocol.Frame) {})
}
