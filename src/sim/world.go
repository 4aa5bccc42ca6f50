// Package sim plays runs as a deterministic simulation: each node is a box of its
// own, a WebAssembly instance that shares nothing with
// the others or with the judge; time is virtual; and a seed decides everything
// that is random, in the nodes, in the network, and between events of one
// instant. The same module, scenario and seed give the same run, to the byte.
//
// The host is one event loop. Scenarios run in it as coroutines; nodes run in it when something is due in them, in no
// time; in between, time jumps to the next event.
package sim

import (
	"errors"
	"fmt"
	"hash"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"time"

	"github.com/cespare/xxhash/v2"

	"raftlab/src/box"
	"raftlab/src/cluster"
	"raftlab/src/crash"
	"raftlab/src/dlog"
	"raftlab/src/labrpc"
	"raftlab/src/recipe"
	"raftlab/src/record"
	"raftlab/src/script"
)

// The seed of a run is split into independent streams; cluster has further ones of its own.
const (
	ties     = 101 + iota // the order of events at one time
	clocks                // the nodes' wall clocks
	nodes                 // the randomness within nodes
	orders                // the order of goroutines within nodes
	lateness              // by how much timers are late
)

// A world is one cluster in boxes.
type world struct {
	module   *box.Module
	options  Options
	run      *cluster.Run
	observer cluster.Observer
	seed     uint64          // from which is drawn now
	branches recipe.Branches // that are to come
	now      int64           // ns
	agenda   agenda
	lost     bool        // a node had to be interrupted: nothing more happens
	spent    atomic.Bool // it has computed for too long; see guardTurns
	busy     int         // events before second, in the second until then
	flood    int         // how many are too many; see busySecond
	second   int64
	held     int64 // bytes that are kept for nodes; see holds
	memory   box.Budget
	heard    int64 // bytes of frames since garbage was collected for them
	trace    hash.Hash64
	turns    atomic.Int64            // how often a box ran
	turn     atomic.Pointer[box.Box] // the one that runs
	head     [20]byte                // of what was traced last
	frame    []byte                  // that was delivered last

	current *coroutine   // that runs
	waiting []*coroutine // that are parked, in the order in which they parked
	others  int          // coroutines started by Go that have not returned
	joiners []*coroutine // that Wait for them
	stopped bool

	late *rand.Rand // nil if timers are as little late as they ever are

	orderly, plain bool // see script.Script

	weather     labrpc.Weather
	weatherSeed uint64
	nodes       []*node
	open        [][]bool // links, from and to
	sent        map[[2]int]uint64
	fates       map[messageID]script.Fate // of messages; nil unless a script lists them
	traffic     cluster.Traffic
	log         *log

	recorder      *record.Recorder // nil if nothing is written down
	recordedCalls int
	states        *states // nil unless they are written down
}

func newWorld(m *box.Module, run *cluster.Run, opt Options) *world {
	n := len(run.Nodes)
	w := &world{
		module:   m,
		options:  opt,
		run:      run,
		observer: run.Observer(),
		trace:    xxhash.New(),
		branches: run.Branches,
		open:     make([][]bool, n),
		sent:     make(map[[2]int]uint64),
	}
	w.obey(run.Script)
	w.drawFrom(run.Seed)
	if opt.Record {
		w.recorder = record.New(n, func() int64 { return w.now })
		if opt.InspectFrom > 0 {
			w.states = &states{from: opt.InspectFrom, to: opt.InspectTo, nodes: make([]held, n)}
		}
	}
	w.memory.Limit = runMemory(w.nodeMemory())
	w.flood = busySecond
	if opt.Brief {
		w.flood /= 10
	}
	if opt.Log != nil {
		w.log = &log{w: opt.Log, now: w.Now}
	}
	walls := rand.New(rand.NewPCG(w.seed, clocks))
	noon := time.Date(2025, 1, 1+walls.IntN(365), 12, 0, 0, 0, time.UTC)
	for i := range n {
		w.nodes = append(w.nodes, newNode(w, i, noon, walls))
		w.open[i] = make([]bool, n)
		for j := range n {
			w.open[i][j] = true
		}
	}
	return w
}

// busySecond is how many events may happen in a second, frames that nodes send among them: a call has about eight, the
// busiest of the lab's tests some ten thousand in all. There are Rafts that pass them with ten thousand heartbeats a
// second.
const busySecond = 200_000

// loop lets the world go on until finished reports true, or it is lost.
func (w *world) loop(finished func() bool) {
	for n := 1; !finished() && !w.lost; n++ {
		if n%collectEvery == 0 {
			box.Collect()
		}
		e, ok := w.agenda.next()
		if !ok {
			w.stuck()
			continue
		}
		for len(w.branches) > 0 && int64(w.branches[0].At) <= e.at {
			w.branch()
		}
		if e.at > w.now {
			w.pass(e.at)
		}
		if w.busy++; w.busy >= w.flood {
			w.flooded()
		}
		e.do()
	}
}

// pass has time pass.
func (w *world) pass(until int64) {
	w.now = until
	if w.now >= w.second {
		w.busy, w.second = 0, w.now+int64(time.Second)
		for _, s := range w.nodes {
			s.calls = 0
		}
	}
	if p := w.options.Progress; p != nil {
		p.Add(1)
	}
}

// flooded ends a run in which so much is sent that it would take for ever.
func (w *world) flooded() {
	if w.stopped {
		return
	}
	most := slices.MaxFunc(w.nodes, func(a, b *node) int { return a.calls - b.calls })
	in := ""
	if b := most.box; b != nil {
		stacks := most.stacks()
		if interrupt := (*box.InterruptError)(nil); errors.As(b.Err(), &interrupt) {
			stacks = interrupt.Stacks
		}
		if at := crash.Caller(stacks); at != "" {
			in = ", most in " + at
		}
	}
	w.fail(cluster.Resource,
		"%d messages and timers within a second: %s sent %d requests in it%s; does a loop call without waiting?",
		w.flood, most.Name, most.calls, in)
}

func (w *world) fail(kind cluster.Kind, format string, args ...any) {
	w.observer.Failed(cluster.Failure{Kind: kind, Message: fmt.Sprintf(format, args...), At: w.Now()})
}

func (w *world) Now() time.Duration { return time.Duration(w.now) }

func (w *world) Sleep(d time.Duration) bool {
	if w.stopped {
		return false
	}
	c, due := w.current, false
	w.agenda.add(w.now+int64(d), func() {
		due = true
		w.wakeNow(c)
	})
	for !due {
		if !w.park() {
			return false
		}
	}
	return true
}

// wakeNow resumes a coroutine whose time has come, unless it was woken before.
func (w *world) wakeNow(c *coroutine) {
	if w.unpark(c) {
		w.resume(c)
	}
}

func (w *world) Go(f func()) {
	w.others++
	w.agenda.add(w.now, func() {
		w.spawn(func() {
			f()
			if w.others--; w.others == 0 {
				for _, c := range w.joiners {
					w.wake(c)
				}
				w.joiners = nil
			}
		})
	})
}

// Wait goes on waiting when the run was stopped: those it waits for leave soon.
func (w *world) Wait() {
	for w.others > 0 {
		w.joiners = append(w.joiners, w.current)
		w.park()
	}
}

func (w *world) Stop() {
	if w.stopped {
		return
	}
	w.stopped = true
	for len(w.waiting) > 0 {
		w.wake(w.waiting[0])
	}
}

func (w *world) Up(i int) bool { return w.nodes[i].box != nil }

func (w *world) Faults() cluster.Faults { return faults{w} }

func (w *world) SetWeather(weather labrpc.Weather) {
	w.weather = weather
	w.recorder.Add(record.Event{
		Node: record.Nowhere, Peer: record.Nowhere, Kind: record.Weather, Text: fmt.Sprintf("%+v", weather),
	})
}

func (w *world) Recorder() *record.Recorder { return w.recorder }

func (w *world) Traffic() cluster.Traffic { return w.traffic }

func (w *world) Requests(i int) int { return w.nodes[i].requests }

func (w *world) Disk(i int) (state, snapshot []byte) {
	return w.nodes[i].state, w.nodes[i].snapshot
}

func (w *world) Log(topic dlog.Topic, format string, args ...any) {
	if w.log != nil {
		w.log.line(topic, format, args...)
	}
	if w.recorder != nil {
		w.recordLine(topic, string(shown(fmt.Appendf(nil, format, args...))))
	}
}
