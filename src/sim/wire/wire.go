// Package wire is what the host of a simulation and the kernel in each of its boxes say to each other: messages, a type
// for each. Both sides use it, and neither trusts the other: Parse takes any bytes.
//
// Append appends a message's bytes, the first of which is its Op. Parse reads a whole message; bytes in what it reads
// share memory with what it was given. It fails on what Append cannot have made.
package wire

import "raftlab/src/codec"

// An Op says which message it is.
type Op byte

// What the host says.
const (
	OpBoot Op = 1 + iota
	OpRequest
	OpAnswer
	OpAsk
	OpTell
	OpReply
	OpKill
	OpWeigh
	OpInspect
)

// What the kernel says.
const (
	OpReady Op = 64 + iota
	OpCall
	OpServed
	OpTold
	OpQuery
	OpBegan
	OpEnded
	OpKilled
	OpSaved
	OpWarning
	OpWeight
	OpInspected
)

// OpOf returns which message it is, or 0 if there is none.
func OpOf(message []byte) Op {
	if len(message) == 0 {
		return 0
	}
	return Op(message[0])
}

// fields reads the fields that follow the Op.
func fields(message []byte) codec.Reader {
	r := codec.NewReader(message)
	r.Byte()
	return r
}

// onlyID is the form of messages that have nothing but a number.
func onlyID(b []byte, op Op, id uint64) []byte { return codec.AppendUint(append(b, byte(op)), id) }

func parseID(message []byte, id *uint64) error {
	r := fields(message)
	*id = r.Uint()
	return r.Err()
}

// onlyData is the form of messages that have nothing but bytes.
func onlyData(b []byte, op Op, data []byte) []byte { return append(append(b, byte(op)), data...) }

func parseData(message []byte, data *[]byte) error {
	r := fields(message)
	*data = r.Rest()
	return r.Err()
}
