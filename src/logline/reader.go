package logline

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// MaxLine is how many bytes of a line are kept. What is beyond is read and
// counted, not stored, so that no log can fill the memory.
const MaxLine = 64 << 10

const readBuffer = 256 << 10

// A Source gives the lines of a log in order, then io.EOF. A line is valid
// until the next call.
type Source interface {
	Next() (*Line, error)
}

// A Reader is the Source that reads an io.Reader, in constant memory. It sets
// the lines of panics, data races and deadlocks apart.
type Reader struct {
	br    *bufio.Reader
	line  Line
	long  []byte // a cut line; made when the first is met
	block Kind   // the report that we are in, else Unknown
}

// NewReader returns a Reader of r.
func NewReader(r io.Reader) *Reader {
	return &Reader{br: bufio.NewReaderSize(&sticky{r: r}, readBuffer)}
}

// A sticky reader goes on returning the first error: bufio forgets it.
type sticky struct {
	r   io.Reader
	err error
}

func (s *sticky) Read(p []byte) (n int, err error) {
	if s.err != nil {
		return 0, s.err
	}
	n, s.err = s.r.Read(p)
	return n, s.err
}

// Next returns the next line. A last line need not have an end. An error other
// than io.EOF is the one of the io.Reader below, after all that it gave.
func (r *Reader) Next() (*Line, error) {
	raw, cut, err := r.read()
	if err != nil && len(raw) == 0 {
		return nil, err
	}
	l := &r.line
	if string(raw) == raceRule && r.block != Race {
		next, _ := r.br.Peek(len(raceWarning))
		raw = raceRuleBytes // Peek may have moved what raw pointed to
		if string(next) == raceWarning {
			*l = Line{Raw: raw, Server: NoServer, Kind: Race, First: true}
			r.block = Race
			return l, nil
		}
	}
	l.parse(raw)
	l.Cut = cut
	if !l.Kind.Timed() {
		r.classify(l)
	}
	return l, nil
}

// read returns the next line without its end. An error that comes with a line
// may be ignored: the next read returns it again.
func (r *Reader) read() (raw []byte, cut int, err error) {
	raw, err = r.br.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		r.long = append(r.long[:0], raw[:MaxLine]...)
		total := len(raw)
		for errors.Is(err, bufio.ErrBufferFull) {
			raw, err = r.br.ReadSlice('\n')
			total += len(raw)
		}
		if bytes.HasSuffix(raw, newline) {
			total--
		}
		return r.long, total - MaxLine, err
	}
	raw = bytes.TrimSuffix(raw, newline)
	raw = bytes.TrimSuffix(raw, carriageReturn)
	if len(raw) > MaxLine {
		return raw[:MaxLine], len(raw) - MaxLine, err
	}
	return raw, 0, err
}

var (
	newline        = []byte("\n")
	carriageReturn = []byte("\r")
	raceRuleBytes  = []byte(raceRule)
)
