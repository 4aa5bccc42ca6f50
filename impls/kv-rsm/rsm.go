// Package kvrsm is the key-value store on Raft as the lab has it since 2025, in its two layers: a replicated state
// machine over any Raft that keeps the contract of package raft, and over that a store whose keys have versions.
//
// The RSM: Submit gives an operation to the Raft and waits for its result. One goroutine, the applier, takes from
// applyCh what is committed, has the state machine do it, on every server alike, and passes the result to the Submit
// that waits for it, if it waits on this server. Nobody else touches the state machine, which therefore needs no lock.
//
// The applier finds a Submit by the ID of its operation, which is unique over all servers and their restarts. Submit
// enters its ID into a table before it calls Start, so that no result comes too early for it. It waits until the result
// is there, until applyCh is closed, or until it sees, looking every pollInterval, that its server no longer leads the
// term that Start returned. It need not know more of other leaders: as long as the server leads that term the operation
// is in its log; after that the operation may be overwritten, or stay there for a long time without being committed.
// The applier waits for applyCh and for nothing else: a result goes into a channel that has room for it.
//
// One lock guards the table of the Submits that wait. It is never held over a call of the Raft or the state machine: a
// Raft may hold a lock of its own while it sends on applyCh, if only Snapshot does without it.
//
// Why it is right: the result that Submit returns is what the state machine returned for this operation, at its place
// in the log, on this server. Everything else is ErrWrongLeader, which promises nothing.
//
// The store: a Put that is executed raises its key's version, so that another copy of it finds a version that is not
// its own and does nothing. No server has to know clients. The price is that a clerk which sent a Put twice and is told
// of a wrong version cannot know whose Put has raised it: see Clerk.Put.
package kvrsm

import (
	"crypto/rand"
	"fmt"
	"math/big"
	"time"

	"raftlab/impls/internal/logsize"
	"raftlab/src/dlog"
	"raftlab/src/kvraft"
	"raftlab/src/labgob"
	"raftlab/src/labrpc"
	sync "raftlab/src/locks"
	"raftlab/src/raft"
)

// pollInterval is how often a Submit looks whether its server leads still: often enough that a clerk notices little of
// it, and seldom beside what an operation takes.
const pollInterval = 20 * time.Millisecond

// Op is a command in the log: an operation for the state machine, and its ID.
type Op struct {
	ID      ID
	Request any
}

// An ID names an operation.
type ID struct {
	Server int   // where it was submitted
	Life   int64 // a random number that the server has drawn when it started
	Number int64 // counts the operations since then, from 1
}

// RSM is one server of a replicated state machine.
type RSM struct {
	me      int
	rf      raft.Raft
	stopped chan struct{} // closed when the applier has returned

	// Only the applier uses these.
	sm      kvraft.StateMachine
	applied int // the last index that was applied since the start; 0 also after a snapshot from the disk
	size    *logsize.Watch

	mu      sync.Mutex // guards what follows; never held over a call of rf or sm, or a wait
	last    ID
	waiting map[ID]chan<- any // each has room for the one result that it gets
}

// MakeRSM starts a server. It is a kvraft.MakeRSMFunc.
func MakeRSM(servers []*labrpc.ClientEnd, me int, persister *raft.Persister, maxraftstate int,
	sm kvraft.StateMachine, makeRaft raft.MakeFunc) kvraft.RSM {
	labgob.Register(Op{})
	life, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		panic(fmt.Sprintf("kvrsm: no random numbers: %v", err))
	}
	r := &RSM{
		me:      me,
		stopped: make(chan struct{}),
		sm:      sm,
		size:    logsize.New(persister, maxraftstate),
		last:    ID{Server: me, Life: life.Int64()},
		waiting: make(map[ID]chan<- any),
	}
	if snapshot := persister.ReadSnapshot(); len(snapshot) > 0 {
		sm.Restore(snapshot)
	}
	applyCh := make(chan raft.ApplyMsg)
	r.rf = makeRaft(servers, me, persister, applyCh)
	go r.applier(applyCh)
	return r
}

// Raft implements kvraft.RSM.
func (r *RSM) Raft() raft.Raft { return r.rf }

// Submit implements kvraft.RSM.
func (r *RSM) Submit(request any) (kvraft.Err, any) {
	id, result := r.expect()
	defer r.forget(id)
	index, term, leads := r.rf.Start(Op{id, request})
	if !leads {
		return kvraft.ErrWrongLeader, nil
	}
	if dlog.On() {
		dlog.Debug(dlog.Client, "S%d in T%d has %T %d at index %d", r.me, term, request, id.Number, index)
	}
	poll := time.NewTicker(pollInterval)
	defer poll.Stop()
	for {
		select {
		case value := <-result:
			return kvraft.OK, value
		case <-r.stopped:
			return kvraft.ErrWrongLeader, nil
		case <-poll.C:
			if now, leads := r.rf.GetState(); !leads || now != term {
				return kvraft.ErrWrongLeader, nil
			}
		}
	}
}

// expect returns an ID for a new operation, and the channel on which its result will come.
func (r *RSM) expect() (ID, <-chan any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	result := make(chan any, 1)
	r.last.Number++
	r.waiting[r.last] = result
	return r.last, result
}

// forget removes an operation from the table.
func (r *RSM) forget(id ID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.waiting, id)
}

// tell passes a result to the Submit that waits for it, if one does. It does so once: the channel has room for one.
func (r *RSM) tell(id ID, result any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if waits := r.waiting[id]; waits != nil {
		waits <- result
		delete(r.waiting, id)
	}
}
