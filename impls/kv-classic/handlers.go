package kvclassic

import "time"

// pollInterval is how often a handler looks whether its server leads still: often enough that a clerk notices little
// of it, and seldom beside what an operation takes.
const pollInterval = 20 * time.Millisecond

// A waiter is a handler that waits for an index to be applied.
type waiter struct {
	term  int           // in which it was started
	awake chan struct{} // closed when there is nothing to wait for any more
}

// Get is the handler of a clerk's Get.
func (kv *KVServer) Get(args *GetArgs, reply *GetReply) {
	reply.Value, reply.Err = kv.submit(Op{Kind: Get, Key: args.Key, ID: args.ID})
}

// PutAppend is the handler of a clerk's Put or Append.
func (kv *KVServer) PutAppend(args *PutAppendArgs, reply *PutAppendReply) {
	_, reply.Err = kv.submit(Op{Kind: args.Kind, Key: args.Key, Value: args.Value, ID: args.ID})
}

// submit has an operation executed and returns its result. One that was executed already, and is sent again because
// its reply was lost, needs no entry of its own.
func (kv *KVServer) submit(op Op) (value string, err Err) {
	if value, err, executed := kv.result(op.ID); executed {
		return value, err
	}
	index, term, leads := kv.rf.Start(op)
	if !leads {
		return "", ErrWrongLeader
	}
	kv.await(index, term)
	if value, err, executed := kv.result(op.ID); executed {
		return value, err
	}
	return "", ErrWrongLeader
}

// result returns what came of an operation, if it was executed.
func (kv *KVServer) result(id ID) (value string, err Err, executed bool) {
	kv.mu.Lock()
	defer kv.mu.Unlock()
	return kv.store.result(id)
}

// await waits until the index is applied. It gives up when this server does not lead the term any more in which the
// command there was started, for then another leader may have another one there, or none at all for a long time; and
// when the server is killed.
func (kv *KVServer) await(index, term int) {
	w := kv.wait(index, term)
	defer kv.leave(index, w)
	poll := time.NewTicker(pollInterval)
	defer poll.Stop()
	for {
		select {
		case <-w.awake:
			return
		case <-kv.stopped:
			return
		case <-poll.C:
			if now, leads := kv.rf.GetState(); !leads || now != term {
				return
			}
		}
	}
}

// wait adds a waiter at an index. If there is one already, this server has led two terms, and who is of the earlier
// waits in vain.
func (kv *KVServer) wait(index, term int) *waiter {
	kv.mu.Lock()
	defer kv.mu.Unlock()
	w := &waiter{term, make(chan struct{})}
	other := kv.waiters[index]
	if index <= kv.applied || other != nil && other.term > term {
		close(w.awake)
		return w
	}
	kv.wake(index)
	kv.waiters[index] = w
	return w
}

// leave takes a waiter away, if nobody has yet.
func (kv *KVServer) leave(index int, w *waiter) {
	kv.mu.Lock()
	defer kv.mu.Unlock()
	if kv.waiters[index] == w {
		delete(kv.waiters, index)
	}
}

// wake wakes the waiter at an index, if there is one. The lock is held.
func (kv *KVServer) wake(index int) {
	if w := kv.waiters[index]; w != nil {
		close(w.awake)
		delete(kv.waiters, index)
	}
}
