package live

import (
	"context"
	"fmt"
	"runtime/pprof"
	"sync"
	"sync/atomic"
	"time"

	"raftlab/src/labrpc"
	"raftlab/src/raft"
	"raftlab/src/raft/rafttest"
)

const (
	// pollEvery is how often a server is asked for its state besides what the
	// scenario asks, for the monitors.
	pollEvery = 50 * time.Millisecond
	// patience is how long a method of a server may take before the server
	// counts as deadlocked: none of them waits for the network. With
	// go-deadlock's own limit it keeps to the 5 s in which a deadlock is
	// reported, and ahead of any scenario's complaint that there is no leader.
	patience = 4 * time.Second
)

// A server is a place in the cluster: its disk and, while it is up, its life.
type server struct {
	world *world
	me    int
	lives int
	disk  *raft.Persister
	pace  atomic.Int64 // what its service takes over each message, in ns

	mu   sync.Mutex // guards life, which the scenario's goroutines look at
	life *life      // nil while it is down
}

// A life is one incarnation of a server.
type life struct {
	server *server
	number int
	ends   []labrpc.Route // by peer
	rf     raft.Raft
	object any           // rf as Make returned it
	made   chan struct{} // closed when the two are there
	asks   chan chan<- answer
	over   chan struct{} // closed when it crashes

	mu   sync.Mutex // guards gone, and holds up a crash while a state is reported
	gone bool
}

type answer struct {
	term   int
	leader bool
}

func newServer(w *world, me int) *server {
	return &server{world: w, me: me, disk: raft.MakePersister()}
}

// boot reports false if the run was stopped before Make returned.
func (s *server) boot() bool {
	w := s.world
	s.lives++
	l := &life{server: s, number: s.lives, made: make(chan struct{}), asks: make(chan chan<- answer), over: make(chan struct{})}
	state, snapshot := s.disk.ReadRaftState(), s.disk.ReadSnapshot()
	s.disk = raft.NewPersister(state, snapshot, func(state, snapshot []byte) { l.saved(state, snapshot) })

	peers := make([]*labrpc.ClientEnd, len(w.servers))
	for j := range peers {
		end := labrpc.Route{From: s.me, To: j, Life: l.number}
		peers[j] = w.network.MakeEnd(end)
		w.network.Connect(end, j)
		l.ends = append(l.ends, end)
	}
	s.setLife(l)
	for j := range peers {
		w.apply(s.me, j)
		w.apply(j, s.me)
	}

	apply, start := w.make(l, peers, s.disk)
	go apply()
	type raftOf struct {
		rf     raft.Raft
		object any
	}
	made := make(chan raftOf, 1)
	go w.labelled(s.me, func() {
		var r raftOf
		r.rf, r.object = start()
		made <- r
	})
	select {
	case r := <-made:
		l.rf, l.object = r.rf, r.object
		close(l.made)
	case <-w.stop:
		return false
	}
	go w.labelled(s.me, l.answer)

	srv := labrpc.MakeServer()
	srv.AddService(labrpc.MakeService(l.object))
	w.network.AddServer(s.me, srv)
	return true
}

// crash takes the server off the network, cuts its disk loose, so that its last
// throes write nothing, and kills it.
func (s *server) crash() {
	w, l := s.world, s.current()
	s.setLife(nil)
	l.mu.Lock()
	l.gone = true
	l.mu.Unlock()
	close(l.over)
	w.network.DeleteServer(s.me)
	for _, end := range l.ends {
		w.network.Enable(end, false)
	}
	s.disk = s.disk.Copy()
	if l.rf == nil {
		return // Make never returned
	}
	killed := make(chan struct{})
	go w.labelled(s.me, func() { l.rf.Kill(); close(killed) })
	select {
	case <-killed:
	case <-time.After(patience):
		w.observer.Failed(w.deadlocked(fmt.Sprintf("S%d: Kill has not returned for %v", s.me, patience)))
	}
}

// current returns the server's life, or nil while it is down.
func (s *server) current() *life {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.life
}

func (s *server) setLife(l *life) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.life = l
}

// labelled marks the goroutines that f starts as the server's.
func (w *world) labelled(me int, f func()) {
	pprof.Do(context.Background(), pprof.Labels(labelKey, w.label, "server", fmt.Sprint(me)), func(context.Context) { f() })
}

// sleep lets time pass, as long as this life goes on.
func (l *life) sleep(d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-l.over:
	}
}

// isMade waits for Make to return. It reports false if it never will.
func (l *life) isMade() bool {
	select {
	case <-l.made:
		return true
	case <-l.over:
		return false
	case <-l.server.world.stop:
		return false
	}
}

// call calls a method of the server, on the goroutine of the caller, and fails
// the run if that takes too long.
func (l *life) call(method string, f func()) {
	w := l.server.world
	defer time.AfterFunc(patience, func() {
		l.report(func(o rafttest.Observer) {
			o.Failed(w.deadlocked(fmt.Sprintf("S%d: %s has not returned for %v", l.server.me, method, patience)))
		})
	}).Stop()
	w.labelled(l.server.me, f)
}

func (l *life) saved(state, snapshot []byte) {
	l.report(func(o rafttest.Observer) { o.Saved(l.server.me, state, snapshot) })
}

// report tells the observer something about this life, if it still counts.
func (l *life) report(f func(rafttest.Observer)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.gone {
		f(l.server.world.observer)
	}
}

// answer calls GetState, for whoever asks and now and then for the monitors, one
// call at a time so that the answers have an order.
func (l *life) answer() {
	w := l.server.world
	stuck := time.AfterFunc(time.Hour, func() {
		// Once the server was killed it need not return.
		l.report(func(o rafttest.Observer) {
			o.Failed(w.deadlocked(fmt.Sprintf("S%d: GetState has not returned for %v", l.server.me, patience)))
		})
	})
	defer stuck.Stop()
	poll := time.NewTimer(jitter())
	defer poll.Stop()
	for {
		var asker chan<- answer
		select {
		case asker = <-l.asks:
		case <-poll.C:
			poll.Reset(pollEvery)
		case <-l.over:
			return
		}
		stuck.Reset(patience)
		var a answer
		a.term, a.leader = l.rf.GetState()
		stuck.Stop()
		w.Now()
		l.report(func(o rafttest.Observer) { o.State(l.server.me, a.term, a.leader) })
		if asker != nil {
			asker <- a
		}
	}
}

func (l *life) getState(stop <-chan struct{}) (term int, leader, ok bool) {
	reply := make(chan answer, 1)
	select {
	case l.asks <- reply:
	case <-l.over:
		return 0, false, true
	case <-stop:
		return 0, false, false
	}
	select {
	case a := <-reply:
		return a.term, a.leader, true
	case <-l.over:
		return 0, false, true
	case <-stop:
		return 0, false, false
	}
}

// await calls a method of the server and waits until it returns, the server
// crashes or the run is stopped. ok is false in the last case; result is then,
// and after a crash, what f would have returned if nobody was there.
func await[T any](l *life, method string, nobody T, f func() T) (result T, ok bool) {
	stop := l.server.world.stop
	if !l.isMade() {
		select {
		case <-stop:
			return nobody, false
		default:
			return nobody, true
		}
	}
	done := make(chan T, 1)
	go l.call(method, func() { done <- f() })
	select {
	case result = <-done:
		return result, true
	case <-l.over:
		return nobody, true
	case <-stop:
		return nobody, false
	}
}
