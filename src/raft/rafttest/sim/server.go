package sim

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"raftlab/src/box"
	"raftlab/src/dlog"
	"raftlab/src/raft"
	"raftlab/src/raft/rafttest"
	"raftlab/src/raft/rafttest/sim/protocol"
)

// pollEvery is how often a server is asked for its state besides what it
// tells by itself and what the scenario asks.
const pollEvery = 500 * time.Millisecond

// A server is a place in the cluster: its disk, its clock and, while it is up,
// its box.
type server struct {
	world    *world
	me       int
	lives    int
	wall     int64 // the wall clock's reading at time 0
	state    []byte
	snapshot []byte
	requests int   // handled since the last boot
	calls    int   // sent in this second; see busySecond
	pace     int64 // what its service takes over each message, in ns

	box     *box.Box // nil while it is down
	made    bool
	booted  func() // goes on with Boot, which waits for Make
	killed  bool   // Kill was called
	wakeAt  int64  // when the box is woken next, or never
	wakes   int    // tells apart wakes that were overtaken
	dog     *watchdog
	unasked bool                // pollLater found it paused
	doomed  bool                // crashes at the end of this turn: nothing that it still says counts
	fault   func()              // what follows on its next save, if anything
	serving map[uint64]*passage // requests that it was handed
	served  uint64
	asks    map[uint64]func(protocol.Frame)
	taking  *watched // the call of Snapshot that the service makes, if it does
	asked   uint64
	said    int64 // bytes of frames in this turn
	out     tail
}

const never = 1<<63 - 1

// newServer makes a server whose wall clock shows noon and a little more at time 0,
// which all agree on. Servers of the lab share a clock, but never read it at the
// same moment: who seeds a random source from it does not draw alike. Clocks that
// differ by more are a fault, which scenarios make (Skew).
func newServer(w *world, me int, noon time.Time, walls *rand.Rand) *server {
	wall := noon.Add(time.Duration(walls.Int64N(int64(2 * time.Millisecond))))
	return &server{world: w, me: me, wall: wall.UnixNano()}
}

func (w *world) Boot(i int) bool {
	if w.stopped {
		return false
	}
	s := w.servers[i]
	s.lives++
	s.requests, s.made, s.killed, s.doomed, s.fault = 0, false, false, false, nil
	s.dog, s.taking, s.unasked = newWatchdog(s), nil, false
	s.wakeAt = never
	s.serving = make(map[uint64]*passage)
	s.asks = make(map[uint64]func(protocol.Frame))
	s.out = tail{}
	draw := rand.New(rand.NewPCG(w.seed, servers+uint64(i)<<16+uint64(s.lives)<<32))
	cfg := box.Config{
		Args:    []string{fmt.Sprintf("S%d", i)},
		Env:     []string{"VERBOSE=1"}, // for Rafts that ask; always, since it may change what they do
		Seed:    draw.Uint64(),
		Wall:    s.wall,
		Files:   map[string]string{}, // an empty disk, for Rafts that log into files
		Stdout:  s.print,
		Stderr:  s.print,
		Stacks:  true,
		Receive: s.receive,
	}
	if w.options.Schedule {
		cfg.Schedule = draw.Uint64() | 1
	}
	cfg.MemoryLimit, cfg.Budget = w.serverMemory(), &w.memory
	s.box = w.module.Start(cfg)
	made := s.dog.begins("Make")
	caller := w.current
	s.booted = func() {
		made.returned = true
		w.wake(caller)
	}
	s.feed(&protocol.Frame{Op: protocol.Boot, ID: uint64(w.snapshotEvery), Flag: w.log != nil, A: int64(i), B: int64(len(w.servers)), Data: s.state, More: s.snapshot})
	w.SlowService(i, time.Duration(s.pace))
	for !s.made && s.box != nil {
		if !w.park() {
			return false
		}
	}
	s.booted = nil
	s.pollLater(s.lives)
	return true
}

func (w *world) Crash(i int) { w.servers[i].crash() }

// crash throws the box away. What was saved stays.
func (s *server) crash() {
	if s.box != nil {
		s.box.Close()
		s.gone()
	}
}

// gone lets the others know, in time, that nobody is there any more, and those
// who asked something that no answer will come: they take a zero for it.
func (s *server) gone() {
	s.box = nil
	asks := s.asks
	s.asks = make(map[uint64]func(protocol.Frame))
	for _, id := range slices.Sorted(maps.Keys(asks)) {
		asks[id](protocol.Frame{})
	}
	if s.booted != nil {
		s.booted()
	}
	s.world.hangUp(func(p *passage) bool { return p.to == s.me })
}

// feed hands the box a frame and lets it run.
func (s *server) feed(f *protocol.Frame) {
	if s.box == nil {
		return
	}
	w := s.world
	w.frame = f.Append(w.frame[:0])
	s.box.Deliver(w.frame)
	s.turn()
}

// turn lets the box run until it waits, and sees to it that it is woken when
// its next timer is due.
func (s *server) turn() {
	if s.box == nil || s.dog.paused {
		return
	}
	w := s.world
	b := s.box
	w.turns.Add(1)
	w.turn.Store(b)
	s.said = 0
	status := b.Run(w.now)
	w.turn.Store(nil)
	if w.heard += s.said; w.heard > collectBytes {
		w.heard = 0
		collect()
	}
	if w.busy >= w.flood {
		w.flooded()
	}
	if s.doomed {
		s.doomed = false
		s.world.Log(dlog.Test, "S%d crashes: it has saved, and nobody hears what follows", s.me)
		s.crash()
		return
	}
	if status == box.Gone {
		if s.box == b {
			failure := s.died(b.Err())
			s.gone()
			w.observer.Failed(failure)
			collect()
		}
		return
	}
	s.schedule()
}

// lateness is how long after its time a timer fires, at least and at most, as those of a real machine do. Without it who
// sleeps three times 50 ms and asks whether more than 150 ms have passed would hear no, which nowhere else happens.
const (
	leastLate = 50 * time.Microsecond
	mostLate  = 250 * time.Microsecond
)

// schedule wakes the box when its next timer is due, and a little later.
func (s *server) schedule() {
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
	late := int64(leastLate) + s.world.late.Int64N(int64(mostLate-leastLate))
	s.world.agenda.add(max(at, s.world.now)+late, func() {
		if s.wakes == wake && s.lives == life {
			s.wakeAt = never
			s.turn()
		}
	})
}

// call calls a method of the server's Raft. The answer is a frame with the
// number of this one, or a zero if the server goes down before. The watchdog
// sees to it that it comes.
func (s *server) call(method string, f *protocol.Frame, then func(protocol.Frame)) {
	c := s.dog.begins(method)
	s.asked++
	f.ID = s.asked
	s.asks[f.ID] = func(a protocol.Frame) {
		c.returned = true
		then(a)
	}
	s.feed(f)
}

// await is call for the scenario's goroutines: it waits for the answer, which is
// zero if the server is down. It reports false if the run was stopped.
func (s *server) await(method string, f *protocol.Frame) (answer protocol.Frame, ok bool) {
	w := s.world
	if w.stopped || s.box == nil {
		return protocol.Frame{}, !w.stopped
	}
	caller := w.current
	done := false
	s.call(method, f, func(a protocol.Frame) {
		answer, done = a, true
		w.wake(caller)
	})
	for !done {
		if !w.park() {
			return protocol.Frame{}, false
		}
	}
	return answer, true
}

func (w *world) GetState(i int) (term int, leader, ok bool) {
	a, ok := w.servers[i].await("GetState", &protocol.Frame{Op: protocol.GetState})
	return int(a.A), a.Flag, ok
}

// pollLater asks for the state now and then, and finds out whether GetState
// still returns. It leaves a paused server alone until it is resumed.
func (s *server) pollLater(life int) {
	w := s.world
	w.agenda.add(w.now+int64(pollEvery), func() {
		if s.lives != life || s.box == nil || s.killed || w.stopped {
			return
		}
		if s.unasked = s.dog.paused; s.unasked {
			return
		}
		s.call("GetState", &protocol.Frame{Op: protocol.GetState}, func(protocol.Frame) { s.pollLater(life) })
	})
}

// receive takes a frame from the box, while it runs. The box is a stranger: a
// frame may say anything.
func (s *server) receive(data []byte) {
	w := s.world
	if !s.mayStillSay(len(data)) {
		return
	}
	f, err := protocol.Parse(data)
	if err != nil {
		s.violates("sends a %v of %d bytes", err, len(data))
		return
	}
	if s.doomed {
		return
	}
	if f.Op != protocol.Weight { // it may differ in runs that do not, as by what they log
		w.traceFrame(s.me, data)
	}
	switch f.Op {
	case protocol.Made:
		s.made = true
		if s.booted != nil {
			s.booted()
		}
	case protocol.Call:
		w.call(s, f)
	case protocol.Reply:
		if p := s.serving[f.ID]; p != nil {
			delete(s.serving, f.ID)
			p.handled(f.Data)
		}
	case protocol.State:
		w.observer.State(s.me, int(f.A), f.Flag)
		s.answered(f.ID, f)
	case protocol.Snapshotted:
		if s.taking != nil && f.ID == 0 {
			s.taking.returned, s.taking = true, nil
			break
		}
		s.answered(f.ID, f)
	case protocol.Started, protocol.Killed, protocol.Weight:
		s.answered(f.ID, f)
	case protocol.Saved:
		s.holds(int64(len(f.Data) + len(f.More) - len(s.state) - len(s.snapshot)))
		s.state, s.snapshot = append([]byte(nil), f.Data...), append([]byte(nil), f.More...)
		w.observer.Saved(s.me, s.state, s.snapshot)
		if do := s.fault; do != nil {
			s.fault = nil
			do()
		}
	case protocol.Applied:
		w.applied(s, f)
	case protocol.Warning:
		w.warn(f.Text)
	default:
		s.violates("sends op %d", f.Op)
	}
}

func (s *server) answered(id uint64, f protocol.Frame) {
	if then := s.asks[id]; then != nil {
		delete(s.asks, id)
		then(f)
	}
}

// violates: the code under test speaks the protocol of its box by itself.
func (s *server) violates(format string, args ...any) {
	s.world.fail(rafttest.Exit, "S%d's box "+format+": it does not speak for its Raft", append([]any{s.me}, args...)...)
	s.silence()
}

// applied passes on what a server applied, and the snapshot that its service
// then wants.
func (w *world) applied(s *server, f protocol.Frame) {
	m := raft.ApplyMsg{}
	if f.Flag {
		s.holds(int64(len(f.Data)))
		m.SnapshotValid, m.SnapshotIndex, m.SnapshotTerm = true, int(f.A), int(f.B)
		m.Snapshot = append([]byte(nil), f.Data...)
		w.observer.Applied(s.me, m)
		return
	}
	if len(f.Data) > maxCommand {
		s.exceeds("it applies a command of %d bytes", len(f.Data))
		return
	}
	command, err := decodeCommand(f.Data)
	if err != nil {
		s.violates("applies what is no command (%v)", err)
		return
	}
	s.holds(footprint(command, len(f.Data)))
	m.CommandValid, m.CommandIndex, m.Command = true, int(f.A), command
	snapshot := w.observer.Applied(s.me, m)
	if w.snapshotEvery > 0 && (m.CommandIndex+1)%w.snapshotEvery == 0 {
		life := s.lives
		w.after(0, func() {
			if s.lives != life {
				return
			}
			if len(snapshot) > 0 {
				s.taking = s.dog.begins("Snapshot")
			}
			s.feed(&protocol.Frame{Op: protocol.Snapshot, A: f.A, Data: snapshot})
		})
	}
}
