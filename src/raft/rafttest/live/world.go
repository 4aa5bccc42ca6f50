// Package live runs the scenarios of rafttest with servers that are goroutines
// of this process, over a labrpc.Network, on the wall clock or in a
// testing/synctest bubble whose clock is virtual.
//
// An implementation plugs into go test with a file of three lines:
//
//	func Test2A3A(t *testing.T) { live.Run(t, "2A", Make) }
//
// and has, besides go test's own flags, -clock bubble|wall and -seed N.
package live

import (
	"math/rand/v2"
	"runtime"
	"sync"
	"time"

	"raftlab/src/dlog"
	"raftlab/src/labrpc"
	"raftlab/src/raft/rafttest"
)

// A world is one cluster in this process.
type world struct {
	make     maker
	observer rafttest.Observer
	start    time.Time
	network  *labrpc.Network
	pulse    *pulse

	stop     chan struct{} // closed by Stop: the scenario is over
	stopping sync.Once
	closed   chan struct{} // closed by close: the world is
	scenario sync.WaitGroup
	retire   func() []rafttest.Goroutine

	label   string // marks the goroutines of this world's servers
	servers []*server
	mu      sync.Mutex
	open    [][]bool // links, from and to
}

func newWorld(make_ maker, run *rafttest.Run, label string, p *pulse) *world {
	n := run.Scenario().Servers
	w := &world{
		make:     make_,
		observer: run.Observer(),
		start:    time.Now(),
		pulse:    p,
		stop:     make(chan struct{}),
		closed:   make(chan struct{}),
		label:    label,
		servers:  make([]*server, n),
		open:     make([][]bool, n),
	}
	w.retire = sync.OnceValue(w.killAll)
	w.network = labrpc.NewNetwork(run.Scenario().Weather, run.WeatherSeed(), w.observer.Message)
	if InBubble() {
		w.network.Hops()
	}
	for i := range n {
		w.servers[i] = newServer(w, i)
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

func (w *world) Boot(i int) bool { return w.servers[i].boot() }

func (w *world) Crash(i int) { w.servers[i].crash() }

func (w *world) Disk(i int) (state, snapshot []byte) {
	d := w.servers[i].disk
	return d.ReadRaftState(), d.ReadSnapshot()
}

func (w *world) GetState(i int) (term int, leader, ok bool) {
	l := w.servers[i].current()
	if l == nil {
		return 0, false, true
	}
	return l.getState(w.stop)
}

func (w *world) Start(i int, command any) (index, term int, leader, ok bool) {
	type started struct {
		index, term int
		leader      bool
	}
	nobody := started{index: -1}
	l := w.servers[i].current()
	if l == nil {
		return -1, 0, false, true
	}
	s, ok := await(l, "Start", nobody, func() (s started) {
		s.index, s.term, s.leader = l.rf.Start(command)
		return s
	})
	return s.index, s.term, s.leader, ok
}

func (w *world) Snapshot(i, index int, data []byte) bool {
	l := w.servers[i].current()
	if l == nil {
		return true
	}
	_, ok := await(l, "Snapshot", struct{}{}, func() struct{} {
		l.rf.Snapshot(index, data)
		return struct{}{}
	})
	return ok
}

// Up: no server crashes by itself here; the process would be gone.
func (w *world) Up(i int) bool { return w.servers[i].current() != nil }

func (w *world) SlowService(i int, d time.Duration) { w.servers[i].pace.Store(int64(d)) }

// Memory: the heap is everybody's.
func (w *world) Memory() int {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// Faults: a goroutine cannot be stopped from outside, nor has it a clock of its
// own.
func (w *world) Faults() rafttest.Faults { return nil }

func (w *world) SetWeather(weather labrpc.Weather) { w.network.SetWeather(weather) }

func (w *world) SetLink(from, to int, open bool) {
	w.mu.Lock()
	w.open[from][to] = open
	w.mu.Unlock()
	w.apply(from, to)
}

// apply brings the network's ends in line with the link between two servers: it
// carries the requests of one and the replies to the other.
func (w *world) apply(from, to int) {
	w.mu.Lock()
	open := w.open[from][to]
	w.mu.Unlock()
	if l := w.servers[from].current(); l != nil {
		w.network.Enable(l.ends[to], open)
	}
	if l := w.servers[to].current(); l != nil {
		w.network.EnableReplies(l.ends[from], open)
	}
}

func (w *world) Traffic() rafttest.Traffic {
	return rafttest.Traffic{RPCs: w.network.GetTotalCount(), Bytes: w.network.GetTotalBytes()}
}

func (w *world) Requests(i int) int { return w.network.GetCount(i) }

func (w *world) Log(topic dlog.Topic, format string, args ...any) {
	if dlog.On() {
		dlog.Debug(topic, format, args...)
	}
}

// grace is how long goroutines may take to leave after Kill: longer than any
// sleep or timer of a Raft.
const grace = 10 * time.Second

func (w *world) Retire() []rafttest.Goroutine { return w.retire() }

// killAll kills what is up, hangs up on all calls, and waits for goroutines to
// leave.
func (w *world) killAll() []rafttest.Goroutine {
	for _, s := range w.servers {
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

// close puts the world away and returns the goroutines that stayed.
// Nothing of the world may be used afterwards.
func (w *world) close() (left []rafttest.Goroutine) {
	w.Stop()
	left = w.Retire()
	close(w.closed)
	return left
}

// jitter spreads the servers' state polls, so that they do not all fall on one
// instant.
func jitter() time.Duration { return time.Duration(rand.Int64N(int64(pollEvery))) }
