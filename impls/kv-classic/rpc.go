package kvclassic

// Err is what came of a request.
type Err string

// What comes of requests.
const (
	OK             Err = "OK"
	ErrWrongLeader Err = "ErrWrongLeader" // ask another server; the operation may be executed nevertheless
	ErrOutdated    Err = "ErrOutdated"    // the client has had its answer and gone on: nobody waits for this one
)

// An ID says which operation of all a request is about. It is the same in all requests that a clerk sends for one call,
// and in no others.
type ID struct {
	Client int64
	Seq    int64 // counts a client's operations from 1
}

// GetArgs are the arguments of KVServer.Get.
type GetArgs struct {
	Key string
	ID  ID
}

// GetReply is the reply to KVServer.Get.
type GetReply struct {
	Err   Err
	Value string
}

// PutAppendArgs are the arguments of KVServer.PutAppend.
type PutAppendArgs struct {
	Kind       Kind // Put or Append
	Key, Value string
	ID         ID
}

// PutAppendReply is the reply to KVServer.PutAppend.
type PutAppendReply struct{ Err Err }
