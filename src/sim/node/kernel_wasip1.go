package node

import (
	"bytes"
	"fmt"
	"runtime"
	"time"

	"raftlab/src/box/guest"
	"raftlab/src/cluster/node"
	"raftlab/src/labrpc"
	"raftlab/src/sim/inspect"
	"raftlab/src/sim/wire"
)

// A kernel is this box's node as its lab's code has it: a node.Host. Goroutines here never run at the same time, and
// give way only where they wait or allocate, so that most of its fields need no lock.
type kernel struct {
	boot  wire.Boot
	peers []*labrpc.ClientEnd
	lab   node.Node

	ready  chan struct{} // closed when server is there
	server *labrpc.Server

	replies chan []byte // to queries
	watched uint64      // how many methods have been
	made    []inspect.Root

	lock     lock                   // guards the next three
	calls    map[uint64]chan answer // that wait for an answer
	lastCall uint64
	free     []chan answer // of calls that have theirs
}

type answer struct {
	reply []byte
	ok    bool
}

func newKernel(boot wire.Boot) *kernel {
	k := &kernel{
		boot:    boot,
		ready:   make(chan struct{}),
		replies: make(chan []byte, 1),
		lock:    make(lock, 1),
		calls:   make(map[uint64]chan answer),
	}
	for i := range boot.Nodes {
		k.peers = append(k.peers, labrpc.NewClientEnd(peer{k, i}))
	}
	return k
}

func (k *kernel) Index() int                     { return int(k.boot.Index) }
func (k *kernel) Role() string                   { return k.boot.Role }
func (k *kernel) Given() []byte                  { return k.boot.Given }
func (k *kernel) Peers() []*labrpc.ClientEnd     { return k.peers }
func (k *kernel) Disk() (state, snapshot []byte) { return k.boot.State, k.boot.Snapshot }
func (k *kernel) Over() <-chan struct{}          { return nil }
func (k *kernel) End() <-chan struct{}           { return nil }

func (k *kernel) Made(name string, value any) {
	k.made = append(k.made, inspect.Root{Name: name, Value: value})
}

func (k *kernel) Save(state, snapshot []byte) {
	send(wire.Saved{State: state, Snapshot: snapshot}.Append(lease()))
}

func (k *kernel) Tell(data []byte) { send(wire.Told{Data: data}.Append(lease())) }

func (k *kernel) Query(data []byte) (reply []byte) {
	send(wire.Query{Data: data}.Append(lease()))
	return <-k.replies
}

func (k *kernel) Watch(method string, f func()) {
	k.watched++
	id := k.watched
	send(wire.Began{ID: id, Method: method}.Append(lease()))
	f()
	send(wire.Ended{ID: id}.Append(lease()))
}

// start starts the code under test.
func (k *kernel) start() {
	k.server = k.lab.Start()
	close(k.ready)
	send(wire.Ready{}.Append(lease()))
}

// handle does what the host asks. What calls the code under test is in a goroutine of its own: that may take its time.
func (k *kernel) handle(message []byte) {
	switch op := wire.OpOf(message); op {
	case wire.OpAnswer:
		var m wire.Answer
		parsed(m.Parse(message))
		k.lock.lock()
		ch := k.calls[m.ID]
		delete(k.calls, m.ID)
		k.lock.unlock()
		if ch != nil {
			ch <- answer{bytes.Clone(m.Reply), m.OK}
		}
	case wire.OpRequest:
		var m wire.Request
		parsed(m.Parse(message))
		args := bytes.Clone(m.Args)
		go k.serve(m.ID, m.Method, args)
	case wire.OpAsk:
		var m wire.Ask
		parsed(m.Parse(message))
		k.lab.Ask(m.Question, func(answer []byte) { send(wire.Told{ID: m.ID, Data: answer}.Append(lease())) })
	case wire.OpTell:
		var m wire.Tell
		parsed(m.Parse(message))
		k.lab.Hear(m.Data)
	case wire.OpReply:
		var m wire.Reply
		parsed(m.Parse(message))
		k.replies <- bytes.Clone(m.Data)
	case wire.OpKill:
		var m wire.Kill
		parsed(m.Parse(message))
		k.lab.Kill(func() { send(wire.Killed{ID: m.ID}.Append(lease())) })
	case wire.OpWeigh:
		var m wire.Weigh
		parsed(m.Parse(message))
		runtime.GC()
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		send(wire.Weight{ID: m.ID, Bytes: int64(stats.HeapAlloc) + int64(guest.Globals())}.Append(lease()))
	case wire.OpInspect: // this is a fork, which ends when it has told
		var m wire.Inspect
		parsed(m.Parse(message))
		guest.Send(wire.Inspected{Data: inspect.Append(nil, time.Unix(0, m.Zero), k.made...)}.Append(nil))
	default:
		panic(fmt.Sprintf("raftlab: the host sent op %d", op))
	}
}

// serve answers another node's request.
func (k *kernel) serve(id uint64, method string, args []byte) {
	<-k.ready
	guest.Arrived()
	var reply []byte
	if k.server != nil {
		reply = k.server.Dispatch(method, args)
	}
	send(wire.Served{ID: id, Reply: reply}.Append(lease()))
	k.lab.Served()
}

// A peer is the way to another node: labrpc's transport, through the host.
type peer struct {
	*kernel
	to int64
}

func (p peer) RoundTrip(method string, args []byte) ([]byte, bool) {
	id, ch := p.begin()
	send(wire.Call{ID: id, To: p.to, Method: method, Args: args}.Append(lease()))
	a := <-ch
	p.lock.lock()
	p.free = append(p.free, ch)
	p.lock.unlock()
	return a.reply, a.ok
}

// begin notes a call and where its answer is to go.
func (k *kernel) begin() (id uint64, ch chan answer) {
	k.lock.lock()
	defer k.lock.unlock()
	k.lastCall++
	if n := len(k.free); n > 0 {
		ch, k.free = k.free[n-1], k.free[:n-1]
	} else {
		ch = make(chan answer, 1)
	}
	k.calls[k.lastCall] = ch
	return k.lastCall, ch
}

// A lock keeps goroutines apart where one of them may allocate: then it may have to help the garbage collector, and
// others run. It is no sync.Mutex since those take the time that the run's schedule gives them.
type lock chan struct{}

func (l lock) lock()   { l <- struct{}{} }
func (l lock) unlock() { <-l }
