// Package codec writes and reads the fields of short messages: variable-length integers, and bytes with their
// length before them. The reader of a message knows which fields it has.
package codec

import (
	"encoding/binary"
	"errors"
)

// AppendBool appends a byte that is 1 for true.
func AppendBool(b []byte, v bool) []byte {
	if v {
		return append(b, 1)
	}
	return append(b, 0)
}

// AppendInt appends a signed integer.
func AppendInt(b []byte, v int64) []byte { return binary.AppendVarint(b, v) }

// AppendUint appends an unsigned integer.
func AppendUint(b []byte, v uint64) []byte { return binary.AppendUvarint(b, v) }

// AppendBytes appends bytes and, before them, how many they are.
func AppendBytes[T ~[]byte | ~string](b []byte, v T) []byte {
	return append(binary.AppendUvarint(b, uint64(len(v))), v...)
}

// ErrMalformed is what [Reader.Err] returns.
var ErrMalformed = errors.New("malformed message")

// A Reader takes fields off the front of a message. It accepts any bytes: if a field is missing, that field and all
// later ones are zero, and Err says so.
type Reader struct {
	b   []byte
	bad bool
}

// NewReader returns a Reader of a message.
func NewReader(message []byte) Reader { return Reader{b: message} }

// Byte takes one byte.
func (r *Reader) Byte() byte {
	if len(r.b) == 0 {
		r.bad = true
		return 0
	}
	c := r.b[0]
	r.b = r.b[1:]
	return c
}

// Bool takes what AppendBool appended.
func (r *Reader) Bool() bool {
	c := r.Byte()
	r.bad = r.bad || c > 1
	return c == 1
}

// Uint takes what AppendUint appended.
func (r *Reader) Uint() uint64 {
	v, n := binary.Uvarint(r.b)
	r.advance(n)
	return v
}

// Int takes what AppendInt appended.
func (r *Reader) Int() int64 {
	v, n := binary.Varint(r.b)
	r.advance(n)
	return v
}

func (r *Reader) advance(n int) {
	if n <= 0 {
		r.bad, r.b = true, nil
		return
	}
	r.b = r.b[n:]
}

// Bytes takes what AppendBytes appended. They share memory with the message.
func (r *Reader) Bytes() []byte {
	n := r.Uint()
	if n > uint64(len(r.b)) {
		r.bad, r.b = true, nil
		return nil
	}
	v := r.b[:n:n]
	r.b = r.b[n:]
	return v
}

// Rest takes all that is left. It shares memory with the message.
func (r *Reader) Rest() []byte {
	v := r.b
	r.b = nil
	return v
}

// Err returns ErrMalformed if a field was missing, or if something is left.
func (r *Reader) Err() error {
	if r.bad || len(r.b) > 0 {
		return ErrMalformed
	}
	return nil
}

// Done reports whether nothing is left to take.
func (r *Reader) Done() bool { return len(r.b) == 0 }
