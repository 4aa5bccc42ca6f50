package kvtest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"raftlab/src/kvraft/history"
)

// A start is when a life of a server began.
type start struct {
	server   int
	at       time.Duration
	snapshot bool // there was one on its disk
}

// causes says what a finding comes from, as far as requests tell, in sentences.
func (j *judge) causes(f history.Finding) (list []string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if o := j.doubled(f); o != nil {
		if s := j.copies(o); s != "" {
			list = append(list, s)
		}
		return list
	}
	for i := range f.Core {
		if o := j.operation(&f.Core[i]); o != nil {
			if s := o.atOnce(); s != "" {
				list = append(list, s)
			}
		}
	}
	return list
}

// operation is the one that a finding has a copy of.
func (j *judge) operation(op *history.Op) *operation {
	i := slices.IndexFunc(j.ops, func(o *operation) bool { return o.Call == op.Call })
	if i < 0 {
		return nil
	}
	return j.ops[i]
}

// doubled is the write that a finding says was executed twice, nil if it says no such thing.
func (j *judge) doubled(f history.Finding) *operation {
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
		if o.Key == f.Key && o.told() && strings.Count(values.String(), o.Value) > 1 {
			return o
		}
	}
	return nil
}

// copies says how it came that a write was executed twice. What a server answered at once it has not executed.
func (j *judge) copies(o *operation) string {
	var visits []visit
	for _, r := range o.requests {
		for _, v := range r.visits {
			if v.left != v.came {
				visits = append(visits, v)
			}
		}
	}
	if len(visits) < 2 {
		return ""
	}
	slices.SortStableFunc(visits, func(a, b visit) int { return int(a.came - b.came) })
	last := visits[len(visits)-1]
	text := fmt.Sprintf("%v came to S%d at %s and to S%d at %s", o, visits[0].server, moment(visits[0].came), last.server,
		moment(last.came))
	restored := slices.IndexFunc(j.starts, func(s start) bool {
		return s.snapshot && s.at > visits[0].came && s.at <= last.came
	})
	switch {
	case restored >= 0:
		return text + fmt.Sprintf(", and S%d was started from a snapshot in between: a snapshot must have what is known of "+
			"clients", j.starts[restored].server)
	case o.Return != 0 && last.came > o.Returned:
		return text + ", when its clerk had gone on to its next operation"
	case slices.ContainsFunc(visits[:len(visits)-1], func(v visit) bool { return v.left == 0 || v.left > last.came }):
		return text + ", while a handler was at work on the one before"
	}
	return text + ", when the one before had been answered"
}

// atOnce says that an operation was answered without asking other servers, who may have gone on: that takes time. Only
// what was executed before may be answered so, when it is sent again.
func (o *operation) atOnce() string {
	for _, r := range slices.Backward(o.requests) {
		if !r.answered {
			continue
		}
		v := r.visits[0]
		if v.left != v.came {
			return ""
		}
		return fmt.Sprintf("S%d answered %v at %s from what it had, without waiting for other servers", v.server, o,
			moment(v.left))
	}
	return ""
}

// where says where an operation's requests are, if servers have them still.
func (j *judge) where(o *operation) string {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, r := range slices.Backward(o.requests) {
		for _, v := range r.visits {
			lost := slices.ContainsFunc(j.starts, func(s start) bool { return s.server == v.server && s.at > v.came })
			if v.left == 0 && !lost {
				return fmt.Sprintf(", which S%d, now %v, has since %s", v.server, j.states[v.server], moment(v.came))
			}
		}
	}
	if o.sent > 0 {
		return fmt.Sprintf(", which was sent %d times and is with no server", o.sent)
	}
	return ""
}
