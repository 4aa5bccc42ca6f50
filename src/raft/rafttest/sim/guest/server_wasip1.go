package guest

import (
	"bytes"
	"fmt"
	"runtime"
	"time"

	"raftlab/src/box/guest"
	"raftlab/src/labgob"
	"raftlab/src/labrpc"
	"raftlab/src/raft"
	"raftlab/src/raft/rafttest/sim/protocol"
)

// A server is the Raft of this box and its ways to the outside. Goroutines here
// never run at the same time, and give way only where they wait or allocate, so
// that most of its fields need no lock.
type server struct {
	me    int
	peers []*labrpc.ClientEnd
	made  chan struct{} // closed when the next three are there
	rf    raft.Raft
	rpc   *labrpc.Server

	service any // what Make returned

	snapshots chan []byte   // for apply: what the host wants taken
	pace      time.Duration // that the service takes over each message

	lock     lock                   // guards the next three
	calls    map[uint64]chan answer // that wait for an answer
	lastCall uint64
	free     []chan answer // of calls that have theirs

	// What look needs: who asked for the state, whether somebody is looking,
	// and whether to look again.
	asked   []uint64
	looking bool
	again   bool
	told    state
	killed  bool // nobody asks any more
}

type answer struct {
	reply []byte
	ok    bool
}

type state struct {
	term   int
	leader bool
}

func newServer(me, n int) *server {
	s := &server{
		me:        me,
		made:      make(chan struct{}),
		snapshots: make(chan []byte, 1),
		lock:      make(lock, 1),
		calls:     make(map[uint64]chan answer),
	}
	for i := range n {
		s.peers = append(s.peers, labrpc.NewClientEnd(peer{s, i}))
	}
	return s
}

// handle does what the host asks, most of it in a goroutine of its own: the
// Raft may take its time.
func (s *server) handle(f protocol.Frame) {
	switch f.Op {
	case protocol.Answer:
		s.lock.lock()
		ch := s.calls[f.ID]
		delete(s.calls, f.ID)
		s.lock.unlock()
		if ch != nil {
			ch <- answer{bytes.Clone(f.Data), f.Flag}
		}
	case protocol.Request:
		id, method, args := f.ID, f.Text, bytes.Clone(f.Data)
		go func() {
			<-s.made
			guest.Arrived()
			send(&protocol.Frame{Op: protocol.Reply, ID: id, Data: s.rpc.Dispatch(method, args)})
			s.look()
		}()
	case protocol.GetState:
		s.asked = append(s.asked, f.ID)
		go func() {
			<-s.made
			s.look()
		}()
	case protocol.Start:
		var command any
		if err := labgob.Unmarshal(f.Data, &command); err != nil {
			panic(fmt.Sprintf("raftlab: the host sent a command that cannot be decoded: %v", err))
		}
		go s.start(f.ID, command)
	case protocol.Snapshot:
		data := bytes.Clone(f.Data)
		if f.ID == 0 {
			s.snapshots <- data
			return
		}
		go s.snapshot(f.ID, int(f.A), data)
	case protocol.Kill:
		s.killed = true
		go s.kill(f.ID)
	case protocol.Pace:
		s.pace = time.Duration(f.A)
	case protocol.Weigh:
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		send(&protocol.Frame{Op: protocol.Weight, ID: f.ID, A: int64(m.HeapAlloc) + int64(guest.Globals())})
	default:
		panic(fmt.Sprintf("raftlab: the host sent op %d", f.Op))
	}
}

// The methods below, look and makeRaft are what the host knows in stacks: who is in them has been called by it.

func (s *server) start(id uint64, command any) {
	<-s.made
	index, term, leader := s.rf.Start(command)
	send(&protocol.Frame{Op: protocol.Started, ID: id, A: int64(index), B: int64(term), Flag: leader})
}

func (s *server) snapshot(id uint64, index int, data []byte) {
	<-s.made
	s.rf.Snapshot(index, data)
	send(&protocol.Frame{Op: protocol.Snapshotted, ID: id})
}

func (s *server) kill(id uint64) {
	<-s.made
	s.rf.Kill()
	send(&protocol.Frame{Op: protocol.Killed, ID: id})
}

// look calls GetState and tells the host what was asked for or is new. Only one
// goroutine looks at a time, so that what is told has an order; who comes
// meanwhile has it look again.
func (s *server) look() {
	s.again = true
	if s.looking || s.killed {
		return
	}
	s.looking = true
	for s.again && !s.killed {
		s.again = false
		asked := s.asked
		s.asked = nil
		var now state
		now.term, now.leader = s.rf.GetState()
		if now != s.told && len(asked) == 0 {
			asked = append(asked, 0)
		}
		s.told = now
		for _, id := range asked {
			send(&protocol.Frame{Op: protocol.State, ID: id, A: int64(now.term), Flag: now.leader})
		}
	}
	s.looking = false
}

// A peer is the way to another server: labrpc's transport, through the host.
type peer struct {
	*server
	to int
}

func (p peer) RoundTrip(method string, args []byte) ([]byte, bool) {
	id, ch := p.begin()
	send(&protocol.Frame{Op: protocol.Call, ID: id, A: int64(p.to), Text: method, Data: args})
	a := <-ch
	p.lock.lock()
	p.free = append(p.free, ch)
	p.lock.unlock()
	return a.reply, a.ok
}

// begin notes a call and where its answer is to go.
func (s *server) begin() (id uint64, ch chan answer) {
	s.lock.lock()
	defer s.lock.unlock()
	s.lastCall++
	if n := len(s.free); n > 0 {
		ch, s.free = s.free[n-1], s.free[:n-1]
	} else {
		ch = make(chan answer, 1)
	}
	s.calls[s.lastCall] = ch
	return s.lastCall, ch
}

// A lock keeps goroutines apart where one of them may allocate: then it may have
// to help the garbage collector, and others run. It is no sync.Mutex since those
// take the time that the run's schedule gives them.
type lock chan struct{}

func (l lock) lock()   { l <- struct{}{} }
func (l lock) unlock() { <-l }
