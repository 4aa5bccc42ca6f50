package cluster

import (
	"fmt"
	"strings"
	"time"

	"raftlab/src/dlog"
	"raftlab/src/labrpc"
	"raftlab/src/record"
)

// A Node is a place in a cluster where a program runs: it has a disk, clocks, a link to each other node and, while it
// is up, a life of the program. A run's nodes are numbered from 0 in the order in which they are listed.
type Node struct {
	Name string // as logs and failures call it: S0
	Role string // which the program is told
}

// Servers are n nodes of the role "server" with the names S0, S1 and so on.
func Servers(n int) []Node {
	nodes := make([]Node, n)
	for i := range nodes {
		nodes[i] = Node{Name: fmt.Sprintf("S%d", i), Role: "server"}
	}
	return nodes
}

// Count says how many nodes of each role there are: "5 servers, 1 clerk".
func Count(nodes []Node) string {
	var roles []string
	number := make(map[string]int)
	for _, n := range nodes {
		if number[n.Role]++; number[n.Role] == 1 {
			roles = append(roles, n.Role)
		}
	}
	for i, role := range roles {
		n := number[role]
		if roles[i] = fmt.Sprintf("%d %s", n, role); n != 1 {
			roles[i] += "s"
		}
	}
	return strings.Join(roles, ", ")
}

// A Question is put to the lab's code in a node, which calls a method of the code under test for it. It is answered
// when that has returned.
type Question struct {
	// as failures call it: a watchdog waits for its return; "" if it may wait for other nodes, for as long as it likes
	Method string
	Data   []byte        // in the form that the lab's code understands
	Notes  []record.Note // what it means that this is asked, if the run is written down
}

// A World is where a cluster's nodes live and what time is there. A scenario does not know which one it runs in. Its
// methods are for the scenario's own goroutines, unless they say otherwise.
type World interface {
	// Now is the time since the world began. Any goroutine may ask.
	Now() time.Duration
	// Sleep lets time pass. It reports false, early, if the run was stopped.
	Sleep(d time.Duration) bool
	// Go runs f besides the caller, as another of the scenario's goroutines.
	Go(f func())
	// Wait waits until all that Go started has returned.
	Wait()
	// Stop ends the run: Sleep and Ask return at once. Any goroutine may call it, any number of times; it does not
	// wait.
	Stop()

	// Boot starts a node, which must be down, with what is on its disk. Its program is given boot, and Boot returns
	// when it is ready to be called. It reports false if the run was stopped before.
	Boot(node int, boot []byte) bool
	// Crash takes a node away. Its disk stays as it was last saved.
	Crash(node int)
	// Retire has all nodes that are up stop their work, gives their goroutines time to leave, and returns those that
	// stayed.
	Retire() []Goroutine
	// Ask puts a question to a node and returns the answer, which the Observer is told of before. A node that is down,
	// or goes down before it answers, answers nil. ok is false if the run was stopped before.
	Ask(node int, q Question) (answer []byte, ok bool)
	// Tell tells a node something, if it is up.
	Tell(node int, data []byte)
	// Memory is how many bytes the nodes hold, after a garbage collection, and in some worlds the test besides.
	Memory() int
	// Disk returns what a node saved last.
	Disk(node int) (state, snapshot []byte)

	// SetWeather changes how the network treats the messages to come.
	SetWeather(w labrpc.Weather)
	// SetLink opens or cuts the way of requests and replies from one node to another, in this direction only.
	SetLink(from, to int, open bool)
	// Traffic counts what crossed the network so far.
	Traffic() Traffic
	// Requests counts those that reached a node since it was last booted.
	Requests(node int) int

	// Up reports whether a node is up: it may have crashed by itself.
	Up(node int) bool
	// Faults is what else can be done to nodes here, or nil.
	Faults() Faults

	// Log writes a line into the run's log, if there is one. Any goroutine may call it.
	Log(topic dlog.Topic, format string, args ...any)
	// Recorder is what writes down the run, nil if nothing does. It is for whoever the world tells something, meanwhile.
	Recorder() *record.Recorder
	// Keep counts bytes that the Judge keeps for a node from now on, of what it was told. Any goroutine may call it.
	Keep(node int, bytes int)
}

// Faults are what a world can do to a node only if the node is a machine of its own. The methods are for the scenario's
// goroutines; the node is up.
type Faults interface {
	// Pause stops a node in its tracks, as a long garbage collection or a suspended virtual machine does, or lets it go
	// on. Its clocks go on meanwhile, messages to it wait, and it does not know of any of this.
	Pause(node int, yes bool)
	// SetClock has a node's clocks run at a rate, 1 being right, and its wall clock jump; its monotonic clock does not.
	SetClock(node int, rate float64, jump time.Duration)
	// Linger has goroutines of a node rest for up to longest where they have let go of a lock, or begin, or have been told
	// what they waited for, so that what they saw may have become wrong when they go on. 0 ends that, and so does a crash.
	// It costs a node nothing but time.
	Linger(node int, longest time.Duration)
	// CrashOnSave crashes a node the next time it saves, or no longer: the disk has what was saved, and nobody hears
	// what the node says afterwards.
	CrashOnSave(node int, yes bool)
	// Kill has a node stop its work. Its box stays, and messages reach it as before. It is the last call to it.
	Kill(node int)
}

// A Goroutine is one of a node's.
type Goroutine struct {
	Place string // the function of the code under test that it is in, and where there
	Stack string
}

// An Observer is told what happens in a world, by any goroutine, while the world goes on. It must not block and must
// not call the world, except for Now, Log, Keep and Stop.
type Observer interface {
	// Message is told of every step of every RPC. The event's End is a labrpc.Route.
	Message(e labrpc.Event)
	// Told is told what the lab's code in a node says, answers to questions among it, in the order in which the node
	// says it. The data is only lent. Where the node waits for a reply, the reply is sent. An error says that the lab's
	// code does not say such things, or that it is too much: a [Failure] ends the run as it is, any other as the node's
	// fault.
	Told(node int, data []byte) (reply []byte, err error)
	// Saved is told what a node wrote to its disk. It must not be changed.
	Saved(node int, state, snapshot []byte)
	// Failed is told of a failure that the world itself saw, such as a deadlock.
	Failed(f Failure)
}
