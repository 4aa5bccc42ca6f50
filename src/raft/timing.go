package raft

import "time"

// Timing is how a server keeps time, as far as whoever runs it wants to say. A field that is 0 says nothing: there the
// implementation does as it sees fit. A server asks its persister, which is what it is given of its own, so that the
// servers of one process may differ; see [Persister.Timing].
type Timing struct {
	Heartbeat time.Duration // how often a leader speaks to the others

	// Election timeouts are drawn from this range anew each time that one begins, MaxElection not included unless it is
	// MinElection. Both are given, or neither.
	MinElection, MaxElection time.Duration

	Poll time.Duration // how long who polls sleeps before it looks at the clock again
}

// Or returns t with the fields that say nothing taken from own.
func (t Timing) Or(own Timing) Timing {
	if t.Heartbeat == 0 {
		t.Heartbeat = own.Heartbeat
	}
	if t.MinElection == 0 && t.MaxElection == 0 {
		t.MinElection, t.MaxElection = own.MinElection, own.MaxElection
	}
	if t.Poll == 0 {
		t.Poll = own.Poll
	}
	return t
}
