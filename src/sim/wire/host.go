package wire

import "raftlab/src/codec"

// Boot is the first message: a life of a node begins.
type Boot struct {
	Index, Nodes int64
	Role         string
	Logged       bool   // somebody reads what it prints
	Given        []byte // for the lab's code
	State        []byte // on its disk
	Snapshot     []byte
}

// Append appends the message's bytes to b.
func (m Boot) Append(b []byte) []byte {
	b = append(b, byte(OpBoot))
	b = codec.AppendInt(b, m.Index)
	b = codec.AppendInt(b, m.Nodes)
	b = codec.AppendBytes(b, m.Role)
	b = codec.AppendBool(b, m.Logged)
	b = codec.AppendBytes(b, m.Given)
	b = codec.AppendBytes(b, m.State)
	return append(b, m.Snapshot...)
}

// Parse reads a whole message.
func (m *Boot) Parse(message []byte) error {
	r := fields(message)
	m.Index, m.Nodes = r.Int(), r.Int()
	m.Role = string(r.Bytes())
	m.Logged = r.Bool()
	m.Given, m.State, m.Snapshot = r.Bytes(), r.Bytes(), r.Rest()
	return r.Err()
}

// Request is another node's call. Served is awaited.
type Request struct {
	ID     uint64
	Method string
	Args   []byte
}

// Append appends the message's bytes to b.
func (m Request) Append(b []byte) []byte {
	b = codec.AppendUint(append(b, byte(OpRequest)), m.ID)
	b = codec.AppendBytes(b, m.Method)
	return append(b, m.Args...)
}

// Parse reads a whole message.
func (m *Request) Parse(message []byte) error {
	r := fields(message)
	m.ID, m.Method, m.Args = r.Uint(), string(r.Bytes()), r.Rest()
	return r.Err()
}

// Answer ends a Call.
type Answer struct {
	ID    uint64
	OK    bool // else it has failed, and there is no reply
	Reply []byte
}

// Append appends the message's bytes to b.
func (m Answer) Append(b []byte) []byte {
	b = codec.AppendUint(append(b, byte(OpAnswer)), m.ID)
	return append(codec.AppendBool(b, m.OK), m.Reply...)
}

// Parse reads a whole message.
func (m *Answer) Parse(message []byte) error {
	r := fields(message)
	m.ID, m.OK, m.Reply = r.Uint(), r.Bool(), r.Rest()
	return r.Err()
}

// Ask puts a question to the lab's code. Told with the same ID, which is not 0, is awaited.
type Ask struct {
	ID       uint64
	Question []byte
}

// Append appends the message's bytes to b.
func (m Ask) Append(b []byte) []byte { return append(onlyID(b, OpAsk, m.ID), m.Question...) }

// Parse reads a whole message.
func (m *Ask) Parse(message []byte) error {
	r := fields(message)
	m.ID, m.Question = r.Uint(), r.Rest()
	return r.Err()
}

// Tell is for the lab's code.
type Tell struct{ Data []byte }

// Append appends the message's bytes to b.
func (m Tell) Append(b []byte) []byte { return onlyData(b, OpTell, m.Data) }

// Parse reads a whole message.
func (m *Tell) Parse(message []byte) error { return parseData(message, &m.Data) }

// Reply is for the first Query that has none.
type Reply struct{ Data []byte }

// Append appends the message's bytes to b.
func (m Reply) Append(b []byte) []byte { return onlyData(b, OpReply, m.Data) }

// Parse reads a whole message.
func (m *Reply) Parse(message []byte) error { return parseData(message, &m.Data) }

// Kill has the code under test stop its work. Killed is awaited.
type Kill struct{ ID uint64 }

// Append appends the message's bytes to b.
func (m Kill) Append(b []byte) []byte { return onlyID(b, OpKill, m.ID) }

// Parse reads a whole message.
func (m *Kill) Parse(message []byte) error { return parseID(message, &m.ID) }

// Weigh asks how much memory is in use. Weight is awaited.
type Weigh struct{ ID uint64 }

// Append appends the message's bytes to b.
func (m Weigh) Append(b []byte) []byte { return onlyID(b, OpWeigh, m.ID) }

// Parse reads a whole message.
func (m *Weigh) Parse(message []byte) error { return parseID(message, &m.ID) }

// Inspect asks what the code under test holds in memory. It is said to forks only: they are thrown away afterwards.
// Inspected is awaited.
type Inspect struct {
	Zero int64 // what the node's wall clock showed when the run began, in ns since 1970
}

// Append appends the message's bytes to b.
func (m Inspect) Append(b []byte) []byte { return codec.AppendInt(append(b, byte(OpInspect)), m.Zero) }

// Parse reads a whole message.
func (m *Inspect) Parse(message []byte) error {
	r := fields(message)
	m.Zero = r.Int()
	return r.Err()
}
