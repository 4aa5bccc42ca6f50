package render

import (
	"math"

	"raftlab/tools/dslogs/logline"
)

// A Filter says which lines of a log to print. The zero value is all.
//
// Lines without a time (output of go test, reports, unknown lines) are dated by
// the line before them, the beginning of a test by 0; reports are subject to the time window only.
type Filter struct {
	Just    TopicSet // only these topics; empty is all
	Ignore  TopicSet // not these, even if in Just
	Servers Ranges   // only lines of these servers, and lines that name no server
	Terms   Ranges   // only lines that mention one of these terms
	Since   int64    // in ticks of the log
	Until   int64    // in ticks of the log, inclusive; counts if Bounded
	Bounded bool     // there is an Until
}

// A TopicSet is a set of topics.
type TopicSet uint32

// Add adds t to the set.
func (s *TopicSet) Add(t logline.Topic) { *s |= 1 << t }

// Has reports whether t is in the set.
func (s TopicSet) Has(t logline.Topic) bool { return s&(1<<t) != 0 }

const everyTopic = TopicSet(math.MaxUint32)

// topics returns the topics to print.
func (f *Filter) topics() TopicSet {
	s := f.Just
	if s == 0 {
		s = everyTopic
	}
	return s &^ f.Ignore
}

func (f *Filter) window() (since, until int64) {
	if !f.Bounded {
		return f.Since, math.MaxInt64
	}
	return f.Since, f.Until
}

// mentions reports whether text mentions a term of the filter.
func (f *Filter) mentions(text []byte) bool {
	for t := range logline.Terms(text) {
		if f.Terms.Has(t) {
			return true
		}
	}
	return false
}
