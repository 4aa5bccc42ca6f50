package kvrsm

import (
	"raftlab/src/kvraft"
	"raftlab/src/labgob"
	"raftlab/src/labrpc"
	"raftlab/src/raft"
)

// errLost is what a server says of a Put that it had in its log when it ceased to lead: the next leader may execute it
// or not. ErrWrongLeader is what one says that does not lead to begin with: this request will not be executed.
const errLost kvraft.Err = "ErrLost"

// KVServer is one server of the store. It has no state of its own, and no lock: all is in the RSM and the store.
type KVServer struct{ rsm kvraft.RSM }

// StartKVServer starts a server. It is a kvraft.StartFunc.
func StartKVServer(servers []*labrpc.ClientEnd, me int, persister *raft.Persister, maxraftstate int,
	makeRaft raft.MakeFunc) kvraft.Server {
	labgob.Register(kvraft.GetArgs{})
	labgob.Register(kvraft.PutArgs{})
	return &KVServer{MakeRSM(servers, me, persister, maxraftstate, newStore(), makeRaft)}
}

// Raft implements kvraft.Server.
func (kv *KVServer) Raft() raft.Raft { return kv.rsm.Raft() }

// Kill implements kvraft.Server. The Raft closes applyCh, then the RSM's applier leaves, then whoever waits.
func (kv *KVServer) Kill() { kv.rsm.Raft().Kill() }

// Get is the handler of a clerk's Get. It goes through the log: what this server has may be old, even if it believes
// that it leads.
func (kv *KVServer) Get(args *kvraft.GetArgs, reply *kvraft.GetReply) {
	err, result := kv.rsm.Submit(*args)
	if err != kvraft.OK {
		reply.Err = err
		return
	}
	*reply = result.(kvraft.GetReply)
}

// Put is the handler of a clerk's Put. Submit cannot tell an operation that was refused from one whose fate is open,
// and for a clerk they are not the same. So who does not lead to begin with says so here.
func (kv *KVServer) Put(args *kvraft.PutArgs, reply *kvraft.PutReply) {
	if _, leads := kv.rsm.Raft().GetState(); !leads {
		reply.Err = kvraft.ErrWrongLeader
		return
	}
	err, result := kv.rsm.Submit(*args)
	if err != kvraft.OK {
		reply.Err = errLost
		return
	}
	*reply = result.(kvraft.PutReply)
}
