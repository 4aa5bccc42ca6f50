package kvnode

import (
	"raftlab/src/codec"
)

// An op says which message it is.
type op byte

// What the judge and a node say to each other.
const (
	// questions
	opState op = 1 + iota
	opMake
	opCall
	opSubmit
	opCount
	opShutdown

	// told by the judge
	opConnect

	// answers, and what a node tells
	opRaft
	opSnapshotted
	opReturned
	opSubmitted
	opCounted
	opDone
	opDisorder
)

// Given is what the judge gives a node whenever it starts.
type Given struct {
	Servers      int // the nodes from 0 on that are servers
	MaxRaftState int // as the store's constructor takes it
}

// Append appends the message's bytes to b.
func (m Given) Append(b []byte) []byte {
	return codec.AppendInt(codec.AppendInt(b, int64(m.Servers)), int64(m.MaxRaftState))
}

func (m *Given) parse(message []byte) error {
	r := codec.NewReader(message)
	m.Servers, m.MaxRaftState = int(r.Int()), int(r.Int())
	return r.Err()
}

// GetState asks a server for the state of its Raft: a Raft message with a raftnode.State is the answer.
func GetState() []byte { return []byte{byte(opState)} }

// Make asks for a new clerk: Done is the answer.
type Make struct {
	Clerk int   // its number, for calls
	Order []int // the servers, as its ends are ordered
	To    []int // the servers that it is connected to; the ends to others are disabled

	// Before is how many clerks the node has made before this one. Those that it has not are made now, for nobody:
	// clerks may be numbered by a counter of their package, which is right where they are all of one process.
	Before int
}

// Append appends the message's bytes to b.
func (m Make) Append(b []byte) []byte {
	b = codec.AppendInt(append(b, byte(opMake)), int64(m.Clerk))
	return codec.AppendInt(appendInts(appendInts(b, m.Order), m.To), int64(m.Before))
}

// Connect tells a clerk's node which servers the clerk is connected to from now on.
type Connect struct {
	Clerk int
	To    []int
}

// Append appends the message's bytes to b.
func (m Connect) Append(b []byte) []byte {
	return appendInts(codec.AppendInt(append(b, byte(opConnect)), int64(m.Clerk)), m.To)
}

// A Method is one of a clerk's.
type Method byte

// The methods of clerks.
const (
	Get Method = iota
	Put
	Append
)

// Call asks a clerk to call a method: Returned is the answer, with the same ID.
type Call struct {
	ID         uint64
	Clerk      int
	Method     Method
	Key, Value string
	Version    uint64
}

// Append appends the message's bytes to b.
func (m Call) Append(b []byte) []byte {
	b = codec.AppendInt(codec.AppendUint(append(b, byte(opCall)), m.ID), int64(m.Clerk))
	b = codec.AppendBytes(codec.AppendBytes(append(b, byte(m.Method)), m.Key), m.Value)
	return codec.AppendUint(b, m.Version)
}

// Submit asks a replicated counter's server to submit an operation: Submitted is the answer, with the same ID.
type Submit struct {
	ID        uint64
	Operation Operation
}

// Append appends the message's bytes to b.
func (m Submit) Append(b []byte) []byte {
	return append(codec.AppendUint(append(b, byte(opSubmit)), m.ID), byte(m.Operation))
}

// Count asks a replicated counter's server for its count: Counted is the answer.
func Count() []byte { return []byte{byte(opCount)} }

// Shutdown asks a server to kill what it has started: Done is the answer.
func Shutdown() []byte { return []byte{byte(opShutdown)} }

// Raft is the state of a server's Raft.
type Raft struct {
	State []byte // a raftnode.State
}

// Append appends the message's bytes to b.
func (m Raft) Append(b []byte) []byte { return append(append(b, byte(opRaft)), m.State...) }

// Snapshotted is a snapshot that a store has given its Raft.
type Snapshotted struct {
	Index int
	Size  int // in bytes
}

// Append appends the message's bytes to b.
func (m Snapshotted) Append(b []byte) []byte {
	return codec.AppendInt(codec.AppendInt(append(b, byte(opSnapshotted)), int64(m.Index)), int64(m.Size))
}

// Returned is what a method of a clerk returned.
type Returned struct {
	ID      uint64
	Value   string
	Version uint64
	Err     string // of the versioned store
}

// Append appends the message's bytes to b.
func (m Returned) Append(b []byte) []byte {
	b = codec.AppendBytes(codec.AppendUint(append(b, byte(opReturned)), m.ID), m.Value)
	return codec.AppendBytes(codec.AppendUint(b, m.Version), m.Err)
}

// Submitted is what Submit returned.
type Submitted struct {
	ID     uint64
	Err    string
	Result int // of an Increment
}

// Append appends the message's bytes to b.
func (m Submitted) Append(b []byte) []byte {
	b = codec.AppendBytes(codec.AppendUint(append(b, byte(opSubmitted)), m.ID), m.Err)
	return codec.AppendInt(b, int64(m.Result))
}

// Counted is the count of a replicated counter's server.
type Counted struct{ Count int }

// Append appends the message's bytes to b.
func (m Counted) Append(b []byte) []byte {
	return codec.AppendInt(append(b, byte(opCounted)), int64(m.Count))
}

// Done answers what has no other answer.
type Done struct{}

// Append appends the message's bytes to b.
func (Done) Append(b []byte) []byte { return append(b, byte(opDone)) }

// Disorder says that a Raft applied a command whose index does not follow the last, or an older snapshot.
type Disorder struct {
	Last, Index int
	Snapshot    bool
}

// Append appends the message's bytes to b.
func (m Disorder) Append(b []byte) []byte {
	b = codec.AppendInt(codec.AppendInt(append(b, byte(opDisorder)), int64(m.Last)), int64(m.Index))
	return codec.AppendBool(b, m.Snapshot)
}

// maxErr is how many bytes of an error are read. Those of the contracts are shorter; others end up in texts for people.
const maxErr = 100

// Parse reads what a node says: a Raft, Snapshotted, Returned, Submitted, Counted, Done or Disorder. Bytes in it share
// memory with the message, which may be anything. Long errors are cut.
func Parse(message []byte) (any, error) {
	r := codec.NewReader(message)
	var m any
	switch op(r.Byte()) {
	case opRaft:
		m = Raft{r.Rest()}
	case opSnapshotted:
		m = Snapshotted{Index: int(r.Int()), Size: int(r.Int())}
	case opReturned:
		m = Returned{ID: r.Uint(), Value: string(r.Bytes()), Version: r.Uint(), Err: errOf(&r)}
	case opSubmitted:
		m = Submitted{ID: r.Uint(), Err: errOf(&r), Result: int(r.Int())}
	case opCounted:
		m = Counted{int(r.Int())}
	case opDone:
		m = Done{}
	case opDisorder:
		m = Disorder{Last: int(r.Int()), Index: int(r.Int()), Snapshot: r.Bool()}
	default:
		return nil, codec.ErrMalformed
	}
	return m, r.Err()
}

func errOf(r *codec.Reader) string {
	err := r.Bytes()
	return string(err[:min(len(err), maxErr)])
}

func appendInts(b []byte, list []int) []byte {
	b = codec.AppendInt(b, int64(len(list)))
	for _, n := range list {
		b = codec.AppendInt(b, int64(n))
	}
	return b
}

// ints reads what appendInts appended.
func ints(r *codec.Reader) (list []int) {
	for range r.Int() {
		list = append(list, int(r.Int()))
	}
	return list
}
