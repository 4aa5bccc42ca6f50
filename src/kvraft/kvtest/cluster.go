package kvtest

import (
	"fmt"
	"strings"
	"time"

	"raftlab/src/cluster"
	"raftlab/src/kvraft"
	"raftlab/src/kvraft/history"
	"raftlab/src/kvraft/kvnode"
	"raftlab/src/raft/rafttest/raftnode"
	"raftlab/src/record"
)

// A Cluster is what a scenario of these labs sees: a cluster of servers, which are the nodes from 0 on, and nodes of
// clerks.
type Cluster struct {
	*cluster.Cluster
	judge   *judge
	clerks  int  // made so far
	apart   bool // nodes of clerks are machines that know nothing of each other
	batches int  // of clients that mixed has started
}

// Nodes returns n servers and one node for all clerks.
func Nodes(servers int) []cluster.Node { return NodesOf(servers, 1) }

// NodesOf returns n servers and a number of nodes for clerks.
func NodesOf(servers, clerks int) []cluster.Node {
	nodes := cluster.Servers(servers)
	for i := range clerks {
		nodes = append(nodes, cluster.Node{Name: fmt.Sprintf("K%d", i), Role: kvnode.ClerkRole})
	}
	return nodes
}

// getState is the question for the state of a server's Raft.
var getState = cluster.Question{Method: "GetState", Data: kvnode.GetState()}

// Servers returns the number of servers.
func (c *Cluster) Servers() int { return c.judge.servers }

// All returns all servers.
func (c *Cluster) All() []int {
	list := make([]int, c.Servers())
	for i := range list {
		list[i] = i
	}
	return list
}

// State asks the Raft of a server for its term and whether it leads. One that is down or stands
// still leads nothing, in term 0.
func (c *Cluster) State(server int) (term int, leader bool) {
	if !c.Running(server) {
		return 0, false // one that stands still would not answer
	}
	m, _ := kvnode.Parse(c.Ask(server, getState))
	if r, ok := m.(kvnode.Raft); ok {
		s, _ := raftnode.Parse(r.State)
		if s, ok := s.(raftnode.State); ok {
			return s.Term, s.Leader
		}
	}
	return 0, false
}

// Resume lets a paused node go on.
func (c *Cluster) Resume(node int) {
	if node < c.Servers() {
		c.judge.monitors.Resumed(node)
	}
	c.Cluster.Resume(node)
}

// Skew sets the speed of a node's clocks and has its wall clock jump.
func (c *Cluster) Skew(node int, rate float64, jump time.Duration) {
	if node < c.Servers() {
		c.judge.monitors.Skewed(node, rate, jump)
	}
	c.Cluster.Skew(node, rate, jump)
}

// NoFaults has a node's clocks run as they should, and takes CrashOnNextSave back.
func (c *Cluster) NoFaults(node int) {
	if node < c.Servers() {
		c.judge.monitors.Skewed(node, 1, 0)
	}
	c.Cluster.NoFaults(node)
}

// Leader returns the server that leads the latest term, or -1 if none leads.
func (c *Cluster) Leader() int {
	leader, latest := -1, 0
	for i := range c.Servers() {
		if term, leads := c.State(i); leads && term >= latest {
			leader, latest = i, term
		}
	}
	return leader
}

// AwaitLeader waits until a server leads, and returns it.
func (c *Cluster) AwaitLeader() int {
	const limit = 10 * time.Second
	for end := c.Now() + limit; c.Now() < end; c.Sleep(20 * time.Millisecond) {
		if leader := c.Leader(); leader >= 0 {
			return leader
		}
	}
	c.Failf("expected a leader within %v, got none", limit)
	return -1
}

// Majority divides the servers into the smallest possible majority and the others. The leader is among the others.
func (c *Cluster) Majority(leader int) (majority, others []int) {
	for i := range c.Servers() {
		if i != leader && len(majority) < c.Servers()/2+1 {
			majority = append(majority, i)
		} else {
			others = append(others, i)
		}
	}
	return majority, others
}

// CrashAll crashes all servers at once.
func (c *Cluster) CrashAll() {
	for i := range c.Servers() {
		if c.Running(i) {
			c.Crash(i)
		}
	}
}

// RestartAll starts all servers that are down.
func (c *Cluster) RestartAll() {
	for i := range c.Servers() {
		if !c.Running(i) {
			c.Restart(i)
		}
	}
}

// Split cuts servers off from those of other groups. Clerks stay connected to all.
func (c *Cluster) Split(groups ...[]int) { c.PartitionFirst(c.Servers(), groups...) }

// A Clerk is a clerk of the code under test.
type Clerk struct {
	c      *Cluster
	node   int
	number int
}

// Clerk makes a clerk on the first node of clerks, connected to some servers, to all if none are named. The order of
// its ends is random, as in the lab, unless the store's edition wants them in order.
func (c *Cluster) Clerk(to ...int) *Clerk { return c.ClerkAt(c.Servers(), to...) }

// ClerkAt is Clerk for any node of clerks. No two clerks are made at the same time, as on a real machine: some use the
// time as their ID. Others count, see [Cluster.KeepApart].
func (c *Cluster) ClerkAt(node int, to ...int) *Clerk {
	c.Sleep(time.Microsecond)
	if to == nil {
		to = c.All()
	}
	k := &Clerk{c, node, c.clerks}
	c.clerks++
	c.judge.connects(k.number, len(to) == c.Servers())
	m := kvnode.Make{Clerk: k.number, Order: c.Rand().Perm(c.Servers()), To: to}
	if !c.apart {
		m.Before = k.number
	}
	c.Ask(node, cluster.Question{Method: "MakeClerk", Data: m.Append(nil)})
	return k
}

// KeepApart has each node of clerks be a machine of its own, on which the first clerk is the first of all. Otherwise
// clerks that number themselves by a counter are told apart, as in the lab, where they are all of one process: only one
// scenario is to fail for that.
func (c *Cluster) KeepApart() { c.apart = true }

// Connect connects a clerk to some servers, and to no others.
func (k *Clerk) Connect(to ...int) {
	k.c.judge.connects(k.number, len(to) == k.c.Servers())
	k.c.Tell(k.node, kvnode.Connect{Clerk: k.number, To: to}.Append(nil))
}

// Get calls the classic clerk's Get, and waits for it.
func (k *Clerk) Get(key string) (value string) {
	return k.do(history.Op{Method: history.Get, Key: key}).Value
}

// Put calls the classic clerk's Put, and waits for it.
func (k *Clerk) Put(key, value string) {
	k.do(history.Op{Method: history.Put, Key: key, Value: value})
}

// GetVersion calls the versioned clerk's Get, and waits for it.
func (k *Clerk) GetVersion(key string) (value string, version kvraft.Version, err kvraft.Err) {
	op := k.do(history.Op{Method: history.Get, Key: key})
	return op.Value, op.Version, op.Err
}

// PutVersion calls the versioned clerk's Put, and waits for it.
func (k *Clerk) PutVersion(key, value string, version kvraft.Version) kvraft.Err {
	return k.do(history.Op{Method: history.Put, Key: key, Value: value, Version: version}).Err
}

// Append calls the classic clerk's Append, and waits for it.
func (k *Clerk) Append(key, value string) {
	k.do(history.Op{Method: history.Append, Key: key, Value: value})
}

// do has a clerk call a method and waits for it, for as long as the run goes on. A clerk may call one at a time.
func (k *Clerk) do(op history.Op) history.Op {
	op.Clerk = k.number
	o := &operation{Op: op, node: k.node}
	call := kvnode.Call{ID: k.c.judge.calls(o), Clerk: k.number, Method: methods[op.Method], Key: op.Key,
		Value: op.Value, Version: uint64(op.Version)}
	ask := cluster.Question{Data: call.Append(nil)}
	if k.c.judge.run.Recorded() {
		ask.Notes = []record.Note{o.called()}
	}
	k.c.Ask(k.node, ask)
	k.c.answered(o)
	k.c.checkErrMaybe(o)
	return o.Op
}

var methods = map[history.Method]kvnode.Method{
	history.Get: kvnode.Get, history.Put: kvnode.Put, history.Append: kvnode.Append,
}

// Sizes returns the sizes in bytes of the largest Raft state and of the largest snapshot on a server's disk.
func (c *Cluster) Sizes() (state, snapshot int) {
	for i := range c.Servers() {
		s, snap := c.Disk(i)
		state, snapshot = max(state, len(s)), max(snapshot, len(snap))
	}
	return state, snapshot
}

// patience is how long an operation may take at most. The lab's tests may take two minutes in all, and no scenario
// keeps a majority from the clerks for longer than outage.
const (
	patience = time.Minute
	outage   = patience - 2*calmLimit
)

// watch fails the run if an operation takes longer than patience.
func (c *Cluster) watch() {
	for {
		if pending := c.judge.pending(); len(pending) > 0 && c.Now()-pending[0].Called > patience {
			c.hangs(pending, patience)
		}
		c.Sleep(time.Second)
	}
}

// AllReturn waits until all calls of clerks have returned, and fails if that takes longer than limit.
func (c *Cluster) AllReturn(limit time.Duration) {
	for end := c.Now() + limit; ; c.Sleep(5 * time.Millisecond) {
		pending := c.judge.pending()
		if len(pending) == 0 {
			return
		}
		if c.Now() >= end {
			c.hangs(pending, limit)
		}
	}
}

// ThousandTook checks how long a thousand operations have taken.
func (c *Cluster) ThousandTook(took, limit time.Duration) {
	c.AtMost("ms for a thousand operations", int(took.Milliseconds()), int(limit.Milliseconds()), c.judge.heldLong())
}

// Violatedf ends the run as failed because a promise is broken. The message begins with the promise's name and a colon.
func (c *Cluster) Violatedf(format string, args ...any) {
	c.judge.run.Fail(cluster.Safety, fmt.Sprintf(format, args...))
	c.Sleep(0) // does not return: there is a verdict
}

// hangs fails because operations do not return.
func (c *Cluster) hangs(pending []*operation, limit time.Duration) {
	var waits []string
	for _, o := range pending {
		waits = append(waits, fmt.Sprintf("%v since %s", o, moment(o.Called))+c.judge.where(o))
	}
	c.Failf("Operations Return: expected every operation to return within %v while a majority of servers is up and "+
		"connected, got %d that did not: %s", limit, len(pending), strings.Join(waits, ", "))
}
