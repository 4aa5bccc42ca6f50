package raftnode

import (
	"time"

	"raftlab/src/codec"
	"raftlab/src/raft"
)

// An op says which message it is.
type op byte

// What the judge and a node say to each other. The first are questions.
const (
	opGetState op = 1 + iota
	opStart
	opSnapshot

	opSlow // told by the judge

	opState
	opStarted
	opSnapshotted
	opApplied
	opInstalled
	opTimed
)

// Given is what the judge gives a server whenever it starts.
type Given struct {
	// the service takes a snapshot after each entry whose index is one short of a multiple of it; 0: none
	SnapshotEvery int
	Slow          int64 // what the service takes over each message from applyCh, in ns

	Timing raft.Timing // what the Raft is told of time, if it asks
}

// Append appends the message's bytes to b.
func (m Given) Append(b []byte) []byte {
	b = codec.AppendInt(codec.AppendInt(b, int64(m.SnapshotEvery)), m.Slow)
	if m.Timing == (raft.Timing{}) {
		return b
	}
	for _, d := range []time.Duration{m.Timing.Heartbeat, m.Timing.MinElection, m.Timing.MaxElection, m.Timing.Poll} {
		b = codec.AppendInt(b, int64(d))
	}
	return b
}

func (m *Given) parse(message []byte) error {
	r := codec.NewReader(message)
	m.SnapshotEvery, m.Slow = int(r.Int()), r.Int()
	if timing := r.Rest(); len(timing) > 0 {
		r = codec.NewReader(timing)
		m.Timing.Heartbeat, m.Timing.MinElection = time.Duration(r.Int()), time.Duration(r.Int())
		m.Timing.MaxElection, m.Timing.Poll = time.Duration(r.Int()), time.Duration(r.Int())
	}
	return r.Err()
}

// GetState asks for the state: State is the answer.
func GetState() []byte { return []byte{byte(opGetState)} }

// Start asks to start a command, as gob encodes an interface: Started is the answer.
func Start(command []byte) []byte { return append([]byte{byte(opStart)}, command...) }

// Snapshot asks to call Snapshot. The answer says nothing.
func Snapshot(index int, data []byte) []byte {
	return append(codec.AppendInt([]byte{byte(opSnapshot)}, int64(index)), data...)
}

// snapshotOf reads what Snapshot asks, after its op.
func snapshotOf(fields []byte) (index int, data []byte) {
	r := codec.NewReader(fields)
	return int(r.Int()), r.Rest()
}

// Slow has the service take ns over each message from applyCh from now on.
func Slow(ns int64) []byte { return codec.AppendInt([]byte{byte(opSlow)}, ns) }

// slowOf reads what Slow tells.
func slowOf(message []byte) (ns int64) {
	r := codec.NewReader(message)
	r.Byte()
	return r.Int()
}

// State is what GetState returned.
type State struct {
	Term   int
	Leader bool
}

// Append appends the message's bytes to b.
func (m State) Append(b []byte) []byte {
	return codec.AppendBool(codec.AppendInt(append(b, byte(opState)), int64(m.Term)), m.Leader)
}

// Started is what Start returned.
type Started struct {
	Index, Term int
	Leader      bool
}

// Append appends the message's bytes to b.
func (m Started) Append(b []byte) []byte {
	b = codec.AppendInt(append(b, byte(opStarted)), int64(m.Index))
	return codec.AppendBool(codec.AppendInt(b, int64(m.Term)), m.Leader)
}

// Snapshotted says that Snapshot has returned.
type Snapshotted struct{}

// Applied is a command that was sent on applyCh. Where the service may take a snapshot, the node waits for the reply:
// the snapshot, or nothing.
type Applied struct {
	Index   int
	Command []byte // as gob encodes an interface
}

// Append appends the message's bytes to b.
func (m Applied) Append(b []byte) []byte {
	return append(codec.AppendInt(append(b, byte(opApplied)), int64(m.Index)), m.Command...)
}

// Installed is a snapshot that was sent on applyCh.
type Installed struct {
	Index, Term int
	Snapshot    []byte
}

// Append appends the message's bytes to b.
func (m Installed) Append(b []byte) []byte {
	b = codec.AppendInt(append(b, byte(opInstalled)), int64(m.Index))
	return append(codec.AppendInt(b, int64(m.Term)), m.Snapshot...)
}

// Timed says that the Raft has asked for its timing. It is said where there is something to be told.
type Timed struct{}

// Parse reads what a node says: a State, Started, Snapshotted, Applied, Installed or Timed. Bytes in it share memory with the
// message, which may be anything.
func Parse(message []byte) (any, error) {
	r := codec.NewReader(message)
	var m any
	switch op(r.Byte()) {
	case opState:
		m = State{Term: int(r.Int()), Leader: r.Bool()}
	case opStarted:
		m = Started{Index: int(r.Int()), Term: int(r.Int()), Leader: r.Bool()}
	case opSnapshotted:
		m = Snapshotted{}
	case opApplied:
		m = Applied{Index: int(r.Int()), Command: r.Rest()}
	case opInstalled:
		m = Installed{Index: int(r.Int()), Term: int(r.Int()), Snapshot: r.Rest()}
	case opTimed:
		m = Timed{}
	default:
		return nil, codec.ErrMalformed
	}
	return m, r.Err()
}
