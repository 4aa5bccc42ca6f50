package kvtest

import (
	"fmt"

	"raftlab/src/cluster"
	"raftlab/src/kvraft/history"
	"raftlab/src/kvraft/kvnode"
	"raftlab/src/labrpc"
)

// The methods below keep a submission that knows how it is judged from deceiving the judge, or from making it run out of
// memory.

// maxValue is how many bytes a Get may return: many times as many as are written in a run.
const maxValue = 1 << 20

// keepsReturn counts the bytes of an operation's result that the judge keeps, and returns an error if they are too many.
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

// sent records an event of an RPC from a node of clerks to a server.
func (j *judge) sent(r labrpc.Route, e labrpc.Event) {
	now := j.run.Now()
	j.mu.Lock()
	kept := j.requests.message(r, e, now)
	q := j.requests.calls[callID{r, e.Call}]
	j.mu.Unlock()
	if q != nil && j.run.Recorded() {
		j.noteRequest(q, r, e.Step)
	}
	if kept > 0 {
		j.run.Keep(r.From, kept)
	}
}

// callsClerks ends a run in which a node sends an RPC to a node of clerks. The harness gives no node an end to such a
// node, which has no handlers.
func (j *judge) callsClerks(r labrpc.Route) {
	j.run.Fail(cluster.Exit, fmt.Sprintf("%s's box calls %s, where clerks are: that was not sent by the harness",
		j.name(r.From), j.name(r.To)))
}

func (j *judge) name(node int) string { return j.run.Nodes[node].Name }

// answered checks that an operation has returned once its node has answered, and that the node got a reply from some
// server while a write was in progress. Without that the clerks of the node only share a store among themselves, in
// which their Gets find what they wrote.
func (c *Cluster) answered(o *operation) {
	c.judge.mu.Lock()
	returned, unanswered := o.Return != 0, o.unanswered
	c.judge.mu.Unlock()
	switch {
	case !returned:
		c.Failf("expected an answer to the %v, got none", o)
	case unanswered && o.Method != history.Get:
		c.Violatedf("Written to Servers: expected the %v to return after a server's reply, but none has come to any clerk "+
			"on %s since it was called", o, c.judge.name(o.node))
	}
}
