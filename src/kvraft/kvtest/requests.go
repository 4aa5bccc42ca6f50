package kvtest

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"raftlab/src/kvraft"
	"raftlab/src/kvraft/history"
	"raftlab/src/labrpc"
)

// A requestLog records which RPCs clerks send for which operation, and what became of these. The encoding of a clerk's
// RPCs is not known, so the arguments are searched for the operation's value and key: an RPC is sent for a write if its
// arguments contain the write's value, which no other operation writes; else for a Get if they contain its key and no
// other pending Get of the node has a key that they contain.
type requestLog struct {
	pending map[int][]*operation // by node: operations that have not returned
	calls   map[callID]*request  // those that are kept; see keep
	answers map[int]int          // by node: how many replies its clerks have got
}

// A request is an RPC that a clerk has sent.
type request struct {
	id         callID
	of         *operation
	deliveries []delivery // two if the network has doubled the request
	answered   bool       // the reply has reached the clerk
}

// A delivery is the arrival of a request, or of a copy of it, at a server, and the return of its handler.
type delivery struct {
	server            int
	arrived, returned time.Duration // returned is 0 as long as the handler has not returned
}

// A callID identifies an RPC of a run.
type callID struct {
	route  labrpc.Route // from where to where
	number uint64       // which of this route
}

func newRequestLog() requestLog {
	return requestLog{
		pending: make(map[int][]*operation), calls: make(map[callID]*request), answers: make(map[int]int),
	}
}

// minUniqueValue is how many bytes a value must have to identify its write. Shorter ones may be in the arguments of any
// RPC by chance.
const minUniqueValue = 4

// identifiable reports whether an operation is a write whose value identifies its requests.
func (o *operation) identifiable() bool {
	return o.Method != history.Get && len(o.Value) >= minUniqueValue
}

// called takes in an operation that a clerk is about to be told to call.
func (l *requestLog) called(o *operation) {
	if o.identifiable() || o.Method == history.Get {
		l.pending[o.node] = append(l.pending[o.node], o)
	}
}

// returned takes in that an operation has returned.
func (l *requestLog) returned(o *operation) {
	l.pending[o.node] = slices.DeleteFunc(l.pending[o.node], func(p *operation) bool { return p == o })
}

// operationOf returns the operation for which a node sends an RPC with these arguments, or nil if that cannot be told.
func (l *requestLog) operationOf(node int, args []byte) *operation {
	var gets []*operation
	for _, o := range l.pending[node] {
		switch {
		case o.identifiable() && bytes.Contains(args, []byte(o.Value)):
			return o
		case o.Method == history.Get && bytes.Contains(args, []byte(o.Key)):
			gets = append(gets, o)
		}
	}
	if len(gets) == 1 {
		return gets[0]
	}
	return nil
}

// message takes in an event of an RPC from a node of clerks to a server. It returns how many bytes of the event it
// keeps in memory.
func (l *requestLog) message(r labrpc.Route, e labrpc.Event, now time.Duration) (kept int) {
	id := callID{r, e.Call}
	if e.Step == labrpc.Sent {
		if o := l.operationOf(r.From, e.Args); o != nil {
			l.keep(&request{id: id, of: o})
			same := func(args []byte) bool { return bytes.Equal(args, e.Args) }
			if o.identifiable() && len(o.args) < 2 && !slices.ContainsFunc(o.args, same) {
				o.args = append(o.args, e.Args)
				kept = len(e.Args)
			}
		}
		return kept
	}
	if e.Step == labrpc.Answered {
		l.answers[r.From]++
	}
	q := l.calls[id]
	if q == nil {
		return 0
	}
	switch e.Step {
	case labrpc.Arrived, labrpc.Doubled:
		q.deliveries = append(q.deliveries, delivery{server: r.To, arrived: now})
	case labrpc.Handled:
		// The event does not say whether it is the request or its copy that was handled: assume the one that arrived
		// first.
		if i := slices.IndexFunc(q.deliveries, func(d delivery) bool { return d.returned == 0 }); i >= 0 {
			q.deliveries[i].returned = now
		}
	case labrpc.Answered:
		q.answered = true
	case labrpc.LostRequest, labrpc.LostReply, labrpc.Unreachable:
		q.of.lost++
	}
	return 0
}

// keep adds a request to the log. Of one operation's requests the log keeps the first and the latest 49: a clerk may
// send an operation again for ever.
func (l *requestLog) keep(q *request) {
	const most = 50
	o := q.of
	if len(o.requests) == most {
		delete(l.calls, o.requests[1].id)
		o.requests = slices.Delete(o.requests, 1, 2)
	}
	o.sent++
	o.requests = append(o.requests, q)
	l.calls[q.id] = q
}

// checkErrMaybe checks that a clerk had a reason to return ErrMaybe of a Put: an earlier request than the last must
// have been sent by which the Put may have been executed. It fails the run if the Put was sent once. It advises against
// ErrMaybe if the Put was sent several times, but every server before the last refused it at once, as a server does
// that does not lead. A clerk that cannot tell these refusals from that of a leader which was deposed while the Put
// waited is not wrong.
//
// The check skips Puts of which not all requests are known, or some were lost, and clerks that are not connected to all
// servers: what they send to the others is not seen here.
func (c *Cluster) checkErrMaybe(o *operation) {
	c.judge.mu.Lock()
	known := o.Err == kvraft.ErrMaybe && o.sent > 0 && o.sent == len(o.requests) && o.lost == 0 && o.connected
	answered := known && o.requests[o.sent-1].answered
	refused := answered && !slices.ContainsFunc(o.requests[:o.sent-1], (*request).mayBeExecuted)
	c.judge.mu.Unlock()
	switch {
	case known && o.sent == 1 && !answered:
		c.Violatedf("Maybe for a Reason: expected %v, which was sent once and not answered, not to return ErrMaybe", o)
	case known && o.sent == 1:
		c.Violatedf("Maybe for a Reason: expected %v, which was sent once and answered, not to return ErrMaybe", o)
	case refused:
		c.Advisef("Maybe for a Reason: a clerk returns ErrMaybe of a Put that servers have refused at once because they do " +
			"not lead, and that one has answered: it could tell such servers from one that has ceased to lead meanwhile")
	}
}

// mayBeExecuted reports whether a server may have started to execute the request. Servers take no virtual time to
// compute: one that has answered at the instant of the request's arrival has not waited for a majority.
func (q *request) mayBeExecuted() bool {
	return !q.answered || slices.ContainsFunc(q.deliveries, delivery.waited)
}

// waited reports whether the handler took virtual time, or has not returned.
func (d delivery) waited() bool { return d.returned != d.arrived }

// withoutKeyAndValue returns the arguments of a write without its key and value. By what is left servers must be able
// to tell which clerk sends it, and which of that clerk's operations it is.
func (o *operation) withoutKeyAndValue() string {
	rest := bytes.ReplaceAll(o.args[0], []byte(o.Value), nil)
	return string(bytes.ReplaceAll(rest, []byte(o.Key), nil))
}

// clerksFault says which mistake of a clerk explains a finding, "" if none is known.
func (j *judge) clerksFault(f history.Finding) string {
	j.mu.Lock()
	defer j.mu.Unlock()
	if o := j.executedTwice(f); o != nil && len(o.args) > 1 {
		return fmt.Sprintf("clerk %d sent %v again in another form, so that servers cannot know it for the same",
			o.Clerk, o)
	}
	if j.model == history.Versioned {
		return j.falseErrVersion(f) // servers of this store need not know clerks: versions identify Puts
	}
	alike := make(map[string]*operation) // by all that tells operations apart for servers but key and value
	for _, o := range j.ops {
		if o.Key != f.Key || len(o.args) == 0 {
			continue
		}
		id := fmt.Sprint(o.Method, len(o.Value), o.withoutKeyAndValue())
		if other := alike[id]; other != nil && other.Clerk != o.Clerk {
			return fmt.Sprintf("clerks %d and %d send operations that servers cannot tell apart but by their values: "+
				"%v and %v", other.Clerk, o.Clerk, other, o)
		}
		alike[id] = o
	}
	return ""
}

// falseErrVersion says which clerk returned ErrVersion for a Put that was executed, after it had sent the Put more than
// once, so that it should have returned ErrMaybe. It returns "" if a finding is not about that.
func (j *judge) falseErrVersion(f history.Finding) string {
	for _, core := range f.Core {
		for _, o := range j.ops {
			if o.Call == core.Call && f.Name == history.FalseError && o.Err == kvraft.ErrVersion && o.sent > 1 {
				return fmt.Sprintf("clerk %d returned %s of %v, which it had sent %d times, %d of them without a reply",
					o.Clerk, o.Err, o, o.sent, o.lost)
			}
		}
	}
	return ""
}
