package labgob

import (
	"bufio"
	"bytes"
	"io"
	"slices"
)

// A message is what gob writes at once: a count, and as many bytes, which are a definition or a value. A value that
// defines types on its way is cut into several messages.
type message struct {
	raw  []byte // count and body
	body []byte
}

func (m message) isDefinition() bool { return isDefinition(m.body) }

// isDefinition reports whether the body of a message is a definition: a negative id, which is an odd integer on the
// wire.
func isDefinition(body []byte) bool {
	last := 0
	if len(body) > 0 && body[0] > 0x7f {
		last = -int(int8(body[0]))
	}
	return last < len(body) && body[last]&1 != 0
}

// frame returns the size of the message that b begins with and where its body begins, or zeros if b does not have
// all of it.
func frame(b []byte) (head, size int) {
	if len(b) == 0 {
		return 0, 0
	}
	count, head := uint64(b[0]), 1
	if count > 0x7f {
		count, head = peekUint(b)
	}
	if head == 0 || count > uint64(len(b)-head) {
		return 0, 0
	}
	return head, head + int(count)
}

// A source yields the messages of a stream, in order, and io.EOF at its end. A message is valid until the next one
// is asked for.
type source interface {
	next() (message, error)
}

// maxMessage bounds the count of a message, as gob does on 32-bit machines.
const maxMessage = 1 << 30

// byteSource is the source of a stream that lies in memory.
type byteSource []byte

func (s *byteSource) next() (message, error) {
	b := *s
	if len(b) == 0 {
		return message{}, io.EOF
	}
	head, size := frame(b)
	if size == 0 {
		return message{}, io.ErrUnexpectedEOF
	}
	*s = b[size:]
	return message{raw: b[:size:size], body: b[head:size:size]}, nil
}

// open reads data up to its first value: the definitions before it, the message with the value and, in rest, what
// follows that.
func open(data []byte) (sch *schema, m message, rest byteSource, err error) {
	at := 0
	for {
		head, size := frame(data[at:])
		switch {
		case size > 0 && isDefinition(data[at+head:at+size]):
			at += size
		case size > 0:
			sch, err = schemaFor(data[:at])
			end := at + size
			return sch, message{raw: data[at:end:end], body: data[at+head : end : end]}, data[end:], err
		case len(data) == 0:
			return nil, message{}, nil, io.EOF
		default:
			return nil, message{}, nil, io.ErrUnexpectedEOF
		}
	}
}

// A streamReader is the source of a stream that comes from an io.Reader.
type streamReader struct {
	r interface {
		io.Reader
		io.ByteReader
	}
	buf []byte
}

func newStreamReader(r io.Reader) streamReader {
	if br, ok := r.(interface {
		io.Reader
		io.ByteReader
	}); ok {
		return streamReader{r: br}
	}
	return streamReader{r: bufio.NewReader(r)}
}

func (s *streamReader) next() (message, error) {
	s.buf = s.buf[:0]
	first, err := s.r.ReadByte()
	if err != nil {
		return message{}, err
	}
	s.buf = append(s.buf, first)
	if first > 0x7f {
		width := -int(int8(first))
		if width > 8 {
			return message{}, malformed("bad message length")
		}
		if err := s.read(width); err != nil {
			return message{}, err
		}
	}
	count, n := peekUint(s.buf)
	if count > maxMessage {
		return message{}, malformed("a message of %d bytes", count)
	}
	if err := s.read(int(count)); err != nil {
		return message{}, err
	}
	return message{raw: s.buf, body: s.buf[n:]}, nil
}

// read appends n bytes to the buffer. It takes memory as the bytes arrive and not on the word of a count.
func (s *streamReader) read(n int) error {
	for n > 0 {
		step := min(n, max(bytes.MinRead, len(s.buf)))
		at := len(s.buf)
		s.buf = slices.Grow(s.buf, step)[:at+step]
		if _, err := io.ReadFull(s.r, s.buf[at:]); err != nil {
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return err
		}
		n -= step
	}
	return nil
}
