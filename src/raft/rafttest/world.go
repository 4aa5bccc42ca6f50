package rafttest

import (
	"time"

	"raftlab/src/dlog"
	"raftlab/src/labrpc"
	"raftlab/src/raft"
)

// A World is where a cluster's servers live and what time is there. A scenario
// does not know which one it runs in. Its methods are for the scenario's own
// goroutines, unless they say otherwise.
type World interface {
	// Now is the time since the world began. Any goroutine may ask.
	Now() time.Duration
	// Sleep lets time pass. It reports false, early, if the run was stopped.
	Sleep(d time.Duration) bool
	// Go runs f besides the caller, as another of the scenario's goroutines.
	Go(f func())
	// Wait waits until all that Go started has returned.
	Wait()
	// Stop ends the run: Sleep and the calls to servers return at once. Any
	// goroutine may call it, any number of times; it does not wait.
	Stop()

	// Boot starts a server with what is on its disk. It must not be up.
	Boot(server int) bool
	// Crash takes a server away. Its disk stays as it was last saved.
	Crash(server int)
	// Retire kills all servers that are up, gives their goroutines time to
	// leave, and returns those that stayed.
	Retire() []Goroutine
	// GetState, Start and Snapshot call the server's methods of these names. ok
	// is false if the run was stopped before they returned. A server that is
	// down, or goes down before it answers, leads nothing, in term 0.
	GetState(server int) (term int, leader, ok bool)
	Start(server int, command any) (index, term int, leader, ok bool)
	Snapshot(server, index int, data []byte) (ok bool)
	// SlowService has the service on a server take so long over each message
	// from applyCh, from now on and in later lives too, before it reads the next.
	SlowService(server int, d time.Duration)
	// Memory is how many bytes the servers hold, after a garbage collection,
	// and in some worlds the test besides.
	Memory() int
	// Disk returns what a server saved last.
	Disk(server int) (state, snapshot []byte)

	// SetWeather changes how the network treats the messages to come.
	SetWeather(w labrpc.Weather)
	// SetLink opens or cuts the way of requests and replies from one server to
	// another, in this direction only.
	SetLink(from, to int, open bool)
	// Traffic counts what crossed the network so far.
	Traffic() Traffic
	// Requests counts those that reached a server since it was last booted.
	Requests(server int) int

	// Up reports whether a server is up: it may have crashed by itself.
	Up(server int) bool
	// Faults is what else can be done to servers here, or nil.
	Faults() Faults

	// Log writes a line into the run's log, if there is one.
	Log(topic dlog.Topic, format string, args ...any)
}

// A Goroutine is one of a server's.
type Goroutine struct {
	Place string // the function of the code under test that it is in, and where there
	Stack string
}

// Traffic is what crossed a network.
type Traffic struct {
	RPCs  int   // requests sent, also those that were lost
	Bytes int64 // of requests sent and replies delivered
}

// An Observer is told what happens in a world, by any goroutine, while the
// world goes on. It must not block and must not call the world, except for Now,
// Log and Stop.
type Observer interface {
	// Message is told of every step of every RPC. The event's End is a
	// labrpc.Route.
	Message(e labrpc.Event)
	// State is told whatever GetState of a server returned, whoever asked, in
	// the order of the answers.
	State(server, term int, leader bool)
	// Saved is told what a server wrote to its disk.
	Saved(server int, state, snapshot []byte)
	// Applied is told what a server sent on its applyCh, by whoever reads it.
	// If it returns a snapshot, the reader calls the server's Snapshot with it
	// and the message's index, and reads on when that has returned, as the lab's
	// does: a Raft whose Snapshot waits for its applyCh to be read is stuck.
	// That happens only after commands whose index is one short of a multiple of
	// the scenario's SnapshotEvery.
	Applied(server int, m raft.ApplyMsg) (snapshot []byte)
	// Failed is told of a failure that the world itself saw, such as a
	// deadlock.
	Failed(f Failure)
}
