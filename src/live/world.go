// Package live plays runs with nodes that are goroutines of this process, over a
// labrpc.Network, on the wall clock or in a testing/synctest bubble whose clock
// is virtual. A test binary that uses it has, besides go test's own flags,
// -clock bubble|wall and -seed N.
package live

import (
	"math/rand/v2"
	"runtime"
	"sync"
	"time"

	"raftlab/src/cluster"
	"raftlab/src/cluster/node"
	"raftlab/src/dlog"
	"raftlab/src/labrpc"
	"raftlab/src/record"
)

// A world is one cluster in this process.
type world struct {
	program  node.Program
	run      *cluster.Run
	observer cluster.Observer
	start    time.Time
	network  *labrpc.Network
	pulse    *pulse

	stop     chan struct{} // closed by Stop: the scenario is over
	stopping sync.Once
	closed   chan struct{} // closed by close: the world is
	scenario sync.WaitGroup
	retire   func() []cluster.Goroutine

	label  string // marks the goroutines of this world's nodes
	places []*place
	mu     sync.Mutex
	open   [][]bool // links, from and to
}

func newWorld(program node.Program, run *cluster.Run, label string, p *pulse) *world {
	n := len(run.Nodes)
	w := &world{
		program:  program,
		run:      run,
		observer: run.Observer(),
		start:    time.Now(),
		pulse:    p,
		stop:     make(chan struct{}),
		closed:   make(chan struct{}),
		label:    label,
		places:   make([]*place, n),
		open:     make([][]bool, n),
	}
	w.retire = sync.OnceValue(w.killAll)
	w.network = labrpc.NewNetwork(run.Weather, run.WeatherSeed(), w.observer.Message)
	if InBubble() {
		w.network.Hops()
	}
	for i := range n {
		w.places[i] = &place{Node: run.Nodes[i], world: w, me: i}
		w.open[i] = make([]bool, n)
		for j := range n {
			w.open[i][j] = true
		}
	}
	return w
}

func (w *world) Now() time.Duration {
	now := time.Since(w.start)
	w.pulse.beat(now)
	return now
}

func (w *world) Sleep(d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		w.Now()
		return true
	case <-w.stop:
		return false
	}
}

func (w *world) Go(f func()) { w.scenario.Go(f) }

func (w *world) Wait() { w.scenario.Wait() }

func (w *world) Stop() { w.stopping.Do(func() { close(w.stop) }) }

func (w *world) Boot(i int, given []byte) bool { return w.places[i].boot(given) }

func (w *world) Crash(i int) { w.places[i].crash() }

func (w *world) Disk(i int) (state, snapshot []byte) { return w.places[i].disk() }

// Up: no node crashes by itself here; the process would be gone.
func (w *world) Up(i int) bool { return w.places[i].current() != nil }

// Keep: what the judge keeps is on the heap as all else is.
func (w *world) Keep(i, bytes int) {}

// Recorder: what happens here has no order that could be written down.
func (w *world) Recorder() *record.Recorder { return nil }

// Memory: the heap is everybody's.
func (w *world) Memory() int {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// Faults: a goroutine cannot be stopped from outside, nor has it a clock of its own.
func (w *world) Faults() cluster.Faults { return nil }

func (w *world) SetWeather(weather labrpc.Weather) { w.network.SetWeather(weather) }

func (w *world) SetLink(from, to int, open bool) {
	w.mu.Lock()
	w.open[from][to] = open
	w.mu.Unlock()
	w.apply(from, to)
}

// apply brings the network's ends in line with the link between two nodes: it carries the requests of one and the
// replies to the other.
func (w *world) apply(from, to int) {
	w.mu.Lock()
	open := w.open[from][to]
	w.mu.Unlock()
	if l := w.places[from].current(); l != nil {
		w.network.Enable(l.ends[to], open)
	}
	if l := w.places[to].current(); l != nil {
		w.network.EnableReplies(l.ends[from], open)
	}
}

func (w *world) Traffic() cluster.Traffic {
	return cluster.Traffic{RPCs: w.network.GetTotalCount(), Bytes: w.network.GetTotalBytes()}
}

func (w *world) Requests(i int) int { return w.network.GetCount(i) }

func (w *world) Log(topic dlog.Topic, format string, args ...any) {
	if dlog.On() {
		dlog.Debug(topic, format, args...)
	}
}

// grace is how long goroutines may take to leave after Kill: longer than any sleep or timer of a Raft.
const grace = 10 * time.Second

func (w *world) Retire() []cluster.Goroutine { return w.retire() }

// killAll kills what is up, hangs up on all calls, and waits for goroutines to leave.
func (w *world) killAll() []cluster.Goroutine {
	for _, s := range w.places {
		if s.current() != nil {
			s.crash()
		}
	}
	w.network.Cleanup()
	deadline := time.Now().Add(grace)
	for pause := time.Millisecond; ; pause = min(2*pause, 200*time.Millisecond) {
		left := goroutines(w.label)
		if len(left) == 0 || time.Now().After(deadline) {
			return left
		}
		time.Sleep(pause)
		w.Now()
	}
}

// close puts the world away and returns the goroutines that stayed. Nothing of the world may be used afterwards.
func (w *world) close() (left []cluster.Goroutine) {
	w.Stop()
	left = w.Retire()
	close(w.closed)
	return left
}

// jitter spreads the nodes' state polls, so that they do not all fall on one instant.
func jitter() time.Duration { return time.Duration(rand.Int64N(int64(pollEvery))) }
