// Package kvclassic is the key-value store on Raft as the lab had it until 2024: Get, Put and Append, each executed
// once, by any Raft that keeps the contract of package raft.
//
// Every operation goes through the log, Gets too. A handler starts its operation and waits; one goroutine, the
// applier, takes from applyCh what is committed and executes it, on every server alike. Nobody else changes the store.
//
// A handler waits at the index that Start gave it. The applier wakes it when a command is applied there, whichever it
// is. Every pollInterval the handler looks by itself whether its server still leads the term that Start gave it, and
// it gives up when applyCh is closed. So it waits for long only where it must: a leader that is cut off cannot know
// better. The applier waits for applyCh and for nothing else: to wake a handler is to close a channel, which never
// blocks.
//
// One lock guards the store and the waiters. It is never held over a call of the Raft, nor while anybody waits. A Raft
// may hold a lock of its own while it sends on applyCh, as long as Snapshot does not need it. If a handler held our
// lock and waited in Start for the Raft's, the applier could not take what is sent, and all of them would wait for
// ever. The price is that an operation may be applied before its handler comes to wait for it: so it first looks what
// was applied.
//
// Why it is right: what a handler answers is what the store says of its operation, by the client's name and the
// operation's number, and not what is at some index. If the store has it, it is committed, once, and its result is
// that of its place in the log, no matter who leads and who submitted it. If not, the handler says that it is not the
// leader, which is never wrong: the clerk asks again, and by the number no server executes it again. That it asks
// again is also why no leader stands still: a new one cannot commit what others left in its log without a command of
// its own term (section 5.4.2), and whoever waits for one of these brings it.
package kvclassic

import (
	"fmt"

	"raftlab/impls/internal/logsize"
	"raftlab/src/dlog"
	"raftlab/src/kvraft/classic"
	"raftlab/src/labgob"
	"raftlab/src/labrpc"
	sync "raftlab/src/locks"
	"raftlab/src/raft"
)

// KVServer is one server of the store.
type KVServer struct {
	me      int
	rf      raft.Raft
	size    *logsize.Watch // the applier's
	stopped chan struct{}  // closed when the applier has left

	mu      sync.Mutex // guards what follows; never held over a call of rf or a wait
	store   *store
	applied int             // the index up to which the log is in the store, as far as this life knows
	waiters map[int]*waiter // by index
}

// StartKVServer starts a server. It is a classic.StartFunc.
func StartKVServer(servers []*labrpc.ClientEnd, me int, persister *raft.Persister, maxraftstate int,
	makeRaft raft.MakeFunc) classic.Server {
	labgob.Register(Op{})
	kv := &KVServer{
		me:      me,
		size:    logsize.New(persister, maxraftstate),
		stopped: make(chan struct{}),
		store:   newStore(),
		waiters: make(map[int]*waiter),
	}
	if snapshot := persister.ReadSnapshot(); len(snapshot) > 0 {
		kv.restore(snapshot)
	}
	applyCh := make(chan raft.ApplyMsg)
	kv.rf = makeRaft(servers, me, persister, applyCh)
	go kv.applier(applyCh)
	return kv
}

// Raft implements classic.Server.
func (kv *KVServer) Raft() raft.Raft { return kv.rf }

// Kill implements classic.Server. The Raft closes applyCh, then the applier leaves, then whoever waits.
func (kv *KVServer) Kill() { kv.rf.Kill() }

// restore takes the store from a snapshot. One that cannot be read is a broken disk or a bug: to go on without what
// was acknowledged is worse than to stop. The lock is held, or nobody else knows this server yet.
func (kv *KVServer) restore(snapshot []byte) {
	s, err := decodeStore(snapshot)
	if err != nil {
		panic(fmt.Sprintf("S%d: %v", kv.me, err))
	}
	kv.store = s
	if dlog.On() {
		dlog.Debug(dlog.Snap, "S%d has %d keys and %d clients from a snapshot", kv.me, len(s.Data), len(s.Sessions))
	}
}
