package kvtest

import (
	"bytes"
	"fmt"
	"slices"

	"raftlab/src/kvraft"
	"raftlab/src/kvraft/history"
	"raftlab/src/labrpc"
)

// sends are the requests by which clerks send their writes: a request is a write's if it has the write's value in it,
// which nobody else writes.
type sends struct {
	pending map[int][]*operation // writes, by node
	calls   map[callID]*operation
}

// A callID tells apart calls of a run.
type callID struct {
	route  labrpc.Route
	number uint64
}

func newSends() sends {
	return sends{pending: make(map[int][]*operation), calls: make(map[callID]*operation)}
}

// leastValue is how long a value must be to tell its write from others.
const leastValue = 4

func (s *sends) called(o *operation) {
	if o.Method != history.Get && len(o.Value) >= leastValue {
		s.pending[o.node] = append(s.pending[o.node], o)
	}
}

func (s *sends) returned(o *operation) {
	s.pending[o.node] = slices.DeleteFunc(s.pending[o.node], func(p *operation) bool { return p == o })
}

// message takes a step of a request of a clerk's node.
func (s *sends) message(r labrpc.Route, e labrpc.Event) {
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
				}
				return
			}
		}
	case labrpc.Answered:
		delete(s.calls, id)
	case labrpc.LostRequest, labrpc.LostReply, labrpc.Unreachable:
		if o := s.calls[id]; o != nil {
			o.lost++
			delete(s.calls, id)
		}
	}
}

// maybe checks that a clerk which returned ErrMaybe has sent its Put more than once. One that is not connected to all
// servers may have tried in vain to send it, which nobody sees.
func (c *Cluster) maybe(o *operation) {
	c.judge.mu.Lock()
	once := o.Err == kvraft.ErrMaybe && o.sent == 1 && o.lost == 0 && o.wide
	c.judge.mu.Unlock()
	if once {
		c.Failf("Maybe for a Reason: expected %v, which was sent once and answered, not to return ErrMaybe", o)
	}
}

// anonymous is a request without its operation's key and value: what is left tells who sends it, and which of his
// operations it is.
func (o *operation) anonymous() string {
	form := bytes.ReplaceAll(o.forms[0], []byte(o.Value), nil)
	return string(bytes.ReplaceAll(form, []byte(o.Key), nil))
}

// clerksFault says what a clerk has done wrong with which a finding can be explained; "" if nothing is known.
func (j *judge) clerksFault(f history.Finding) string {
	j.mu.Lock()
	defer j.mu.Unlock()
	named := make(map[string]*operation) // of different clerks, by what tells requests apart
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
