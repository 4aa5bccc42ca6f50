package etcdraft

import (
	sync "raftlab/src/locks"
	"raftlab/src/raft"
)

// An applyQueue holds what was committed and not yet sent on applyCh: the service may take its time, and the node does
// not wait for it.
type applyQueue struct {
	mu    *sync.Mutex
	msgs  []raft.ApplyMsg
	ready chan struct{} // holds a token if there may be something
}

func newApplyQueue() applyQueue {
	return applyQueue{mu: new(sync.Mutex), ready: make(chan struct{}, 1)}
}

func (q *applyQueue) push(m raft.ApplyMsg) {
	q.mu.Lock()
	q.msgs = append(q.msgs, m)
	q.mu.Unlock()
	select {
	case q.ready <- struct{}{}:
	default:
	}
}

// take returns all that is queued.
func (q *applyQueue) take() []raft.ApplyMsg {
	q.mu.Lock()
	defer q.mu.Unlock()
	msgs := q.msgs
	q.msgs = nil
	return msgs
}

// applyLoop sends on applyCh what was committed.
func (rf *Raft) applyLoop() {
	for {
		for _, m := range rf.applies.take() {
			select {
			case rf.applyCh <- m:
			case <-rf.killed:
				return
			}
		}
		select {
		case <-rf.applies.ready:
		case <-rf.killed:
			return
		}
	}
}
