package kvnode

import (
	"fmt"
	"reflect"
	"sync"

	"raftlab/src/cluster/node"
	"raftlab/src/codec"
	"raftlab/src/labrpc"
	"raftlab/src/raft"
	"raftlab/src/raft/rafttest/raftnode"
)

// A server is a node.Node that starts a store's server, or a counter's, and calls it.
type server struct {
	host    node.Host
	start   func() Server
	methods Methods
	states  *raftnode.States

	started chan struct{} // closed when the next two are there
	made    Server
	rsm     RSM       // of a counter
	counter *counter  // of a counter; nil of a store
	once    sync.Once // to kill what was made
}

// Callers has, by method, the functions that call the methods of a store and its Raft, as they are named in stacks. By
// them a deadlock's report says which method does not return.
var Callers = map[string][]string{
	"StartKVServer": {here + "(*server).Start"},
	"MakeClerk":     {here + "(*clerks).make"},
	"GetState":      {raftnode.Look},
	"Snapshot":      {here + "(*tapped).Snapshot"},
	ApplyCh:         {here + "(*tapped).forward"},
	"Kill":          {here + "(*server).kill"},
}

const here = "raftlab/src/kvraft/kvnode."

func newServer(h node.Host, store Store, given Given, methods Methods) *server {
	s := &server{host: h, methods: methods, started: make(chan struct{})}
	disk, snapshot := h.Disk()
	persister := raft.NewPersister(disk, snapshot, h.Save)
	peers := h.Peers()[:given.Servers]
	if h.Role() == CounterRole {
		s.counter = &counter{}
		s.start = func() (made Server) {
			s.rsm, made = store.RSM(peers, h.Index(), persister, given.MaxRaftState, s.counter, s.tap)
			return made
		}
	} else {
		s.start = func() Server { return store.Start(peers, h.Index(), persister, given.MaxRaftState, s.tap) }
	}
	getState := func() (term int, leader bool) { return s.made.GetState() }
	s.states = raftnode.NewStates(getState, func(state []byte) { h.Tell(Raft{state}.Append(nil)) })
	return s
}

func (s *server) Start() *labrpc.Server {
	s.made = s.start()
	if s.rsm != nil {
		s.host.Made("", s.rsm)
	} else {
		s.host.Made("", s.made.Services[0])
	}
	rpc := labrpc.MakeServer()
	for _, service := range s.made.Services {
		if s.methods == nil {
			rpc.AddService(labrpc.MakeService(service))
		} else {
			rpc.AddService(labrpc.MakeServiceOf(service, s.methods(reflect.TypeOf(service))))
		}
	}
	close(s.started)
	return rpc
}

// isStarted waits for the constructor to return. It reports false if it never will.
func (s *server) isStarted() bool {
	select {
	case <-s.started:
		return true
	default:
	}
	if s.host.Over() == nil {
		<-s.started
		return true
	}
	select {
	case <-s.started:
		return true
	case <-s.host.Over():
		return false
	}
}

func (s *server) Ask(question []byte, answer func([]byte)) {
	r := codec.NewReader(question)
	switch op := op(r.Byte()); op {
	case opState:
		s.states.Ask(func(state []byte) { answer(Raft{state}.Append(nil)) })
		go func() {
			if s.isStarted() {
				s.states.Look()
			}
		}()
	case opSubmit:
		id, operation := r.Uint(), Operation(r.Byte())
		go s.submit(id, operation, answer)
	case opCount:
		answer(Counted{s.counter.count()}.Append(nil))
	case opShutdown:
		s.Kill(func() { answer(Done{}.Append(nil)) })
	default:
		panic(fmt.Sprintf("raftlab: the judge asks a server op %d", op))
	}
}

func (s *server) Hear(data []byte) {
	panic(fmt.Sprintf("raftlab: the judge tells a server op %d", data[0]))
}

func (s *server) Kill(killed func()) {
	s.states.Stop()
	go s.kill(killed)
}

func (s *server) kill(killed func()) {
	if s.isStarted() {
		s.once.Do(s.made.Kill)
		killed()
	}
}

func (s *server) Served() { s.states.Look() }
