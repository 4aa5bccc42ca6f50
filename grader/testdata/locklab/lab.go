// Package locklab is a lab that is as small as can be: a lock service and its
// clients, each a node. It shows what a lab consists of.
package locklab

import (
	"fmt"
	"reflect"
	"sync"
	"time"

	"raftlab/src/cluster"
	"raftlab/src/cluster/node"
	"raftlab/src/lab"
	"raftlab/src/labrpc"
)

// A MakeFunc starts a lock server, a pointer to a type Lock with the handlers Acquire and Release. saved is what it last saved.
type MakeFunc func(saved []byte, save func([]byte)) any

// Args are the arguments of Acquire and Release.
type Args struct{ Client int }

// Reply is the reply of both: whether the client has the lock now, or had it.
type Reply struct{ OK bool }

const contract = "raftlab/grader/testdata/locklab"

func init() { lab.Register(Lab()) }

// Lab is this lab.
func Lab() *lab.Lab {
	nodes := []cluster.Node{{Name: "S0", Role: "server"}, {Name: "C1", Role: "client"}, {Name: "C2", Role: "client"}}
	return &lab.Lab{
		Name: "lock", Title: "Locks",
		Parts: []lab.Part{{Name: "A", Title: "locks"}, {Name: "B", Title: "crashes", Needs: []string{"A"}}},
		Scenarios: []lab.Scenario{
			{Name: "OneHolder", Part: "A", Tier: lab.Classic, Nodes: nodes, Weather: labrpc.Reliable(),
				Checks: "of two clients one has the lock at a time", Judge: playing(oneHolder)},
			{Name: "HolderSurvivesCrash", Part: "B", Tier: lab.Strict, Nodes: nodes, Weather: labrpc.Unreliable(),
				Checks: "a server that restarts knows who has the lock", Source: `the lab: "a lock is held until it is released"`,
				Judge: playing(holderSurvivesCrash)},
		},
		Contract: contract, Package: contract, Program: contract,
		Constructor: "Make", ConstructorType: "locklab.MakeFunc", Type: "Lock",
		Explanations: []lab.Explanation{{Name: "Mutual Exclusion", Rule: "One client has the lock at a time."}},
	}
}

// Program is the lab's code in a node.
func Program(makeLock MakeFunc, _ func(reflect.Type) []reflect.Method) node.Program {
	return func(h node.Host) node.Node {
		if h.Role() == "client" {
			return client{h: h}
		}
		disk, _ := h.Disk()
		saved := append([]byte(nil), disk...)
		return server{start: func() any { return makeLock(saved, func(data []byte) { h.Save(data, nil) }) }}
	}
}

// idle has what a node of this lab need not do.
type idle struct{}

func (idle) Start() *labrpc.Server    { return nil }
func (idle) Ask([]byte, func([]byte)) {}
func (idle) Served()                  {}
func (idle) Kill(killed func())       { killed() }
func (idle) Hear([]byte)              {}

// A server serves the lock of the code under test.
type server struct {
	idle
	start func() any
}

func (s server) Start() *labrpc.Server {
	rpc := labrpc.MakeServer()
	rpc.AddService(labrpc.MakeService(s.start()))
	return rpc
}

// A client acquires or releases the lock, as it is asked to, and tells what came of it.
type client struct {
	idle
	h node.Host
}

func (c client) Ask(question []byte, answer func([]byte)) {
	method, did := string(question), []byte(nil)
	go func() {
		if reply := (Reply{}); c.h.Peers()[0].Call("Lock."+method, &Args{c.h.Index()}, &reply) && reply.OK {
			did = []byte(method)
		}
		answer(did)
	}()
}

// A judge is the monitor of Mutual Exclusion.
type judge struct {
	cluster.NopJudge
	run  *cluster.Run
	play func(*cluster.Cluster)

	mu     sync.Mutex
	holder int // the node that has the lock, or 0
}

func playing(play func(*cluster.Cluster)) lab.Judge {
	return func(_ *lab.Scenario, r *cluster.Run, _ string) cluster.Judge { return &judge{run: r, play: play} }
}

func (j *judge) Play(c *cluster.Cluster) { j.play(c) }

func (j *judge) Told(client int, said []byte) (reply []byte, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if got := string(said) == "Acquire"; got && j.holder != 0 && j.holder != client {
		j.run.Fail(cluster.Safety, fmt.Sprintf("Mutual Exclusion: C%d has the lock, and C%d has it", j.holder, client))
	} else if got {
		j.holder = client
	} else if string(said) == "Release" {
		j.holder = 0
	}
	return nil, nil
}

// do has a client do something until it succeeds, for a second.
func do(c *cluster.Cluster, client int, method string) bool {
	for end := c.Now() + time.Second; c.Now() < end; c.Sleep(50 * time.Millisecond) {
		if c.Ask(client, cluster.Question{Method: method, Data: []byte(method)}) != nil {
			return true
		}
	}
	return false
}

func oneHolder(c *cluster.Cluster) {
	if !do(c, 1, "Acquire") || do(c, 2, "Acquire") || !do(c, 1, "Release") || !do(c, 2, "Acquire") {
		c.Failf("expected C1 to have the lock alone until it releases it, and C2 to get it then")
	}
}

func holderSurvivesCrash(c *cluster.Cluster) {
	if !do(c, 1, "Acquire") {
		c.Failf("expected C1 to get the lock")
	}
	c.Crash(0)
	c.Restart(0)
	do(c, 2, "Acquire")
}
