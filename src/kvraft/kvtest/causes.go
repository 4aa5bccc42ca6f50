package kvtest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"raftlab/src/kvraft/history"
)

// A start is a start or a restart of a server.
type start struct {
	server   int
	at       time.Duration
	snapshot bool // there was a snapshot on its disk
}

// causes returns sentences that say where a finding comes from, as far as the clerks' requests show it.
func (j *judge) causes(f history.Finding) (list []string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if o := j.executedTwice(f); o != nil {
		if s := j.howTwice(o); s != "" {
			list = append(list, s)
		}
		return list
	}
	for i := range f.Core {
		if o := j.operation(&f.Core[i]); o != nil {
			if s := o.answeredAlone(); s != "" {
				list = append(list, s)
			}
		}
	}
	return list
}

// operation returns the operation whose history.Op a finding has, or nil if there is none.
func (j *judge) operation(op *history.Op) *operation {
	i := slices.IndexFunc(j.ops, func(o *operation) bool { return o.Call == op.Call })
	if i < 0 {
		return nil
	}
	return j.ops[i]
}

// executedTwice returns the write that a finding says was executed twice, or nil if it says no such thing.
func (j *judge) executedTwice(f history.Finding) *operation {
	if f.Name != history.Doubled {
		return nil
	}
	var values strings.Builder
	for i := range f.Core {
		if f.Core[i].Method == history.Get {
			values.WriteString(f.Core[i].Value)
		}
	}
	for _, o := range j.ops {
		if o.Key == f.Key && o.identifiable() && strings.Count(values.String(), o.Value) > 1 {
			return o
		}
	}
	return nil
}

// howTwice says between which two deliveries of its requests a write was executed twice, and what was wrong with the
// second. A delivery that a server answered at once did not execute it, see mayBeExecuted.
func (j *judge) howTwice(o *operation) string {
	var waited []delivery
	for _, r := range o.requests {
		for _, d := range r.deliveries {
			if d.waited() {
				waited = append(waited, d)
			}
		}
	}
	if len(waited) < 2 {
		return ""
	}
	slices.SortStableFunc(waited, func(a, b delivery) int { return int(a.arrived - b.arrived) })
	first, last := waited[0], waited[len(waited)-1]
	text := fmt.Sprintf("%v came to S%d at %s and to S%d at %s", o, first.server, moment(first.arrived), last.server,
		moment(last.arrived))
	restored := slices.IndexFunc(j.starts, func(s start) bool {
		return s.snapshot && s.at > first.arrived && s.at <= last.arrived
	})
	stillHandled := func(d delivery) bool { return d.returned == 0 || d.returned > last.arrived }
	switch {
	case restored >= 0:
		return text + fmt.Sprintf(", and S%d was started from a snapshot in between: a snapshot must have what is known of "+
			"clients", j.starts[restored].server)
	case o.Return != 0 && last.arrived > o.Returned:
		return text + ", when its clerk had gone on to its next operation"
	case slices.ContainsFunc(waited[:len(waited)-1], stillHandled):
		return text + ", while a handler was at work on the one before"
	}
	return text + ", when the one before had been answered"
}

// answeredAlone says that a server answered an operation without waiting for other servers, "" if none did. Waiting
// takes virtual time. A server may answer so only what is sent again and was executed before; otherwise what it has may
// be stale.
func (o *operation) answeredAlone() string {
	for _, r := range slices.Backward(o.requests) {
		if !r.answered {
			continue
		}
		d := r.deliveries[0]
		if d.waited() {
			return ""
		}
		return fmt.Sprintf("S%d answered %v at %s from what it had, without waiting for other servers", d.server, o,
			moment(d.returned))
	}
	return ""
}

// heldLong says which requests stayed with a server for so long that its handler must have waited for something else
// than a majority, such as for what had happened before; "" if none did.
func (j *judge) heldLong() string {
	const long = 500 * time.Millisecond
	j.mu.Lock()
	defer j.mu.Unlock()
	n, first := 0, ""
	for _, o := range j.ops {
		for _, r := range o.requests {
			for _, d := range r.deliveries {
				if d.returned-d.arrived < long {
					continue
				}
				if n++; n == 1 {
					first = fmt.Sprintf("%v with S%d from %s to %s", o, d.server, moment(d.arrived), moment(d.returned))
				}
			}
		}
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("; %d requests stayed with a server for %v or more, the first %s", n, long, first)
}

// where says which server is still handling a request of an operation or, if none is, how often it was sent.
func (j *judge) where(o *operation) string {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, r := range slices.Backward(o.requests) {
		for _, d := range r.deliveries {
			lost := slices.ContainsFunc(j.starts, func(s start) bool { return s.server == d.server && s.at > d.arrived })
			if d.returned == 0 && !lost {
				return fmt.Sprintf(", which S%d, now %v, has since %s", d.server, j.states[d.server], moment(d.arrived))
			}
		}
	}
	if o.sent > 0 {
		return fmt.Sprintf(", which was sent %d times and is with no server", o.sent)
	}
	return ""
}
