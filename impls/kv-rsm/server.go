package kvrsm

import (
	"raftlab/src/kvraft"
	"raftlab/src/labgob"
	"raftlab/src/labrpc"
	"raftlab/src/raft"
)

// errLost is the reply to a Put that may or may not be executed: this server led when the request came, but did not see
// it committed. A Put that gets ErrWrongLeader will not be executed: the server did not lead when the request came.
const errLost kvraft.Err = "ErrLost"

// KVServer is one server of the store. It has no state of its own, and no lock: all state is in the RSM and its store.
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

// Kill implements kvraft.Server. The Raft closes applyCh, so that the RSM's applier returns, and then every Submit that
// waits.
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

// Put is the handler of a clerk's Put. Submit cannot tell an operation that was refused from one whose outcome is
// unknown, and a clerk must treat them differently. So a server that does not lead refuses here, before it submits.
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
