package rsmtest

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"raftlab/src/cluster"
	"raftlab/src/kvraft"
	"raftlab/src/kvraft/history"
	"raftlab/src/kvraft/kvnode"
	"raftlab/src/kvraft/kvtest"
	"raftlab/src/lab"
)

// counters is what a scenario of the replicated state machine sees: servers that each have a counter, replicated by the
// RSM under test.
type counters struct {
	*kvtest.Cluster
	submits submits
	leader  atomic.Int64 // the last server that executed something
	again   int          // Increments beyond those that increment and equal are told of, see increment
}

// counting is the Judge of a scenario with counters. All Submits must have returned when it ends.
func counting(maxState int, play func(*counters)) lab.Judge {
	return kvtest.Playing(history.Versioned, maxState, func(cl *kvtest.Cluster) {
		c := &counters{Cluster: cl}
		c.Go(c.watch)
		play(c)
		c.allReturn(patience)
	})
}

// counterNodes are n servers with counters.
func counterNodes(n int) []cluster.Node {
	nodes := cluster.Servers(n)
	for i := range nodes {
		nodes[i].Role = kvnode.CounterRole
	}
	return nodes
}

// submit submits an operation on a server and waits for as long as that takes.
func (c *counters) submit(server int, operation kvnode.Operation) *submit {
	s := c.submits.calls(server, operation, c.Now())
	answer := c.Ask(server, cluster.Question{Data: kvnode.Submit{ID: s.id, Operation: operation}.Append(nil)})
	if answer == nil {
		c.submits.lost(s)
		return s
	}
	m, _ := kvnode.Parse(answer)
	got, ok := m.(kvnode.Submitted)
	if !ok || got.ID != s.id {
		c.Failf("expected an answer to the %v, got %T", s, m)
	}
	if broken := c.submits.returns(s, c.Now(), kvraft.Err(got.Err), got.Result); broken != "" {
		c.Violatedf("%s", broken)
	}
	return s
}

// start submits n times the same operation on a server, each a little later than the one before.
func (c *counters) start(n, server int, operation kvnode.Operation, each time.Duration) *kvtest.Group {
	return c.Start(n, func(i int) {
		c.Sleep(time.Duration(i) * each)
		c.submit(server, operation)
	})
}

// one has an operation executed by one of some servers, or of all if none are named, and returns its result.
func (c *counters) one(operation kvnode.Operation, servers ...int) int {
	const limit = 10 * time.Second
	if servers == nil {
		servers = c.All()
	}
	for end := c.Now() + limit; c.Now() < end; c.Sleep(50 * time.Millisecond) {
		first := max(0, slices.Index(servers, int(c.leader.Load())))
		for i := range servers {
			server := servers[(first+i)%len(servers)]
			if !c.Reachable(server) {
				continue
			}
			if s := c.submit(server, operation); s.err == kvraft.OK {
				c.leader.Store(int64(server))
				return s.result
			}
		}
	}
	c.Failf("expected one of %s to execute %s within %v, none did", names(servers), operations[operation], limit)
	return 0
}

// increment is one with an Increment whose result is known. A server that ceases to lead may have executed what it says
// that it has not, and the next is asked for another: those are counted from then on.
func (c *counters) increment(want int, servers ...int) {
	want += c.again
	before := c.submits.unknown()
	got := c.one(kvnode.Increment, servers...)
	if unknown := c.submits.unknown() - before; got < want || got > want+unknown {
		c.Violatedf("Executed Once: expected the Increment to return %d, as all before it were executed once, got %d",
			want, got)
	}
	c.again += got - want
}

// count is a server's count, -1 if it is down.
func (c *counters) count(server int) int {
	m, _ := kvnode.Parse(c.Ask(server, cluster.Question{Data: kvnode.Count()}))
	if counted, ok := m.(kvnode.Counted); ok {
		return counted.Count
	}
	return -1
}

// equal waits until each of some servers, or of all if none are named, has a count. Where that takes long it submits
// something that does not count: a leader elected meanwhile commits what an earlier one has left only with an entry of
// its own term (section 5.4.2).
func (c *counters) equal(want int, servers ...int) {
	want += c.again
	const (
		limit   = 30 * time.Second
		longest = 1280 * time.Millisecond
	)
	if servers == nil {
		servers = c.All()
	}
	began := c.Now()
	for pause := 10 * time.Millisecond; ; pause = min(2*pause, longest) {
		var counts []string
		behind := 0
		for _, i := range servers {
			n := c.count(i)
			if n > want {
				c.Violatedf("Executed Once: expected the count %d on S%d, got %d", want, i, n)
			}
			if n < want {
				behind++
			}
			counts = append(counts, fmt.Sprintf("%d on S%d", n, i))
		}
		if behind == 0 {
			return
		}
		if c.Now()-began > limit {
			c.Failf("Same Count: expected the count %d on %s within %v, got %s", want, names(servers), limit,
				strings.Join(counts, ", "))
		}
		c.Sleep(pause)
		if pause == longest {
			c.one(kvnode.Nothing, servers...)
		}
	}
}

// settle has all servers reach the same count, whatever happened before, and go on from there: who waits in vain for a
// Submit that has gone has executed its operation first.
func (c *counters) settle() {
	for range 2 {
		c.equal(c.one(kvnode.Increment) - c.again)
	}
}

// shutdown kills all servers' Rafts, when nobody can reach them any more. Their boxes go on.
func (c *counters) shutdown() {
	for i := range c.Servers() {
		c.Disconnect(i)
	}
	for i := range c.Servers() {
		c.Ask(i, cluster.Question{Method: "Kill", Data: kvnode.Shutdown()})
	}
}

// restart takes all servers away and starts them again, after as long a time as the lab's.
func (c *counters) restart() {
	c.CrashAll()
	c.Sleep(kvtest.ElectionTimeout)
	for i := range c.Servers() {
		c.Connect(i)
	}
	c.RestartAll()
}

// patience is how long a Submit may take at most. No scenario keeps servers apart for as long.
const patience = 40 * time.Second

// watch fails the run if a Submit takes longer than patience.
func (c *counters) watch() {
	for ; ; c.Sleep(time.Second) {
		if pending := c.submits.pending(); len(pending) > 0 && c.Now()-pending[0].called > patience {
			c.hangs(pending, patience)
		}
	}
}

// allReturn waits until no Submit is pending, and fails if that takes longer than limit.
func (c *counters) allReturn(limit time.Duration) {
	for end := c.Now() + limit; ; c.Sleep(5 * time.Millisecond) {
		pending := c.submits.pending()
		if len(pending) == 0 {
			return
		}
		if c.Now() >= end {
			c.hangs(pending, limit)
		}
	}
}

// hangs fails because Submits do not return.
func (c *counters) hangs(pending []*submit, limit time.Duration) {
	c.Failf("Submits Return: expected every Submit to return within %v, got %d that did not, the %v among them", limit,
		len(pending), pending[0])
}

// names are servers for people.
func names(servers []int) string {
	var list []string
	for _, i := range servers {
		list = append(list, fmt.Sprintf("S%d", i))
	}
	return strings.Join(list, ", ")
}
