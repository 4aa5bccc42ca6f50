// Package raftnode is the Raft lab's code within a node: it starts a Raft and calls its methods, is the service that
// reads its applyCh, and tells the judge what the Raft says and applies. It runs in boxes and in processes with other
// nodes alike.
package raftnode

import (
	"bytes"
	"fmt"
	"reflect"
	"sync/atomic"

	"raftlab/src/cluster/node"
	"raftlab/src/labgob"
	"raftlab/src/labrpc"
	"raftlab/src/raft"
	"raftlab/src/raft/editions"
)

// Methods finds those methods of a type that may be its handlers. See [labrpc.MakeServiceOf]. Nil finds all.
type Methods func(reflect.Type) []reflect.Method

// Program returns the program of a node with a Raft that is written for package raft.
func Program(makeRaft raft.MakeFunc, methods Methods) node.Program {
	return ProgramOf(editions.Contract(makeRaft), methods)
}

// ProgramOf returns the program of a node with a Raft of an edition, a year's form of the lab.
func ProgramOf[M any](e editions.Adapter[M], methods Methods) node.Program {
	return func(h node.Host) node.Node {
		var given Given
		if err := given.parse(h.Given()); err != nil {
			panic(fmt.Sprintf("raftlab: what the judge gives a server at its start: %v", err))
		}
		disk, snapshot := h.Disk()
		s := &server{
			host:    h,
			started: make(chan struct{}),
			every:   given.SnapshotEvery,
		}
		s.states = NewStates(func() (term int, leader bool) { return s.rf.GetState() }, h.Tell)
		s.slow.Store(given.Slow)
		persister := raft.NewPersister(disk, snapshot, h.Save)
		if given.Timing != (raft.Timing{}) {
			persister.SetTiming(given.Timing, func() { h.Tell([]byte{byte(opTimed)}) })
		}
		applyCh := make(chan M)
		s.makeRaft = func() { s.rf, s.object = e.Make(h.Peers(), h.Index(), persister, applyCh) }
		s.methods = methods
		go apply(s, e, applyCh)
		return s
	}
}

// A server is the Raft of this life and what calls it: a node.Node.
type server struct {
	host     node.Host
	makeRaft func()
	methods  Methods

	started chan struct{} // closed when the next two are there
	rf      raft.Raft
	object  any // what Make returned

	every int          // see Given.SnapshotEvery
	slow  atomic.Int64 // what the service takes over each message, in ns

	states *States
}

// The methods below and apply are what deadlocks are found by: see Callers.

// Callers are the functions that call the methods of a Raft, as stacks name them.
var Callers = map[string][]string{
	"Make":                {here + "(*server).Start"},
	"GetState":            {Look},
	"Start":               {here + "(*server).start"},
	"Snapshot":            {here + "(*server).snapshot", here + "apply"},
	"CondInstallSnapshot": {here + "apply"},
	"Kill":                {here + "(*server).kill"},
}

const here = "raftlab/src/raft/rafttest/raftnode."

func (s *server) Start() *labrpc.Server {
	s.makeRaft()
	s.host.Made("", s.object)
	rpc := labrpc.MakeServer()
	if s.methods == nil {
		rpc.AddService(labrpc.MakeService(s.object))
	} else {
		rpc.AddService(labrpc.MakeServiceOf(s.object, s.methods(reflect.TypeOf(s.object))))
	}
	close(s.started)
	return rpc
}

func (s *server) Ask(question []byte, answer func([]byte)) {
	switch data := question[1:]; op(question[0]) {
	case opGetState:
		s.states.Ask(answer)
		go s.lookOnceStarted()
	case opStart:
		var command any
		if err := labgob.Unmarshal(data, &command); err != nil {
			panic(fmt.Sprintf("raftlab: the judge starts a command that cannot be decoded: %v", err))
		}
		go s.start(command, answer)
	case opSnapshot:
		index, snapshot := snapshotOf(bytes.Clone(data))
		go s.snapshot(index, snapshot, answer)
	default:
		panic(fmt.Sprintf("raftlab: the judge asks op %d", question[0]))
	}
}

func (s *server) Hear(data []byte) {
	s.slow.Store(slowOf(data))
}

func (s *server) start(command any, answer func([]byte)) {
	if !s.isStarted() {
		return
	}
	var m Started
	m.Index, m.Term, m.Leader = s.rf.Start(command)
	answer(m.Append(nil))
}

func (s *server) snapshot(index int, data []byte, answer func([]byte)) {
	if !s.isStarted() {
		return
	}
	s.rf.Snapshot(index, data)
	answer([]byte{byte(opSnapshotted)})
}

func (s *server) Kill(killed func()) {
	s.states.Stop()
	go s.kill(killed)
}

func (s *server) kill(killed func()) {
	if s.isStarted() {
		s.rf.Kill()
		killed()
	}
}

func (s *server) Served() { s.states.Look() }

func (s *server) lookOnceStarted() {
	if s.isStarted() {
		s.states.Look()
	}
}
