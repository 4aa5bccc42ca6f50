package kvrsm

import (
	"time"

	"raftlab/src/kvraft"
	"raftlab/src/labrpc"
)

// retryPause is how long a clerk waits when it has asked all servers and none leads. It is short beside an election and
// long beside a round of questions.
const retryPause = 20 * time.Millisecond

// Clerk is a client's side of the store.
type Clerk struct {
	servers []*labrpc.ClientEnd
	leader  int // who answered last: an index of servers
}

// MakeClerk makes a clerk. It is a kvraft.ClerkFunc.
func MakeClerk(servers []*labrpc.ClientEnd) kvraft.Clerk { return &Clerk{servers: servers} }

// Get implements kvraft.Clerk.
func (ck *Clerk) Get(key string) (string, kvraft.Version, kvraft.Err) {
	args := kvraft.GetArgs{Key: key}
	for try := 1; ; try++ {
		var reply kvraft.GetReply
		if ck.servers[ck.leader].Call("KVServer.Get", &args, &reply) && reply.Err != kvraft.ErrWrongLeader {
			return reply.Value, reply.Version, reply.Err
		}
		ck.next(try)
	}
}

// Put implements kvraft.Clerk.
//
// Of a request that was not answered, or by a server that ceased to lead meanwhile, the clerk does not know whether it
// is executed. If it is, a later copy finds another version; but another clerk's Put leads to the same. What a later
// copy can find else is certain: it is executed itself, or there is no such key, which there would be if an earlier one
// had been executed.
func (ck *Clerk) Put(key, value string, version kvraft.Version) kvraft.Err {
	args := kvraft.PutArgs{Key: key, Value: value, Version: version}
	maybe := false // a request before this one may be executed
	for try := 1; ; try++ {
		var reply kvraft.PutReply
		answered := ck.servers[ck.leader].Call("KVServer.Put", &args, &reply)
		switch {
		case !answered, reply.Err == errLost:
			maybe = true
		case reply.Err == kvraft.ErrVersion && maybe:
			return kvraft.ErrMaybe
		case reply.Err != kvraft.ErrWrongLeader:
			return reply.Err
		}
		ck.next(try)
	}
}

// next turns to the next server after a try that failed, and pauses when all were asked.
func (ck *Clerk) next(try int) {
	ck.leader = (ck.leader + 1) % len(ck.servers)
	if try%len(ck.servers) == 0 {
		time.Sleep(retryPause)
	}
}
