package rsmtest

import (
	"fmt"
	"sync"
	"time"

	"raftlab/src/kvraft"
	"raftlab/src/kvraft/kvnode"
)

// submits are the Submits of a run, and judge what came of them: each Increment's result is the count after it. So no
// two have the same result, one that is called after another has returned has a higher one, and none is higher than
// the number of Increments that were submitted.
type submits struct {
	mu         sync.Mutex // guards what follows
	list       []*submit
	increments int             // submitted so far
	results    map[int]*submit // of Increments, by result
	highest    *submit         // the Increment with the highest result that has returned
}

// A submit is one Submit of an operation.
type submit struct {
	id        uint64
	server    int
	operation kvnode.Operation
	called    time.Duration
	after     *submit // an Increment that had returned before, with the highest result
	done      bool    // it has returned, or its server is down
	took      time.Duration
	err       kvraft.Err
	result    int
}

// String says which Submit it is.
func (s *submit) String() string {
	return fmt.Sprintf("Submit of %s on S%d at %.3f s", operations[s.operation], s.server, s.called.Seconds())
}

var operations = map[kvnode.Operation]string{
	kvnode.Increment: "an Increment", kvnode.Nothing: "a Null", kvnode.Poison: "a Poison",
}

// calls takes note of a Submit, which is about to be called.
func (l *submits) calls(server int, operation kvnode.Operation, now time.Duration) *submit {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := &submit{id: uint64(len(l.list) + 1), server: server, operation: operation, called: now, after: l.highest}
	l.list = append(l.list, s)
	if operation == kvnode.Increment {
		l.increments++
	}
	return s
}

// lost takes note that the server of a Submit went down before it returned.
func (l *submits) lost(s *submit) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s.done = true
}

// returns takes note of what a Submit returned, and says which promise that breaks, by its name, and how; "" if none.
func (l *submits) returns(s *submit, now time.Duration, err kvraft.Err, result int) (broken string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s.done, s.took, s.err, s.result = true, now-s.called, err, result
	switch {
	case err == kvraft.ErrWrongLeader && result == 0:
		return ""
	case err == kvraft.ErrWrongLeader:
		return fmt.Sprintf("Own Result: expected ErrWrongLeader with no result of the %v, got %d with it", s, result)
	case err != kvraft.OK:
		return fmt.Sprintf("Own Result: expected OK or ErrWrongLeader of the %v, got %q", s, err)
	case s.operation == kvnode.Increment:
		return l.counts(s)
	case s.operation == kvnode.Poison:
		return fmt.Sprintf("Own Result: expected the %v, which cannot be committed, to return ErrWrongLeader, got OK", s)
	case result != 0:
		return fmt.Sprintf("Own Result: expected no result of the %v, got %d, which is an Increment's", s, result)
	}
	return ""
}

// counts takes note of an Increment that was executed.
func (l *submits) counts(s *submit) (broken string) {
	if s.result <= 0 {
		return fmt.Sprintf("Own Result: expected the %v to return a count, got %d or no number", s, s.result)
	}
	if other := l.results[s.result]; other != nil {
		return fmt.Sprintf("Own Result: the %v and the %v both returned %d", other, s, s.result)
	}
	if l.results == nil {
		l.results = make(map[int]*submit)
	}
	l.results[s.result] = s
	if s.result > l.increments {
		return fmt.Sprintf("Executed Once: expected at most %d, the number of Increments submitted so far, of the %v, "+
			"got %d", l.increments, s, s.result)
	}
	if s.after != nil && s.result < s.after.result {
		return fmt.Sprintf("Order of Results: the %v returned %d, and the %v, called after it had returned, %d", s.after,
			s.after.result, s, s.result)
	}
	if l.highest == nil || l.highest.result < s.result {
		l.highest = s
	}
	return ""
}

// unknown is how many Increments may have been executed though Submit said that its server did not lead: it took its
// time to say so, and a server that does not lead when it is asked knows that at once.
func (l *submits) unknown() (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range l.list {
		if s.operation == kvnode.Increment && s.done && s.err == kvraft.ErrWrongLeader && s.took > 0 {
			n++
		}
	}
	return n
}

// pending are the Submits that have not returned, the first to be called first.
func (l *submits) pending() (list []*submit) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range l.list {
		if !s.done {
			list = append(list, s)
		}
	}
	return list
}
