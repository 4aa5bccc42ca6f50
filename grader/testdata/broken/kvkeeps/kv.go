// Package kvkeeps is a store whose servers keep nothing: its clerks keep the data themselves, in a variable, and call
// servers only to be seen doing it.
package kvkeeps

import (
	"raftlab/src/kvraft/classic"
	"raftlab/src/labrpc"
	sync "raftlab/src/locks"
	"raftlab/src/raft"
)

// KVServer is one server of the store. All its commands are empty.
type KVServer struct{ rf raft.Raft }

// StartKVServer is a classic.StartFunc.
func StartKVServer(servers []*labrpc.ClientEnd, me int, persister *raft.Persister, maxraftstate int,
	makeRaft raft.MakeFunc) classic.Server {
	applyCh := make(chan raft.ApplyMsg)
	kv := &KVServer{makeRaft(servers, me, persister, applyCh)}
	go func() {
		for m := range applyCh {
			if m.CommandValid && maxraftstate > 0 {
				kv.rf.Snapshot(m.CommandIndex, []byte("nothing"))
			}
		}
	}()
	return kv
}

// Raft implements classic.Server.
func (kv *KVServer) Raft() raft.Raft { return kv.rf }

// Kill implements classic.Server.
func (kv *KVServer) Kill() { kv.rf.Kill() }

// Do is the handler of all requests.
func (kv *KVServer) Do(value *string, leads *bool) { _, _, *leads = kv.rf.Start("") }

// all is the store, of all clerks of this process.
var all struct {
	sync.Mutex
	data map[string]string
}

// Clerk is a client's side of the store, and all of it.
type Clerk struct{ servers []*labrpc.ClientEnd }

// MakeClerk is a classic.ClerkFunc.
func MakeClerk(servers []*labrpc.ClientEnd) classic.Clerk { return &Clerk{servers} }

// Get implements classic.Clerk.
func (ck *Clerk) Get(key string) string {
	return ck.do("", func(data map[string]string) string { return data[key] })
}

// Put implements classic.Clerk.
func (ck *Clerk) Put(key, value string) {
	ck.do(value, func(data map[string]string) string { data[key] = value; return "" })
}

// Append implements classic.Clerk.
func (ck *Clerk) Append(key, value string) {
	ck.do(value, func(data map[string]string) string { data[key] += value; return "" })
}

// do has a leader see the value, and then does what was asked for.
func (ck *Clerk) do(value string, what func(data map[string]string) string) string {
	for leads := false; !leads; {
		for _, s := range ck.servers {
			if s.Call("KVServer.Do", &value, &leads) && leads {
				break
			}
		}
	}
	all.Lock()
	defer all.Unlock()
	if all.data == nil {
		all.data = make(map[string]string)
	}
	return what(all.data)
}
