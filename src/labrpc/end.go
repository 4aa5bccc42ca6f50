package labrpc

import (
	"fmt"

	"raftlab/src/labgob"
)

// A Transport carries an encoded request to the server that a ClientEnd is connected to and brings the encoded
// reply back. It reports false if no reply came; the request may or may not have been handled. It is called from
// many goroutines at once.
type Transport interface {
	RoundTrip(method string, args []byte) (reply []byte, ok bool)
}

// A ClientEnd is one caller's connection to one server. In a Raft, peers[i] is this server's ClientEnd to server i.
type ClientEnd struct{ transport Transport }

// NewClientEnd returns an end that speaks over t.
func NewClientEnd(t Transport) *ClientEnd { return &ClientEnd{t} }

// RoundTrip sends a request that is encoded already: an end is a Transport, so that another can be put before it.
func (e *ClientEnd) RoundTrip(method string, args []byte) (reply []byte, ok bool) {
	return e.transport.RoundTrip(method, args)
}

// Call sends args to a method such as "Raft.AppendEntries" of the server at the other end, waits, and decodes what
// comes back into reply, a pointer to a zero value. It reports false if no reply arrived: the request or the reply
// was lost, or the server is dead or cut off, which takes up to 7 s to notice. Calls may overlap; they may overtake
// each other.
//
// A value that gob cannot encode or decode is a mistake in the caller's program: Call panics.
func (e *ClientEnd) Call(method string, args, reply any) bool {
	request, err := labgob.Marshal(args)
	if err != nil {
		panic(fmt.Sprintf("labrpc: cannot encode the arguments of %s: %v", method, err))
	}
	answer, ok := e.transport.RoundTrip(method, request)
	if !ok {
		return false
	}
	if err := labgob.Unmarshal(answer, reply); err != nil {
		panic(fmt.Sprintf("labrpc: cannot decode the reply of %s into %T: %v", method, reply, err))
	}
	return true
}
