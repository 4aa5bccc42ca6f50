package kvtest

import (
	"fmt"

	"raftlab/src/cluster"
	"raftlab/src/kvraft/history"
	"raftlab/src/kvraft/kvnode"
	"raftlab/src/labrpc"
)

// What code under test may do that knows how it is judged.

// maxValue is how many bytes a Get may return: many times as many as are written in a run.
const maxValue = 1 << 20

// keepsReturn counts what the judge is to keep of what an operation came to.
func (j *judge) keepsReturn(node int, m kvnode.Returned) error {
	if n := len(m.Value); n > maxValue {
		return cluster.Failure{
			Kind:    cluster.Resource,
			Message: fmt.Sprintf("%s asks for too much: a Get returns a value of %d bytes", j.name(node), n),
			At:      j.run.Now(),
		}
	}
	j.run.Keep(node, len(m.Value)+len(m.Err))
	return nil
}

// sent notes a step of a request of a clerk's node.
func (j *judge) sent(r labrpc.Route, e labrpc.Event) {
	now := j.run.Now()
	j.mu.Lock()
	kept := j.sends.message(r, e, now)
	j.mu.Unlock()
	if kept > 0 {
		j.run.Keep(r.From, kept)
	}
}

// callsClerks ends a run in which a node calls one of clerks. It was given no way to it, and nobody is there to answer;
// the monitors know servers only.
func (j *judge) callsClerks(r labrpc.Route) {
	j.run.Fail(cluster.Exit, fmt.Sprintf("%s's box calls %s, where clerks are: that was not sent by the harness",
		j.name(r.From), j.name(r.To)))
}

func (j *judge) name(node int) string { return j.run.Nodes[node].Name }

// answered checks that an operation which the node answered has returned and that, if it is a write, a server had a part
// in it. What is written where clerks are is no store's, though each Get of that node finds it.
func (c *Cluster) answered(o *operation) {
	c.judge.mu.Lock()
	returned, unasked := o.Return != 0, o.unasked
	c.judge.mu.Unlock()
	switch {
	case !returned:
		c.Failf("expected an answer to the %v, got none", o)
	case unasked && o.Method != history.Get:
		c.Violatedf("Written to Servers: expected the %v to return after a server's reply, but none has come to any clerk "+
			"on %s since it was called", o, c.judge.name(o.node))
	}
}
