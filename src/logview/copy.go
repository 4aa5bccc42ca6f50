package logview

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"raftlab/src/logline"
)

// DefaultWidth is the width of output that is no terminal.
const DefaultWidth = 120

// A TimeFormat says how to write times.
type TimeFormat uint8

const (
	Auto    TimeFormat = iota // Seconds in columns, Ticks in lines
	Ticks                     // as in the log, in units of 0.1 ms
	Seconds                   // with four decimals
)

// Options say what of a log to print, and how. The zero value prints all of it,
// one line under the other, without colour: a log of Debug lines comes out as
// it went in.
type Options struct {
	Filter  Filter
	Columns []int // the servers that have a column, from left to right; none: no columns
	Width   int   // cells in a row; 0 is DefaultWidth
	Color   bool
	Time    TimeFormat
}

// Copy prints the log src on dst. What it has read is written before it waits
// for more, so it may read from a pipe or a file that grows.
func Copy(dst io.Writer, src io.Reader, o Options) error {
	p := NewPrinter(dst, o)
	err := p.PrintAll(logline.NewReader(p.FlushBefore(src)))
	return errors.Join(err, p.Close())
}

// A Printer prints lines. It is for one goroutine.
type Printer struct {
	w    *bufio.Writer
	o    Options
	pal  palette
	seen occurrence

	since, until int64

	origin int64 // of logs with dates: the time of the first line
	dated  bool  // origin is set
	now    int64 // the time of the last line that had one, since the start

	report logline.Kind // the report whose frame is open, else Unknown
	grid   grid
	buf    []byte // the line being made
	clean  []byte // of visible and plain
}

// NewPrinter returns a Printer that writes to w. Close must be called at the end.
func NewPrinter(w io.Writer, o Options) *Printer {
	if o.Width == 0 {
		o.Width = DefaultWidth
	}
	if o.Time == Auto {
		o.Time = Ticks
		if len(o.Columns) > 0 {
			o.Time = Seconds
		}
	}
	p := &Printer{
		w:    bufio.NewWriterSize(w, 64<<10),
		o:    o,
		pal:  newPalette(o.Color),
		seen: newOccurrence(&o.Filter),
	}
	p.since, p.until = o.Filter.window()
	p.grid = newGrid(o.Columns, o.Width)
	return p
}

// Begin says that another log begins, whose times have nothing to do with the
// last one's. If name is not empty, it is printed as a heading.
func (p *Printer) Begin(name string) error {
	p.closeReport()
	p.dated, p.now = false, 0
	p.grid.rows = 0
	if name == "" {
		return nil
	}
	p.begin()
	p.ink(p.pal.runner, appendVisible(nil, []byte("==> "+name+" <==")))
	return p.end()
}

// PrintAll prints all lines of src. Unless all lines are written, it returns
// the first error of reading or writing.
func (p *Printer) PrintAll(src logline.Source) error {
	for {
		l, err := src.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := p.Print(l); err != nil {
			return err
		}
	}
}

// Print prints l if the filter lets it pass. It keeps nothing of l.
func (p *Printer) Print(l *logline.Line) error {
	switch {
	case l.Kind.Timed():
		p.now = p.sinceStart(l)
		p.seen.saw(l)
	case l.Kind == logline.Runner && bytes.HasPrefix(l.Raw, runMark):
		p.now = 0 // a test begins
	}
	if !p.wanted(l) {
		return nil
	}
	if l.Kind.Block() {
		return p.printReport(l)
	}
	if p.report != logline.Unknown {
		p.closeReport()
	}
	switch {
	case l.Kind.Timed() && len(p.o.Columns) > 0:
		return p.printRow(l)
	case l.Kind.Timed():
		return p.printLine(l)
	case len(l.Raw) == 0:
		p.begin()
		return p.end()
	case l.Kind == logline.Runner:
		p.grid.rows = 0 // the columns of the next test deserve their names
		p.begin()
		p.ink(p.pal.runner, p.visible(l.Raw))
	default:
		p.begin()
		if len(p.o.Columns) > 0 {
			p.buf = appendSpaces(p.buf, timeWidth+1)
		}
		p.ink(p.pal.faint, unknownMark)
		p.buf = append(p.buf, p.visible(l.Raw)...)
	}
	p.cut(l)
	return p.end()
}

var (
	unknownMark = []byte("? ") // stands before lines that are not understood
	runMark     = []byte("=== RUN ")
)

// sinceStart returns the time of l since the log's start.
func (p *Printer) sinceStart(l *logline.Line) int64 {
	if l.Clock == logline.SinceStart {
		return l.Ticks
	}
	if !p.dated {
		p.origin, p.dated = l.Ticks, true
	}
	t := l.Ticks - p.origin
	if t < 0 && l.Clock == logline.TimeOfDay {
		t += 24 * 60 * 60 * logline.TicksPerSecond // past midnight
	}
	return max(t, 0)
}

func (p *Printer) wanted(l *logline.Line) bool {
	if p.now < p.since || p.now > p.until {
		return false
	}
	if l.Kind.Block() {
		return true
	}
	if len(p.o.Filter.Terms) > 0 && !p.o.Filter.mentions(message(l)) {
		return false
	}
	if !l.Kind.Timed() {
		return true
	}
	return p.o.Filter.shows(l) && (l.Server == logline.NoServer || p.o.Filter.Servers.Has(l.Server))
}

func message(l *logline.Line) []byte {
	if l.Kind.Timed() {
		return l.Text
	}
	return l.Raw
}

// FlushBefore returns r such that everything printed is written before r is
// read, which may wait.
func (p *Printer) FlushBefore(r io.Reader) io.Reader { return flushing{p, r} }

type flushing struct {
	p *Printer
	r io.Reader
}

func (f flushing) Read(b []byte) (int, error) {
	if err := f.p.Flush(); err != nil {
		return 0, err
	}
	return f.r.Read(b)
}

// Flush writes what has been printed.
func (p *Printer) Flush() error { return p.w.Flush() }

// Close ends the frame of a report that is open, says which topics were asked for
// and never occurred, and writes everything.
func (p *Printer) Close() error {
	p.closeReport()
	return errors.Join(p.seen.missing(p.w), p.w.Flush())
}
