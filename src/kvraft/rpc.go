package kvraft

// The types and values below are those of the lab's kvsrv1/rpc/rpc.go.

// Err is the outcome of an RPC, or of a method of a Clerk or an RSM: OK or an error.
type Err string

const (
	// OK says that the operation was executed.
	OK Err = "OK"
	// ErrNoKey says that the key does not exist.
	ErrNoKey Err = "ErrNoKey"
	// ErrVersion says that a Put was not executed because the key has another version than the Put gave.
	ErrVersion Err = "ErrVersion"
	// ErrMaybe says that a Put may have been executed or not. Only clerks return it, no server does; see Clerk.Put.
	ErrMaybe Err = "ErrMaybe"
	// ErrWrongLeader says that the server does not lead, or has ceased to before it could tell whether the operation is
	// executed. Only servers return it: a clerk tries another server instead.
	ErrWrongLeader Err = "ErrWrongLeader"
)

// Version is how many Puts of a key were executed. A key that does not exist has version 0.
type Version uint64

// GetArgs are the arguments of the RPC KVServer.Get.
type GetArgs struct{ Key string }

// GetReply is the reply of the RPC KVServer.Get. Value and Version count only if Err is OK.
type GetReply struct {
	Value   string
	Version Version
	Err     Err
}

// PutArgs are the arguments of the RPC KVServer.Put. The Put is executed only if the key has this Version.
type PutArgs struct {
	Key, Value string
	Version    Version
}

// PutReply is the reply of the RPC KVServer.Put.
type PutReply struct{ Err Err }
