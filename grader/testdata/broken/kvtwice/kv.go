// Package kvtwice is a store that executes again what a clerk sends again: it does not know its clerks.
package kvtwice

import (
	"time"

	"raftlab/src/kvraft/classic"
	"raftlab/src/labgob"
	"raftlab/src/labrpc"
	sync "raftlab/src/locks"
	"raftlab/src/raft"
)

// Op is a command.
type Op struct {
	Kind, Key, Value string
	Nonce            int64 // of the request, so that the server knows its own
}

// Reply is what came of a request.
type Reply struct {
	OK    bool
	Value string
}

// KVServer is one server of the store.
type KVServer struct {
	rf      raft.Raft
	mu      sync.Mutex
	data    map[string]string
	results map[int64]Reply // by nonce
}

// StartKVServer is a classic.StartFunc.
func StartKVServer(servers []*labrpc.ClientEnd, me int, persister *raft.Persister, maxraftstate int,
	makeRaft raft.MakeFunc) classic.Server {
	labgob.Register(Op{})
	kv := &KVServer{data: make(map[string]string), results: make(map[int64]Reply)}
	applyCh := make(chan raft.ApplyMsg)
	kv.rf = makeRaft(servers, me, persister, applyCh)
	go kv.apply(applyCh)
	return kv
}

// Raft implements classic.Server.
func (kv *KVServer) Raft() raft.Raft { return kv.rf }

// Kill implements classic.Server.
func (kv *KVServer) Kill() { kv.rf.Kill() }

func (kv *KVServer) apply(applyCh <-chan raft.ApplyMsg) {
	for m := range applyCh {
		op, ok := m.Command.(Op)
		if !ok {
			continue
		}
		kv.mu.Lock()
		switch op.Kind {
		case "Put":
			kv.data[op.Key] = op.Value
		case "Append":
			kv.data[op.Key] += op.Value
		}
		kv.results[op.Nonce] = Reply{true, kv.data[op.Key]}
		kv.mu.Unlock()
	}
}

// Do is the handler of all requests.
func (kv *KVServer) Do(op *Op, reply *Reply) {
	mine := *op
	mine.Nonce = time.Now().UnixNano()
	_, term, leads := kv.rf.Start(mine)
	for leads {
		time.Sleep(2 * time.Millisecond)
		kv.mu.Lock()
		result, done := kv.results[mine.Nonce]
		kv.mu.Unlock()
		if done {
			*reply = result
			return
		}
		now, still := kv.rf.GetState()
		leads = still && now == term
	}
}

// Clerk is a client's side of the store.
type Clerk struct {
	servers []*labrpc.ClientEnd
	leader  int
}

// MakeClerk is a classic.ClerkFunc.
func MakeClerk(servers []*labrpc.ClientEnd) classic.Clerk { return &Clerk{servers: servers} }

// Get implements classic.Clerk.
func (ck *Clerk) Get(key string) string { return ck.do(Op{Kind: "Get", Key: key}) }

// Put implements classic.Clerk.
func (ck *Clerk) Put(key, value string) { ck.do(Op{Kind: "Put", Key: key, Value: value}) }

// Append implements classic.Clerk.
func (ck *Clerk) Append(key, value string) { ck.do(Op{Kind: "Append", Key: key, Value: value}) }

func (ck *Clerk) do(op Op) string {
	for {
		var reply Reply
		if ck.servers[ck.leader].Call("KVServer.Do", &op, &reply) && reply.OK {
			return reply.Value
		}
		if ck.leader = (ck.leader + 1) % len(ck.servers); ck.leader == 0 {
			time.Sleep(10 * time.Millisecond)
		}
	}
}
