package wire

import "raftlab/src/codec"

// Ready says that the node serves requests and answers questions from now on.
type Ready struct{}

// Append appends the message's bytes to b.
func (m Ready) Append(b []byte) []byte { return append(b, byte(OpReady)) }

// Parse reads a whole message.
func (m *Ready) Parse(message []byte) error {
	r := fields(message)
	return r.Err()
}

// Call is a request to another node. Answer is awaited.
type Call struct {
	ID     uint64
	To     int64
	Method string
	Args   []byte
}

// Append appends the message's bytes to b.
func (m Call) Append(b []byte) []byte {
	b = codec.AppendUint(append(b, byte(OpCall)), m.ID)
	b = codec.AppendInt(b, m.To)
	b = codec.AppendBytes(b, m.Method)
	return append(b, m.Args...)
}

// Parse reads a whole message.
func (m *Call) Parse(message []byte) error {
	r := fields(message)
	m.ID, m.To, m.Method, m.Args = r.Uint(), r.Int(), string(r.Bytes()), r.Rest()
	return r.Err()
}

// Served is the reply to a Request.
type Served struct {
	ID    uint64
	Reply []byte
}

// Append appends the message's bytes to b.
func (m Served) Append(b []byte) []byte { return append(onlyID(b, OpServed, m.ID), m.Reply...) }

// Parse reads a whole message.
func (m *Served) Parse(message []byte) error {
	r := fields(message)
	m.ID, m.Reply = r.Uint(), r.Rest()
	return r.Err()
}

// Told is what the lab's code tells: the answer to the Ask with this ID, or, if that is 0, something that nobody has
// asked for.
type Told struct {
	ID   uint64
	Data []byte
}

// Append appends the message's bytes to b.
func (m Told) Append(b []byte) []byte { return append(onlyID(b, OpTold, m.ID), m.Data...) }

// Parse reads a whole message.
func (m *Told) Parse(message []byte) error {
	r := fields(message)
	m.ID, m.Data = r.Uint(), r.Rest()
	return r.Err()
}

// Query is what the lab's code tells and waits for a Reply to. Replies come in the order of the queries.
type Query struct{ Data []byte }

// Append appends the message's bytes to b.
func (m Query) Append(b []byte) []byte { return onlyData(b, OpQuery, m.Data) }

// Parse reads a whole message.
func (m *Query) Parse(message []byte) error { return parseData(message, &m.Data) }

// Began says that the lab's code calls a method that must return soon. Ended with the same ID is awaited.
type Began struct {
	ID     uint64
	Method string
}

// Append appends the message's bytes to b.
func (m Began) Append(b []byte) []byte { return append(onlyID(b, OpBegan, m.ID), m.Method...) }

// Parse reads a whole message.
func (m *Began) Parse(message []byte) error {
	r := fields(message)
	m.ID, m.Method = r.Uint(), string(r.Rest())
	return r.Err()
}

// Ended says that such a method has returned.
type Ended struct{ ID uint64 }

// Append appends the message's bytes to b.
func (m Ended) Append(b []byte) []byte { return onlyID(b, OpEnded, m.ID) }

// Parse reads a whole message.
func (m *Ended) Parse(message []byte) error { return parseID(message, &m.ID) }

// Killed ends a Kill.
type Killed struct{ ID uint64 }

// Append appends the message's bytes to b.
func (m Killed) Append(b []byte) []byte { return onlyID(b, OpKilled, m.ID) }

// Parse reads a whole message.
func (m *Killed) Parse(message []byte) error { return parseID(message, &m.ID) }

// Saved is what the disk now holds.
type Saved struct{ State, Snapshot []byte }

// Append appends the message's bytes to b.
func (m Saved) Append(b []byte) []byte {
	return append(codec.AppendBytes(append(b, byte(OpSaved)), m.State), m.Snapshot...)
}

// Parse reads a whole message.
func (m *Saved) Parse(message []byte) error {
	r := fields(message)
	m.State, m.Snapshot = r.Bytes(), r.Rest()
	return r.Err()
}

// Warning is labgob's.
type Warning struct{ Text string }

// Append appends the message's bytes to b.
func (m Warning) Append(b []byte) []byte { return append(append(b, byte(OpWarning)), m.Text...) }

// Parse reads a whole message.
func (m *Warning) Parse(message []byte) error {
	r := fields(message)
	m.Text = string(r.Rest())
	return r.Err()
}

// Weight is how many bytes are in use after a garbage collection.
type Weight struct {
	ID    uint64
	Bytes int64
}

// Append appends the message's bytes to b.
func (m Weight) Append(b []byte) []byte { return codec.AppendInt(onlyID(b, OpWeight, m.ID), m.Bytes) }

// Parse reads a whole message.
func (m *Weight) Parse(message []byte) error {
	r := fields(message)
	m.ID, m.Bytes = r.Uint(), r.Int()
	return r.Err()
}

// Inspected is what the code under test holds in memory, as package inspect writes it down.
type Inspected struct{ Data []byte }

// Append appends the message's bytes to b.
func (m Inspected) Append(b []byte) []byte { return onlyData(b, OpInspected, m.Data) }

// Parse reads a whole message.
func (m *Inspected) Parse(message []byte) error { return parseData(message, &m.Data) }
