package rafttest

import (
	"fmt"
	"time"

	"raftlab/src/cluster"
	"raftlab/src/labgob"
	"raftlab/src/raft/rafttest/raftnode"
)

// A Cluster is what a scenario of this lab sees: a cluster of Rafts, and services on top of them that the judge keeps
// in mind.
type Cluster struct {
	*cluster.Cluster
	judge *judge
}

// getState is what is asked for a server's state.
var getState = cluster.Question{Method: "GetState", Data: raftnode.GetState()}

// State asks a server for its term and whether it leads. One that is down leads nothing, in term 0.
func (c *Cluster) State(server int) (term int, leader bool) {
	s, _ := answered(c.Ask(server, getState)).(raftnode.State)
	return s.Term, s.Leader
}

// Start has a server start agreement on a command. A server that is down does not lead.
func (c *Cluster) Start(server int, command any) (index, term int, leader bool) {
	if !c.Running(server) {
		return -1, 0, false
	}
	data, err := labgob.Marshal(&command)
	if err != nil {
		panic(fmt.Sprintf("rafttest: a scenario starts %v, which gob cannot encode: %v", command, err))
	}
	s, ok := answered(c.Ask(server, cluster.Question{Method: "Start", Data: raftnode.Start(data)})).(raftnode.Started)
	if !ok {
		return -1, 0, false
	}
	return s.Index, s.Term, s.Leader
}

// answered is what a server says when it is asked, or nil. The judge was told of it before, and has refused what is
// malformed.
func answered(answer []byte) any {
	m, _ := raftnode.Parse(answer)
	return m
}

// Resume lets a paused server go on.
func (c *Cluster) Resume(server int) {
	c.judge.monitors.Resumed(server)
	c.Cluster.Resume(server)
}

// Skew sets the speed of a server's clocks and has its wall clock jump.
func (c *Cluster) Skew(server int, rate float64, jump time.Duration) {
	c.judge.monitors.Skewed(server, rate, jump)
	c.Cluster.Skew(server, rate, jump)
}

// Linger has goroutines of a server rest for up to longest between two locks, when they do not wait for anything there.
func (c *Cluster) Linger(server int, longest time.Duration) {
	c.judge.monitors.Lingers(server, longest)
	c.Cluster.Linger(server, longest)
}

// NoFaults has a server's clocks run as they should, and takes Linger and CrashOnNextSave back.
func (c *Cluster) NoFaults(server int) {
	c.judge.monitors.Skewed(server, 1, 0)
	c.judge.monitors.Lingers(server, 0)
	c.Cluster.NoFaults(server)
}

// SlowService has the service on a server take so long over each message from applyCh, from now on and in later lives
// too, before it reads the next.
func (c *Cluster) SlowService(server int, d time.Duration) {
	c.judge.monitors.Slowed(server, d)
	c.Tell(server, raftnode.Slow(int64(d)))
}

// TakeSnapshots has the service on a server take no more snapshots, in later lives neither, or again take those that the
// scenario has services take.
func (c *Cluster) TakeSnapshots(server int, yes bool) {
	c.Logf("the service on S%d takes snapshots: %t", server, yes)
	c.judge.mu.Lock()
	c.judge.services.without[server] = !yes
	c.judge.mu.Unlock()
}

// Saved reports whether a server has ever saved anything.
func (c *Cluster) Saved(server int) bool {
	state, _ := c.Disk(server)
	return len(state) > 0
}

// StateSize is the size in bytes of the largest Raft state on a disk.
func (c *Cluster) StateSize() int {
	size := 0
	for i := range c.N() {
		state, _ := c.Disk(i)
		size = max(size, len(state))
	}
	return size
}
