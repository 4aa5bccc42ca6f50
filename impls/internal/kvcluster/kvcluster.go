// Package kvcluster wires servers of a key-value store and ends for its clerks over a labrpc.Network, for the servers'
// own tests in a testing/synctest bubble. It checks nothing by itself.
package kvcluster

import (
	"fmt"
	"testing"
	"time"

	"raftlab/src/labrpc"
	"raftlab/src/raft"
)

// A Server is what all contracts ask of a server.
type Server interface {
	Raft() raft.Raft
	Kill()
}

// StartFunc starts a server over a Raft that makeRaft makes.
type StartFunc[S Server] func(servers []*labrpc.ClientEnd, me int, persister *raft.Persister, maxraftstate int,
	makeRaft raft.MakeFunc) S

// A Cluster is servers of one kind. Its methods are called by one goroutine, but for Ends and the Net's.
type Cluster[S Server] struct {
	Net     *labrpc.Network
	Servers []S // of those that were crashed, the last life

	t            testing.TB
	start        StartFunc[S]
	makeRaft     raft.MakeFunc
	maxraftstate int
	places       []place
	alone        map[int]bool // cut off from the other servers
	clerks       int
}

// A place is where a server is, over its lives.
type place struct {
	persister *raft.Persister
	lives     int
	up        bool
	ends      []any // by server
}

// New starts n servers that reach each other. Close must be called before the bubble ends.
func New[S Server](t testing.TB, n, maxraftstate int, start StartFunc[S], makeRaft raft.MakeFunc) *Cluster[S] {
	c := &Cluster[S]{
		Net:          labrpc.MakeNetwork(),
		Servers:      make([]S, n),
		t:            t,
		start:        start,
		makeRaft:     closing(makeRaft),
		maxraftstate: maxraftstate,
		places:       make([]place, n),
		alone:        make(map[int]bool),
	}
	c.Net.Hops()
	c.Net.LongDelays(false)
	for i := range n {
		c.places[i].persister = raft.MakePersister()
		c.Restart(i)
	}
	return c
}

// Close ends all servers and the network. Clerks must have come to an end before.
func (c *Cluster[S]) Close() {
	for i := range c.Servers {
		if c.places[i].up {
			c.Crash(i)
		}
	}
	c.Net.Cleanup()
	time.Sleep(10 * time.Second) // for what sleeps to wake up and leave
}

// Restart starts a server that was crashed, with what it had saved.
func (c *Cluster[S]) Restart(i int) {
	p := &c.places[i]
	p.lives++
	p.up = true
	p.ends = nil
	ends := make([]*labrpc.ClientEnd, len(c.places))
	for j := range ends {
		name := fmt.Sprintf("S%d.%d-S%d", i, p.lives, j)
		ends[j] = c.Net.MakeEnd(name)
		c.Net.Connect(name, j)
		p.ends = append(p.ends, name)
	}
	server := labrpc.MakeServer()
	c.Servers[i] = c.start(ends, i, p.persister, c.maxraftstate, func(peers []*labrpc.ClientEnd, me int,
		persister *raft.Persister, applyCh chan raft.ApplyMsg) raft.Raft {
		rf := c.makeRaft(peers, me, persister, applyCh)
		server.AddService(labrpc.MakeService(rf.(*closer).Raft))
		return rf
	})
	server.AddService(labrpc.MakeService(c.Servers[i]))
	c.Net.AddServer(i, server)
	c.link()
}

// Crash kills a server. What it saves from now on is lost.
func (c *Cluster[S]) Crash(i int) {
	p := &c.places[i]
	c.Net.DeleteServer(i)
	for _, end := range p.ends {
		c.Net.Enable(end, false)
	}
	p.up = false
	p.persister = p.persister.Copy()
	c.Servers[i].Kill()
}

// Cut cuts a server off from the others, or undoes that. Clerks reach it still.
func (c *Cluster[S]) Cut(i int, yes bool) {
	c.alone[i] = yes
	c.link()
}

// link enables the ends of servers that are to reach each other.
func (c *Cluster[S]) link() {
	for i, p := range c.places {
		for j, end := range p.ends {
			c.Net.Enable(end, p.up && !c.alone[i] && !c.alone[j])
		}
	}
}

// Ends makes ends for a clerk, which reaches these servers, or all if none are given.
func (c *Cluster[S]) Ends(servers ...int) []*labrpc.ClientEnd {
	if len(servers) == 0 {
		for i := range c.Servers {
			servers = append(servers, i)
		}
	}
	c.clerks++
	var ends []*labrpc.ClientEnd
	for _, i := range servers {
		name := fmt.Sprintf("clerk %d-S%d", c.clerks, i)
		ends = append(ends, c.Net.MakeEnd(name))
		c.Net.Connect(name, i)
		c.Net.Enable(name, true)
	}
	return ends
}

// Leader waits until a server leads that is not cut off, of the latest term that any knows.
func (c *Cluster[S]) Leader() int {
	c.t.Helper()
	for range 100 {
		leader, latest := -1, -1
		for i, s := range c.Servers {
			if !c.places[i].up || c.alone[i] {
				continue
			}
			if term, leads := s.Raft().GetState(); term > latest {
				latest, leader = term, -1
				if leads {
					leader = i
				}
			} else if term == latest && leads {
				leader = i
			}
		}
		if leader >= 0 {
			return leader
		}
		time.Sleep(50 * time.Millisecond)
	}
	c.t.Fatal("no leader within 5 s")
	return -1
}

// Persister returns what a server saves on.
func (c *Cluster[S]) Persister(i int) *raft.Persister { return c.places[i].persister }
