package kvraft

// Err is what came of a request.
type Err string

// What comes of requests. ErrMaybe is for clerks only.
const (
	OK             Err = "OK"
	ErrNoKey       Err = "ErrNoKey"
	ErrVersion     Err = "ErrVersion"
	ErrMaybe       Err = "ErrMaybe"
	ErrWrongLeader Err = "ErrWrongLeader"
)

// Version counts the Puts of a key.
type Version uint64

// GetArgs are the arguments of KVServer.Get.
type GetArgs struct{ Key string }

// GetReply is the reply to KVServer.Get.
type GetReply struct {
	Value   string
	Version Version
	Err     Err
}

// PutArgs are the arguments of KVServer.Put.
type PutArgs struct {
	Key, Value string
	Version    Version
}

// PutReply is the reply to KVServer.Put.
type PutReply struct{ Err Err }
