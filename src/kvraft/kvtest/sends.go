package kvtest

import (
	"bytes"
	"fmt"
	"slices"

	"raftlab/src/kvraft"
	"raftlab/src/kvraft/history"
	"raftlab/src/labrpc"
)

// sends finds out by which requests clerks send their writes: a request belongs to a write if it contains the write's
// value, which nobody else writes.
type sends struct {
	pending map[int][]*operation // by node: writes that have not returned
	calls   map[callID]*operation
	answers map[int]int // by node: how many replies its clerks have got
}

// A callID identifies an RPC of a run.
type callID struct {
	route  labrpc.Route
	number uint64
}

func newSends() sends {
	return sends{pending: make(map[int][]*operation), calls: make(map[callID]*operation), answers: make(map[int]int)}
}

// leastValue is how long a value must be to identify its write.
const leastValue = 4

func (s *sends) called(o *operation) {
	if o.Method != history.Get && len(o.Value) >= leastValue {
		s.pending[o.node] = append(s.pending[o.node], o)
	}
}

func (s *sends) returned(o *operation) {
	s.pending[o.node] = slices.DeleteFunc(s.pending[o.node], func(p *operation) bool { return p == o })
}

// message takes a step of a request of a clerk's node. It returns how many bytes it keeps of it.
func (s *sends) message(r labrpc.Route, e labrpc.Event) (kept int) {
	id := callID{r, e.Call}
	switch e.Step {
	case labrpc.Sent:
		for _, o := range s.pending[r.From] {
			if bytes.Contains(e.Args, []byte(o.Value)) {
				o.sent++
				s.calls[id] = o
				known := func(form []byte) bool { return bytes.Equal(form, e.Args) }
				if len(o.forms) < 2 && !slices.ContainsFunc(o.forms, known) {
					o.forms = append(o.forms, e.Args)
					kept = len(e.Args)
				}
				return kept
			}
		}
	case labrpc.Answered:
		s.answers[r.From]++
		delete(s.calls, id)
	case labrpc.LostRequest, labrpc.LostReply, labrpc.Unreachable:
		if o := s.calls[id]; o != nil {
			o.lost++
			delete(s.calls, id)
		}
	}
	return 0
}

// maybe checks that a clerk which returned ErrMaybe has sent its Put more than once. It skips clerks that are not
// connected to all servers: they may have tried in vain to send the Put, which is not seen here.
func (c *Cluster) maybe(o *operation) {
	c.judge.mu.Lock()
	once := o.Err == kvraft.ErrMaybe && o.sent == 1 && o.lost == 0 && o.wide
	c.judge.mu.Unlock()
	if once {
		c.Violatedf("Maybe for a Reason: expected %v, which was sent once and answered, not to return ErrMaybe", o)
	}
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
	if j.model == history.Versioned {
		return j.forgot(f)
	}
	named := make(map[string]*operation) // by what servers can tell operations apart by, but for key and value
	for _, o := range j.ops {
		if o.Key != f.Key || len(o.forms) == 0 {
			continue
		}
		if len(o.forms) > 1 && f.Name == history.Doubled {
			return fmt.Sprintf("clerk %d sent %v again in another form, so that servers cannot know it for the same",
				o.Clerk, o)
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
