package logview

import (
	"math"

	"raftlab/src/logline"
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
