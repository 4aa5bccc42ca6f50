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

// sends finds out by which requests clerks send their operations. A request belongs to a write if it contains the
// write's value, which nobody else writes; else to a Get, if it contains the key of just one Get that is pending.
type sends struct {
	pending map[int][]*operation // by node: operations that have not returned
	calls   map[callID]*request
	answers map[int]int // by node: how many replies its clerks have got
}

// A request is an RPC that a clerk has sent.
type request struct {
	id       callID
	of       *operation
	visits   []visit // two if the network has doubled it
	answered bool
}

// A visit is what a server did with a request, or with a copy of it.
type visit struct {
	server     int
	came, left time.Duration // left is 0 as long as the handler has not returned
}

// A callID identifies an RPC of a run.
type callID struct {
	route  labrpc.Route
	number uint64
}

func newSends() sends {
	return sends{pending: make(map[int][]*operation), calls: make(map[callID]*request), answers: make(map[int]int)}
}

// leastValue is how long a value must be to identify its write.
const leastValue = 4

// told reports whether an operation is a write whose value identifies its requests.
func (o *operation) told() bool { return o.Method != history.Get && len(o.Value) >= leastValue }

func (s *sends) called(o *operation) {
	if o.told() || o.Method == history.Get {
		s.pending[o.node] = append(s.pending[o.node], o)
	}
}

func (s *sends) returned(o *operation) {
	s.pending[o.node] = slices.DeleteFunc(s.pending[o.node], func(p *operation) bool { return p == o })
}

// whose is the operation that a request of a node is for, nil if that cannot be told.
func (s *sends) whose(node int, args []byte) *operation {
	var gets []*operation
	for _, o := range s.pending[node] {
		switch {
		case o.told() && bytes.Contains(args, []byte(o.Value)):
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

// message takes a step of a request of a clerk's node. It returns how many bytes it keeps of it.
func (s *sends) message(r labrpc.Route, e labrpc.Event, now time.Duration) (kept int) {
	id := callID{r, e.Call}
	if e.Step == labrpc.Sent {
		if o := s.whose(r.From, e.Args); o != nil {
			s.note(&request{id: id, of: o})
			known := func(form []byte) bool { return bytes.Equal(form, e.Args) }
			if o.told() && len(o.forms) < 2 && !slices.ContainsFunc(o.forms, known) {
				o.forms = append(o.forms, e.Args)
				kept = len(e.Args)
			}
		}
		return kept
	}
	if e.Step == labrpc.Answered {
		s.answers[r.From]++
	}
	q := s.calls[id]
	if q == nil {
		return 0
	}
	switch e.Step {
	case labrpc.Arrived, labrpc.Doubled:
		q.visits = append(q.visits, visit{server: r.To, came: now})
	case labrpc.Handled: // of a request and its copy the first is told of first, as far as one can know
		if i := slices.IndexFunc(q.visits, func(v visit) bool { return v.left == 0 }); i >= 0 {
			q.visits[i].left = now
		}
	case labrpc.Answered:
		q.answered = true
	case labrpc.LostRequest, labrpc.LostReply, labrpc.Unreachable:
		q.of.lost++
	}
	return 0
}

// note keeps a request. Of an operation's requests it keeps the first and the latest, for a clerk may try for ever.
func (s *sends) note(q *request) {
	const most = 50
	o := q.of
	if len(o.requests) == most {
		delete(s.calls, o.requests[1].id)
		o.requests = slices.Delete(o.requests, 1, 2)
	}
	o.sent++
	o.requests = append(o.requests, q)
	s.calls[q.id] = q
}

// maybe checks that a clerk which returned ErrMaybe has sent its Put more than once. It skips clerks that are not
// connected to all servers: they may have tried in vain to send the Put, which is not seen here. If all servers that
// were asked before have refused the Put without delay, it was sent to one only that may have executed it. A clerk that
// takes all refusals alike cannot know, and is no less right for it.
func (c *Cluster) maybe(o *operation) {
	c.judge.mu.Lock()
	unfounded := o.Err == kvraft.ErrMaybe && o.sent > 0 && o.sent == len(o.requests) && o.lost == 0 && o.wide
	refused := unfounded && !slices.ContainsFunc(o.requests[:o.sent-1], (*request).delayed)
	c.judge.mu.Unlock()
	switch {
	case unfounded && o.sent == 1:
		c.Violatedf("Maybe for a Reason: expected %v, which was sent once and answered, not to return ErrMaybe", o)
	case refused:
		c.Advisef("Maybe for a Reason: a clerk returns ErrMaybe of a Put that servers have refused at once because they do " +
			"not lead, and that one has answered: it could tell such servers from one that has ceased to lead meanwhile")
	}
}

// delayed reports whether a server may have done something with the request: it has not answered it at once.
func (q *request) delayed() bool {
	return !q.answered || slices.ContainsFunc(q.visits, func(v visit) bool { return v.left != v.came })
}

// anonymous returns a request without its operation's key and value: the rest must tell servers which clerk sends it,
// and which of that clerk's operations it is.
func (o *operation) anonymous() string {
	form := bytes.ReplaceAll(o.forms[0], []byte(o.Value), nil)
	return string(bytes.ReplaceAll(form, []byte(o.Key), nil))
}

// clerksFault says which mistake of a clerk explains a finding, "" if none is known.
func (j *judge) clerksFault(f history.Finding) string {
	j.mu.Lock()
	defer j.mu.Unlock()
	if o := j.doubled(f); o != nil && len(o.forms) > 1 {
		return fmt.Sprintf("clerk %d sent %v again in another form, so that servers cannot know it for the same",
			o.Clerk, o)
	}
	if j.model == history.Versioned {
		return j.forgot(f)
	}
	named := make(map[string]*operation) // by what servers can tell operations apart by, but for key and value
	for _, o := range j.ops {
		if o.Key != f.Key || len(o.forms) == 0 {
			continue
		}
		name := fmt.Sprint(o.Method, len(o.Value), o.anonymous())
		if other := named[name]; other != nil && other.Clerk != o.Clerk {
			return fmt.Sprintf("clerks %d and %d send operations that servers cannot tell apart but by their values: "+
				"%v and %v", other.Clerk, o.Clerk, other, o)
		}
		named[name] = o
	}
	return ""
}

// forgot says which clerk returned ErrVersion for a Put that it had sent more than once, so that ErrMaybe was due.
// Servers of the versioned store need not know clerks.
func (j *judge) forgot(f history.Finding) string {
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
