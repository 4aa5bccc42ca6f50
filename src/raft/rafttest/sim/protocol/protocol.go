// Package protocol is what the host of a simulation and the server in each of
// its boxes say to each other: frames, one a message. Both sides use it, and
// neither trusts the other: Parse takes any bytes.
package protocol

import (
	"encoding/binary"
	"errors"
)

// An Op says what a frame means and which of its fields it uses.
type Op byte

// What the host says.
const (
	Boot     Op = 1 + iota // start server A of B with Data on its disk and More as its snapshot; log if Flag; the service snapshots every ID entries, or never
	Request                // another server calls: method Text with arguments Data; answer with Reply ID
	Answer                 // Call ID is over: reply Data if Flag, else it failed
	GetState               // call GetState; answer with State ID
	Start                  // call Start with the command Data; answer with Started ID
	Snapshot               // call Snapshot with index A and Data; answer with Snapshotted ID, or, if ID is 0, go on applying; then no call without Data
	Kill                   // call Kill; answer with Killed ID
	Pace                   // the service takes A ns over each message from applyCh from now on
	Weigh                  // answer with Weight ID
)

// What the server says.
const (
	Made        Op = 64 + iota // Make has returned
	Call                       // call server A: method Text with arguments Data; Answer ID is awaited
	Reply                      // the answer to Request ID: Data
	State                      // the term is A, and this server leads if Flag; ID is 0 if nobody asked
	Started                    // index A, term B, leader if Flag
	Snapshotted                // Snapshot has returned
	Killed                     // Kill has returned
	Saved                      // the disk now holds Data and snapshot More
	Applied                    // a command Data at index A, or, if Flag, a snapshot Data of index A and term B
	Warning                    // labgob warns: Text
	Weight                     // A bytes are in use, after a garbage collection
)

// A Frame is one message. Data and More may share memory with what Parse was
// given.
type Frame struct {
	Op   Op
	Flag bool
	ID   uint64
	A, B int64
	Text string
	Data []byte
	More []byte
}

// Append appends the frame's bytes to b.
func (f *Frame) Append(b []byte) []byte {
	flag := byte(0)
	if f.Flag {
		flag = 1
	}
	b = append(b, byte(f.Op), flag)
	b = binary.AppendUvarint(b, f.ID)
	b = binary.AppendVarint(b, f.A)
	b = binary.AppendVarint(b, f.B)
	b = binary.AppendUvarint(b, uint64(len(f.Text)))
	b = append(b, f.Text...)
	b = binary.AppendUvarint(b, uint64(len(f.Data)))
	b = append(b, f.Data...)
	return append(b, f.More...)
}

var errMalformed = errors.New("malformed frame")

// Parse reads a frame. It fails on what Append could not have made.
func Parse(b []byte) (Frame, error) {
	r := reader{b: b}
	f := Frame{Op: Op(r.byte())}
	flag := r.byte()
	f.Flag = flag == 1
	f.ID = r.uvarint()
	f.A = r.varint()
	f.B = r.varint()
	f.Text = string(r.bytes(r.uvarint()))
	f.Data = r.bytes(r.uvarint())
	f.More = r.b
	if r.bad || flag > 1 {
		return Frame{}, errMalformed
	}
	return f, nil
}

// A reader takes values off the front of b, until one is not there.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) byte() byte {
	if len(r.b) == 0 {
		r.bad = true
		return 0
	}
	c := r.b[0]
	r.b = r.b[1:]
	return c
}

func (r *reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.bad, r.b = true, nil
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *reader) varint() int64 {
	v, n := binary.Varint(r.b)
	if n <= 0 {
		r.bad, r.b = true, nil
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *reader) bytes(n uint64) []byte {
	if n > uint64(len(r.b)) {
		r.bad, r.b = true, nil
		return nil
	}
	v := r.b[:n:n]
	r.b = r.b[n:]
	return v
}
