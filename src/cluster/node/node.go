// Package node is what a lab's code within a node has of its surroundings. The lab's code stands beside the code under
// test: it starts it, calls its methods where the judge asks for it, and tells the judge what it does. It judges
// nothing, and is the same in a box and in a process with other nodes.
package node

import "raftlab/src/labrpc"

// A Host is where a node lives, for one life of it. Its methods may be called from any goroutine.
type Host interface {
	// Index is the node's number among the cluster's.
	Index() int
	// Role is what the lab wants this node to be.
	Role() string
	// Given is what the judge gave this life at its start. It is for the Program, as Disk is, and is only lent.
	Given() []byte
	// Peers are ways to all nodes by their numbers, to itself too.
	Peers() []*labrpc.ClientEnd

	// Disk is what an earlier life saved last. It is only lent.
	Disk() (state, snapshot []byte)
	// Save puts both on the disk at once.
	Save(state, snapshot []byte)

	// Made says in which value the code under test has what it holds in memory, as its constructor returned it, so that
	// it can be shown. The paths to what is in there begin with the name; it may be empty if there is but one.
	Made(name string, value any)
	// Watch calls f, which calls a method of the code under test that must return soon, because it waits for no other
	// node: a watchdog fails the run otherwise.
	Watch(method string, f func())
	// Over is closed when the life is over: what is told no longer reaches anybody. End is closed when the run is, and
	// all goroutines of the lab's code must leave. Both are nil in a box, which takes its goroutines with it.
	Over() <-chan struct{}
	End() <-chan struct{}

	// Tell tells the judge something.
	Tell(data []byte)
	// Query tells the judge something and waits for the reply. It returns nil if there is none, or the life is over.
	Query(data []byte) (reply []byte)
}

// A Node is the lab's code of one life of a node. Start is called on a goroutine of its own. The other methods may be
// called before it has returned. Ask, Kill and Hear are called in the order of what the judge says, and return at once:
// where they are to call the code under test they start a goroutine, which waits for Start. What they are given is only
// lent.
type Node interface {
	// Start starts the code under test and returns the server to which requests of other nodes go, or nil if the node
	// serves none. The judge takes the node to be up when Start has returned.
	Start() *labrpc.Server
	// Ask takes a question of the judge, and sees to it that answer is called once.
	Ask(question []byte, answer func([]byte))
	// Hear takes what the judge tells.
	Hear(data []byte)
	// Kill has the code under test stop its work, and sees to it that killed is called when it has been told so.
	Kill(killed func())
	// Served is called when the node has answered a request of another node, on the goroutine that did it, and in a box
	// only: what has changed by it can then be told without being asked for.
	Served()
}

// A Program makes the lab's code for a life of a node. It does not call the code under test.
type Program func(h Host) Node
