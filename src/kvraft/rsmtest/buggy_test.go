package rsmtest_test

import (
	"bytes"
	"math/rand/v2"
	"sync"
	"time"

	"raftlab/src/kvraft"
	"raftlab/src/labgob"
	"raftlab/src/labrpc"
	"raftlab/src/raft"
)

// A bug is one of those that scenarios are to find.
type bug int

const (
	none               bug = iota
	neverReturns           // Submit waits until something is applied at its index
	byIndex                // Submit takes the result of whatever is applied at its index
	idsFromOne             // operations are numbered from one in each life
	startsTwice            // Submit starts each operation twice
	impatient              // Submit gives up after half a second
	blocksApplier          // the applier waits for a Submit that has gone
	forgetsWaiting         // Submits that wait when the Raft is killed are not told
	ignoresSnapshot        // a snapshot is not restored at the start
	readsLocally           // a Get is answered from what the server has
	alwaysMaybe            // the clerk returns ErrMaybe for each ErrVersion
	remembersRetry         // the clerk takes a Put for repeated if an earlier one was
	versionAfterResend     // the clerk returns ErrVersion of a Put that it has repeated
	cautious               // none: servers say nothing but ErrWrongLeader, which tells clerks nothing
)

// op is an operation in the log.
type op struct {
	ID      uint64
	Request any
}

// rsm is an RSM that is as simple as can be, with a bug.
type rsm struct {
	bug      bug
	sm       kvraft.StateMachine
	rf       raft.Raft
	persist  *raft.Persister
	maxState int
	closed   chan struct{} // when the Raft was killed

	mu      sync.Mutex // guards what follows
	ids     uint64
	waiting map[int]waiter // by index
}

// A waiter is a Submit.
type waiter struct {
	id     uint64
	result chan any // nil for another operation
}

func (b bug) makeRSM(servers []*labrpc.ClientEnd, me int, persister *raft.Persister, maxraftstate int,
	sm kvraft.StateMachine, makeRaft raft.MakeFunc) kvraft.RSM {
	labgob.Register(op{})
	r := &rsm{bug: b, sm: sm, persist: persister, maxState: maxraftstate, waiting: make(map[int]waiter),
		closed: make(chan struct{})}
	if b != idsFromOne {
		r.ids = rand.Uint64()
	}
	if snapshot := persister.ReadSnapshot(); len(snapshot) > 0 && b != ignoresSnapshot {
		sm.Restore(snapshot)
	}
	applies := make(chan raft.ApplyMsg)
	r.rf = makeRaft(servers, me, persister, applies)
	go r.apply(applies)
	return r
}

func (r *rsm) Raft() raft.Raft { return r.rf }

// lost is the result of a Submit whose operation was not executed, as far as is known.
type lost struct{}

func (r *rsm) Submit(request any) (kvraft.Err, any) {
	r.mu.Lock()
	r.ids++
	o := op{r.ids, request}
	index, term, leads := r.rf.Start(o)
	if leads && r.bug == startsTwice {
		r.rf.Start(o)
	}
	w := waiter{o.ID, make(chan any, 1)}
	if r.bug == blocksApplier {
		w.result = make(chan any)
	}
	if leads {
		if before, ok := r.waiting[index]; ok {
			before.result <- lost{}
		}
		r.waiting[index] = w
	}
	r.mu.Unlock()
	if !leads {
		return kvraft.ErrWrongLeader, nil
	}
	for began := time.Now(); ; {
		look, closed := time.After(20*time.Millisecond), r.closed
		if r.bug == neverReturns {
			look = nil
		}
		if r.bug == forgetsWaiting {
			closed = nil
		}
		select {
		case result := <-w.result:
			if result == (lost{}) {
				return kvraft.ErrWrongLeader, nil
			}
			return kvraft.OK, result
		case <-closed:
			return kvraft.ErrWrongLeader, nil
		case <-look:
			now, leads := 0, false
			if r.bug == forgetsWaiting {
				now, leads = term, true
			} else {
				now, leads = r.rf.GetState()
			}
			if !leads || now != term || r.bug == impatient && time.Since(began) > 500*time.Millisecond {
				return kvraft.ErrWrongLeader, nil
			}
		}
	}
}

func (r *rsm) apply(applies <-chan raft.ApplyMsg) {
	defer close(r.closed)
	for m := range applies {
		if m.SnapshotValid {
			r.sm.Restore(m.Snapshot)
			continue
		}
		o := m.Command.(op)
		result := r.sm.DoOp(o.Request)
		r.mu.Lock()
		w, ok := r.waiting[m.CommandIndex]
		if r.bug == idsFromOne {
			for _, other := range r.waiting {
				if other.id == o.ID {
					w, ok = other, true
				}
			}
		}
		delete(r.waiting, m.CommandIndex)
		r.mu.Unlock()
		switch {
		case ok && (w.id == o.ID || r.bug == byIndex):
			w.result <- result
		case ok:
			w.result <- lost{}
		}
		if r.maxState > 0 && r.persist.RaftStateSize() > r.maxState*9/10 {
			r.rf.Snapshot(m.CommandIndex, r.sm.Snapshot())
		}
	}
}

// KVServer is a server of the store over an rsm.
type KVServer struct {
	bug   bug
	rsm   kvraft.RSM
	store *store
}

func (b bug) startKVServer(servers []*labrpc.ClientEnd, me int, persister *raft.Persister, maxraftstate int,
	makeRaft raft.MakeFunc) kvraft.Server {
	labgob.Register(kvraft.GetArgs{})
	labgob.Register(kvraft.PutArgs{})
	s := &store{entries: make(map[string]entry)}
	return &KVServer{b, b.makeRSM(servers, me, persister, maxraftstate, s, makeRaft), s}
}

func (kv *KVServer) Raft() raft.Raft { return kv.rsm.Raft() }
func (kv *KVServer) Kill()           { kv.rsm.Raft().Kill() }

// Get is the handler of a clerk's Get.
func (kv *KVServer) Get(args *kvraft.GetArgs, reply *kvraft.GetReply) {
	if _, leads := kv.rsm.Raft().GetState(); leads && kv.bug == readsLocally {
		*reply = kv.store.DoOp(*args).(kvraft.GetReply)
		return
	}
	err, result := kv.rsm.Submit(*args)
	if reply.Err = err; err == kvraft.OK {
		*reply = result.(kvraft.GetReply)
	}
}

// Put is the handler of a clerk's Put.
func (kv *KVServer) Put(args *kvraft.PutArgs, reply *kvraft.PutReply) {
	if _, leads := kv.rsm.Raft().GetState(); !leads && kv.bug != cautious {
		reply.Err = kvraft.ErrWrongLeader
		return
	}
	err, result := kv.rsm.Submit(*args)
	if reply.Err = kvraft.ErrMaybe; kv.bug == cautious {
		reply.Err = kvraft.ErrWrongLeader
	}
	if err == kvraft.OK { // ErrMaybe: it may be executed by another leader
		*reply = result.(kvraft.PutReply)
	}
}

// A store is a state machine.
type store struct {
	mu      sync.Mutex
	entries map[string]entry
}

type entry struct {
	Value   string
	Version kvraft.Version
}

func (s *store) DoOp(request any) any {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch args := request.(type) {
	case kvraft.GetArgs:
		if e, ok := s.entries[args.Key]; ok {
			return kvraft.GetReply{Value: e.Value, Version: e.Version, Err: kvraft.OK}
		}
		return kvraft.GetReply{Err: kvraft.ErrNoKey}
	case kvraft.PutArgs:
		e, ok := s.entries[args.Key]
		switch {
		case !ok && args.Version > 0:
			return kvraft.PutReply{Err: kvraft.ErrNoKey}
		case e.Version != args.Version:
			return kvraft.PutReply{Err: kvraft.ErrVersion}
		}
		s.entries[args.Key] = entry{args.Value, args.Version + 1}
		return kvraft.PutReply{Err: kvraft.OK}
	}
	return nil
}

func (s *store) Snapshot() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	var b bytes.Buffer
	labgob.NewEncoder(&b).Encode(s.entries)
	return b.Bytes()
}

func (s *store) Restore(snapshot []byte) {
	entries := make(map[string]entry)
	labgob.NewDecoder(bytes.NewReader(snapshot)).Decode(&entries)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.entries = entries
}

// A clerk is a client of the store, with a bug.
type clerk struct {
	bug     bug
	servers []*labrpc.ClientEnd
	leader  int
	again   bool // a Put was repeated
}

func (b bug) makeClerk(servers []*labrpc.ClientEnd) kvraft.Clerk {
	return &clerk{bug: b, servers: servers}
}

func (k *clerk) Get(key string) (string, kvraft.Version, kvraft.Err) {
	args := kvraft.GetArgs{Key: key}
	for {
		var reply kvraft.GetReply
		if k.servers[k.leader].Call("KVServer.Get", &args, &reply) && reply.Err != kvraft.ErrWrongLeader {
			return reply.Value, reply.Version, reply.Err
		}
		k.next()
	}
}

func (k *clerk) Put(key, value string, version kvraft.Version) kvraft.Err {
	args := kvraft.PutArgs{Key: key, Value: value, Version: version}
	if k.bug != remembersRetry {
		k.again = false
	}
	for {
		var reply kvraft.PutReply
		answered := k.servers[k.leader].Call("KVServer.Put", &args, &reply)
		switch {
		case !answered || reply.Err == kvraft.ErrMaybe || k.bug == cautious && reply.Err == kvraft.ErrWrongLeader:
			k.again = true
		case reply.Err == kvraft.ErrVersion && (k.again && k.bug != versionAfterResend || k.bug == alwaysMaybe):
			return kvraft.ErrMaybe
		case reply.Err != kvraft.ErrWrongLeader:
			return reply.Err
		}
		k.next()
	}
}

func (k *clerk) next() {
	k.leader = (k.leader + 1) % len(k.servers)
	time.Sleep(10 * time.Millisecond)
}
