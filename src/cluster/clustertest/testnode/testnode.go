// Package testnode is the program of the nodes that clustertest plays with: a node calls another one when it is told
// to, and tells what Call returned. It is both the lab's code and the code under test.
package testnode

import (
	"reflect"
	"strconv"
	"sync"

	"raftlab/src/cluster/node"
	"raftlab/src/labrpc"
)

// What the judge tells a node.
const (
	Call     = "call"      // call node 1, whose handler returns at once
	CallHeld = "call held" // call node 1, whose handler returns once node 1 is told Release
	Release  = "release"
)

// Args are the arguments of the handler.
type Args struct{ Held bool }

// Reply is the reply of the handler.
type Reply struct{ Text string }

// Node is the code under test.
type Node struct {
	released chan struct{}
	release  func() // closes released
}

// Make returns the code under test.
func Make() *Node {
	released := make(chan struct{})
	return &Node{released, sync.OnceFunc(func() { close(released) })}
}

// Handle is the handler of the calls.
func (n *Node) Handle(args *Args, reply *Reply) {
	if args.Held {
		<-n.released
	}
	reply.Text = "done"
}

// Program returns the program of a node.
func Program(newNode func() *Node, _ func(reflect.Type) []reflect.Method) node.Program {
	return func(h node.Host) node.Node { return program{newNode(), h} }
}

type program struct {
	node *Node
	host node.Host
}

func (p program) Start() *labrpc.Server {
	rpc := labrpc.MakeServer()
	rpc.AddService(labrpc.MakeService(p.node))
	return rpc
}

func (p program) Hear(data []byte) {
	switch message := string(data); message {
	case Call, CallHeld:
		go p.call(message == CallHeld)
	case Release:
		p.node.release()
	}
}

func (p program) call(held bool) {
	reply := Reply{}
	ok := p.host.Peers()[1].Call("Node.Handle", &Args{held}, &reply)
	p.host.Tell(strconv.AppendBool(nil, ok))
}

func (p program) Kill(killed func()) {
	p.node.release()
	killed()
}

func (p program) Ask(_ []byte, answer func([]byte)) { answer(nil) }
func (p program) Served()                           {}
