package kvclassic

import (
	"crypto/rand"
	"fmt"
	"math/big"
	"time"

	"raftlab/src/kvraft/classic"
	"raftlab/src/labrpc"
)

// retryPause is how long a clerk waits when it has asked all servers and none leads. It is short beside an election and
// long beside a round of questions.
const retryPause = 20 * time.Millisecond

// Clerk is a client's side of the store.
type Clerk struct {
	servers []*labrpc.ClientEnd
	leader  int // who answered last: an index of servers
	last    ID  // of the latest operation
}

// MakeClerk makes a clerk. It is a classic.ClerkFunc. Its name is drawn from so many that no two clerks have the same,
// not even in lives of the cluster to come.
func MakeClerk(servers []*labrpc.ClientEnd) classic.Clerk {
	client, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		panic(fmt.Sprintf("kvclassic: no random numbers: %v", err))
	}
	return &Clerk{servers: servers, last: ID{Client: client.Int64()}}
}

// Get implements classic.Clerk.
func (ck *Clerk) Get(key string) string {
	args := GetArgs{Key: key, ID: ck.next()}
	return ask(ck, "KVServer.Get", &args, func(r *GetReply) bool { return r.Err == OK }).Value
}

// Put implements classic.Clerk.
func (ck *Clerk) Put(key, value string) { ck.change(Put, key, value) }

// Append implements classic.Clerk.
func (ck *Clerk) Append(key, value string) { ck.change(Append, key, value) }

func (ck *Clerk) change(kind Kind, key, value string) {
	args := PutAppendArgs{Kind: kind, Key: key, Value: value, ID: ck.next()}
	ask(ck, "KVServer.PutAppend", &args, func(r *PutAppendReply) bool { return r.Err == OK })
}

// next returns the name of a new operation.
func (ck *Clerk) next() ID {
	ck.last.Seq++
	return ck.last
}

// ask sends a request to one server after the other, beginning with who led last, until the reply of one will do. Each
// reply is a new variable: gob leaves alone in an old one what is zero in the new.
func ask[Reply any](ck *Clerk, method string, args any, done func(*Reply) bool) *Reply {
	for {
		for range ck.servers {
			reply := new(Reply)
			if ck.servers[ck.leader].Call(method, args, reply) && done(reply) {
				return reply
			}
			ck.leader = (ck.leader + 1) % len(ck.servers)
		}
		time.Sleep(retryPause)
	}
}
