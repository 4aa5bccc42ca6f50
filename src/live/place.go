package live

import (
	"context"
	"errors"
	"fmt"
	"runtime/pprof"
	"sync"
	"time"

	"raftlab/src/cluster"
	"raftlab/src/cluster/node"
	"raftlab/src/labrpc"
)

const (
	// pollEvery is how often a node is asked what it is asked now and then.
	pollEvery = 50 * time.Millisecond
	// patience is how long a method of the code under test may take before its node counts as deadlocked: none of them
	// waits for the network. With go-deadlock's own limit it keeps to the 5 s in which a deadlock is reported, and
	// ahead of any scenario's complaint that nothing happens.
	patience = 4 * time.Second
)

// A place is where a node is in the cluster: its disk and, while it is up, its life.
type place struct {
	cluster.Node
	world *world
	me    int
	lives int

	mu              sync.Mutex // guards what follows
	life            *life      // nil while it is down
	state, snapshot []byte     // the disk
}

// A life is one incarnation of a node. It is the node.Host of its lab's code.
type life struct {
	place  *place
	number int
	given  []byte
	peers  []*labrpc.ClientEnd
	ends   []labrpc.Route // by peer
	lab    node.Node
	ready  chan struct{} // closed when the node can be asked
	over   chan struct{} // closed when it crashes

	mu   sync.Mutex // guards gone, and holds up a crash while something is reported
	gone bool
}

// boot reports false if the run was stopped before the node was ready.
func (p *place) boot(given []byte) bool {
	w := p.world
	p.lives++
	l := &life{place: p, number: p.lives, given: given, ready: make(chan struct{}), over: make(chan struct{})}
	for j := range w.places {
		end := labrpc.Route{From: p.me, To: j, Life: l.number}
		l.peers = append(l.peers, w.network.MakeEnd(end))
		w.network.Connect(end, j)
		l.ends = append(l.ends, end)
	}
	l.lab = w.program(l)
	p.setLife(l)
	for j := range w.places {
		w.apply(p.me, j)
		w.apply(j, p.me)
	}
	started := make(chan *labrpc.Server, 1)
	go l.labelled(func() { started <- l.lab.Start() })
	select {
	case server := <-started:
		close(l.ready)
		if w.run.Poll.Method != "" {
			go l.poll()
		}
		if server != nil {
			w.network.AddServer(p.me, server)
		}
	case <-w.stop:
		return false
	}
	return true
}

// crash takes the node off the network, cuts its disk loose, so that its last throes write nothing, and kills it.
func (p *place) crash() {
	w, l := p.world, p.current()
	p.setLife(nil)
	l.mu.Lock()
	l.gone = true
	l.mu.Unlock()
	close(l.over)
	w.network.DeleteServer(p.me)
	for _, end := range l.ends {
		w.network.Enable(end, false)
	}
	select {
	case <-l.ready:
	default:
		return // it never was
	}
	killed := make(chan struct{})
	l.labelled(func() { l.lab.Kill(func() { close(killed) }) })
	select {
	case <-killed:
	case <-time.After(patience):
		w.observer.Failed(w.deadlocked(fmt.Sprintf("%s: Kill has not returned for %v", p.Name, patience)))
	}
}

// current returns the node's life, or nil while it is down.
func (p *place) current() *life {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.life
}

func (p *place) setLife(l *life) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.life = l
}

// labelled marks the goroutines that f starts as the node's.
func (l *life) labelled(f func()) {
	labels := pprof.Labels(labelKey, l.place.world.label, "server", fmt.Sprint(l.place.me))
	pprof.Do(context.Background(), labels, func(context.Context) { f() })
}

func (l *life) Index() int                 { return l.place.me }
func (l *life) Role() string               { return l.place.Role }
func (l *life) Given() []byte              { return l.given }
func (l *life) Peers() []*labrpc.ClientEnd { return l.peers }
func (l *life) Over() <-chan struct{}      { return l.over }
func (l *life) End() <-chan struct{}       { return l.place.world.closed }

// Made does nothing: what is in memory is not looked at while others run.
func (l *life) Made(string, any) {}

func (l *life) Disk() (state, snapshot []byte) { return l.place.disk() }

func (p *place) disk() (state, snapshot []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state, p.snapshot
}

func (l *life) Save(state, snapshot []byte) {
	l.report(func(o cluster.Observer) {
		l.place.mu.Lock()
		l.place.state, l.place.snapshot = state, snapshot
		l.place.mu.Unlock()
		o.Saved(l.place.me, state, snapshot)
	})
}

// Watch calls f on the goroutine of the caller and fails the run if that takes too long.
func (l *life) Watch(method string, f func()) {
	defer l.watch(method).Stop()
	l.labelled(f)
}

// watch fails the run if the timer that it returns is not stopped in time. Once the node was crashed its methods need
// not return.
func (l *life) watch(method string) *time.Timer {
	return time.AfterFunc(patience, func() {
		l.report(func(o cluster.Observer) {
			o.Failed(l.place.world.deadlocked(fmt.Sprintf("%s: %s has not returned for %v", l.place.Name, method,
				patience)))
		})
	})
}

func (l *life) Tell(data []byte) { l.Query(data) }

func (l *life) Query(data []byte) (reply []byte) {
	l.report(func(o cluster.Observer) {
		var err error
		if reply, err = o.Told(l.place.me, data); err != nil {
			o.Failed(l.failure(err))
		}
	})
	return reply
}

// failure is what comes of an error of Told.
func (l *life) failure(err error) cluster.Failure {
	var f cluster.Failure
	if errors.As(err, &f) {
		return f
	}
	return cluster.Failure{Kind: cluster.Exit, Message: fmt.Sprintf("%s %v", l.place.Name, err),
		At: l.place.world.Now()}
}

// report tells the observer something about this life, if it still counts.
func (l *life) report(f func(cluster.Observer)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.gone {
		f(l.place.world.observer)
	}
}
