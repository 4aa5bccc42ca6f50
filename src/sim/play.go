package sim

import (
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"time"

	"raftlab/src/box"
	"raftlab/src/cluster"
	"raftlab/src/record"
)

// Options says how a run is played. None of it but Schedule and Brisk changes what happens, and Brief when a flood ends.
type Options struct {
	Schedule bool      // the seed decides which goroutine of a node goes next, and where locks yield
	Brisk    bool      // no node has slow places (box.Config.Places): for who measures times
	Memory   int64     // a node's limit in bytes; 0 is 512 MiB
	Log      io.Writer // gets everything that happens; nil for none
	Record   bool      // the Result has a Recording

	// InspectFrom is the event in the Recording from which on it has what nodes hold in memory, too; 0 is none. How many
	// events there are is known of a run that was recorded before: it is the same again. InspectTo is the last such
	// event; 0 is no last one.
	InspectFrom, InspectTo int

	// Turn is how much processor time a node may use up without waiting for anything; 0 is [DefaultTurn].
	Turn time.Duration
	// Brief ends a run in which too much happens within a second, after a tenth of that: the log of the rest says the
	// same.
	Brief bool
	// Progress, if not nil, rises while something happens.
	Progress *atomic.Int64
}

// A Result is what came of a run, and a hash over all that happened in it.
type Result struct {
	cluster.Result
	Trace uint64 `json:"trace"`
	Flood bool   `json:"-"` // it was ended because too much happened within a second
	Turns int64  `json:"-"` // how often a node was woken, by a timer, a message or a question

	Recording *record.Recording `json:"-"` // if Options ask for it
}

// Play plays a run, which was not played before, with nodes that are instances of m, which Load made.
func Play(m *box.Module, run *cluster.Run, opt Options) Result {
	w := newWorld(m, run, opt)
	defer w.close()
	defer w.guardTurns()()
	finished := false
	w.agenda.add(0, func() {
		w.spawn(func() {
			run.Play(w)
			finished = true
		})
	})
	w.loop(func() bool { return finished })
	box.Collect()
	res := run.Result()
	if f := res.Failure; f != nil && f.Kind != cluster.Timeout { // when that happens, real time decides
		fmt.Fprint(w.trace, f.Kind, f.At, steady(f))
	}
	rec := run.Recording()
	if rec != nil && w.states != nil {
		rec.States = w.states.list
	}
	return Result{
		Result: res, Trace: w.trace.Sum64(), Flood: w.busy >= w.flood, Turns: w.turns.Load(), Recording: rec,
	}
}

// steady is what of a failure's message is the same in each run. Where in memory things are differs when a node logs,
// and with it stacks, what they tell of locks, and who asks for the byte that is too much.
func steady(f *cluster.Failure) string {
	summary, _, _ := strings.Cut(f.Message, "\n")
	switch f.Kind {
	case cluster.Deadlock:
		summary, _, _ = strings.Cut(summary, "; ")
	case cluster.Resource:
		summary, _, _ = strings.Cut(summary, ", in ")
	}
	return summary
}

// close throws away what is left of the world.
func (w *world) close() {
	for _, s := range w.nodes {
		if s.box != nil {
			s.box.Close()
			s.box = nil
		}
	}
}

// traceFrame takes a message that a node sent into the trace.
func (w *world) traceFrame(node int, data []byte) {
	head := w.head[:]
	binary.LittleEndian.PutUint64(head[0:], uint64(w.now))
	binary.LittleEndian.PutUint32(head[8:], uint32(node))
	binary.LittleEndian.PutUint64(head[12:], uint64(len(data)))
	w.trace.Write(head)
	w.trace.Write(data)
}
