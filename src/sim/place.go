package sim

import (
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"raftlab/src/box"
	"raftlab/src/cluster"
	"raftlab/src/dlog"
	"raftlab/src/record"
	"raftlab/src/sim/wire"
)

// pollEvery is how often a node is asked for its state besides what it tells by itself and what the scenario asks.
const pollEvery = 500 * time.Millisecond

// A node is a place in the cluster: its disk, its clock and, while it is up, its box.
type node struct {
	cluster.Node
	world    *world
	me       int
	lives    int
	wall     int64 // the wall clock's reading at time 0
	state    []byte
	snapshot []byte
	savedAt  int // the event in the recording by which they came there, 0 if none did
	requests int // handled since the last boot
	calls    int // sent in this second; see busySecond

	box            *box.Box // nil while it is down
	ready          bool
	booted         func() // goes on with Boot, which waits for the node to be ready
	killed         bool   // it was told to stop its work
	wakeAt         int64  // when the box is woken next, or never
	wakes          int    // tells apart wakes that were overtaken
	dog            *watchdog
	unasked        bool             // pollLater found it paused
	crashAfterTurn bool             // crashes at the end of this turn: nothing that it still says counts
	fault          func()           // what follows on its next save, if anything
	serving        map[uint64]*call // requests that it was handed
	served         uint64
	asks           map[uint64]func(answer)
	watched        map[uint64]*watched // the methods that its lab's code calls by itself
	asked          uint64
	said           int64 // bytes of frames in this turn
	out            tail
}

const never = 1<<63 - 1

// An answer is what a node says when it was asked for something, or, if it went down before, nothing.
type answer struct {
	data   []byte
	weight int64
}

// newNode makes a node whose wall clock shows noon and a little more at time 0, which all agree on. Servers of the
// course share a clock, but never read it at the same moment: who seeds a random source from it does not draw alike.
// Clocks that differ by more are a fault, which scenarios make (Skew).
func newNode(w *world, me int, noon time.Time, walls *rand.Rand) *node {
	wall := noon.Add(time.Duration(walls.Int64N(int64(2 * time.Millisecond))))
	return &node{Node: w.run.Nodes[me], world: w, me: me, wall: wall.UnixNano()}
}

func (w *world) Boot(i int, given []byte) bool {
	if w.stopped {
		return false
	}
	s := w.nodes[i]
	s.lives++
	s.requests, s.ready, s.killed, s.crashAfterTurn, s.fault = 0, false, false, false, nil
	s.dog, s.unasked = newWatchdog(s), false
	s.wakeAt = never
	s.serving = make(map[uint64]*call)
	s.asks = make(map[uint64]func(answer))
	s.watched = make(map[uint64]*watched)
	s.out = tail{}
	seed, schedule, places := s.draw()
	cfg := box.Config{
		Args:     []string{s.Name},
		Env:      []string{"VERBOSE=1"}, // for Rafts that ask; always, since it may change what they do
		Seed:     seed,
		Schedule: schedule,
		Places:   places,
		Wall:     s.wall,
		Files:    map[string]string{}, // an empty disk, for Rafts that log into files
		Stdout:   s.print,
		Stderr:   s.print,
		Stacks:   true,
		Receive:  s.receive,
	}
	cfg.MemoryLimit, cfg.Budget = w.nodeMemory(), &w.memory
	s.box = w.module.Start(cfg)
	made := s.dog.begins(w.run.Constructor)
	caller := w.current
	s.booted = func() {
		made.returned = true
		w.wake(caller)
	}
	s.feed(wire.Boot{
		Index: int64(i), Nodes: int64(len(w.nodes)), Role: s.Role, Logged: w.log != nil || w.recorder != nil,
		Given: given, State: s.state, Snapshot: s.snapshot,
	}, w.recordBoot(s))
	for !s.ready && s.box != nil {
		if !w.park() {
			return false
		}
	}
	s.booted = nil
	s.pollLater(s.lives)
	return true
}

func (w *world) Crash(i int) { w.nodes[i].crash() }

// crash throws the box away. What was saved stays.
func (s *node) crash() {
	if s.box != nil {
		s.box.Close()
		s.gone()
	}
}

// gone lets the others know, in time, that nobody is there any more, and those who asked something that no answer will
// come.
func (s *node) gone() {
	s.box = nil
	s.world.recordAt(s.me, record.Crash, "")
	asks := s.asks
	s.asks = make(map[uint64]func(answer))
	for _, id := range slices.Sorted(maps.Keys(asks)) {
		asks[id](answer{})
	}
	if s.booted != nil {
		s.booted()
	}
	s.world.hangUp(func(c *call) bool { return c.to == s.me })
}

// A message is one that wire defines.
type message interface{ Append(b []byte) []byte }

// feed hands the box a message and lets it run. The cause is the event in the recording that brings the message.
func (s *node) feed(m message, cause int) {
	if s.box == nil {
		return
	}
	w := s.world
	w.frame = m.Append(w.frame[:0])
	s.box.Deliver(w.frame)
	s.turn(cause)
}

// turn lets the box run until it waits, and sees to it that it is woken when its next timer is due.
// What begins the turn is an event of the recording, or a timer if it is 0.
func (s *node) turn(cause int) {
	if s.box == nil || s.dog.paused {
		return
	}
	w := s.world
	b := s.box
	w.turns.Add(1)
	w.turn.Store(b)
	s.said = 0
	w.recorder.Begin(s.me, cause)
	status := b.Run(w.now)
	last := w.recorder.End(s.me)
	w.turn.Store(nil)
	if w.heard += s.said; w.heard > collectBytes {
		w.heard = 0
		box.Collect()
	}
	if w.busy >= w.flood {
		w.flooded()
	}
	if s.crashAfterTurn {
		s.crashAfterTurn = false
		s.world.Log(dlog.Test, "%s crashes: it has saved, and nobody hears what follows", s.Name)
		s.crash()
		return
	}
	if status == box.Exited {
		if s.box == b {
			failure := s.died(b.Err())
			s.gone()
			w.observer.Failed(failure)
			box.Collect()
		}
		return
	}
	s.schedule()
	w.states.look(s, last)
}

// lateness is how long after its time a timer fires, at least and at most, as those of a real machine do. Without it
// who sleeps three times 50 ms and asks whether more than 150 ms have passed would hear no, which nowhere else happens.
const (
	leastLate = 50 * time.Microsecond
	mostLate  = 250 * time.Microsecond
)

// schedule wakes the box when its next timer is due, and a little later.
func (s *node) schedule() {
	at, ok := s.box.Deadline()
	if !ok {
		at = never
	}
	if at == s.wakeAt {
		return
	}
	s.wakeAt = at
	s.wakes++
	if at == never {
		return
	}
	wake, life := s.wakes, s.lives
	late := int64(leastLate)
	if rng := s.world.late; rng != nil {
		late += rng.Int64N(int64(mostLate - leastLate))
	}
	s.world.agenda.add(max(at, s.world.now)+late, func() {
		if s.wakes == wake && s.lives == life {
			s.wakeAt = never
			s.turn(0)
		}
	})
}
