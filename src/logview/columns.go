package logview

import (
	"slices"
	"strconv"

	"raftlab/src/logline"
)

// The column view: time and topic on the left, then a column for each server.
// Lines of no column run across all of them.
//
//	    time      │ S0                │ S1                │ S2
//	──────────────┼───────────────────┼───────────────────┼───────────────
//	  0.0000 TEST ══ InitialElection: 3 servers ══════════════════════════
//	  0.2113 TIMR │                   │ election timeout, │
//	              │                   │ T0 -> T1          │

const (
	gutter      = timeWidth + 6 // time, space, topic, space
	minCell     = 8             // narrower text cannot be read
	headerEvery = 40            // rows after which the header comes again
	maxRows     = 20            // rows of one message; the rest is cut, and said so
)

// A grid knows where the columns are.
type grid struct {
	servers []int
	cell    int // cells of text in a column
	rows    int // since the last header; 0 asks for one
}

func newGrid(servers []int, width int) grid {
	g := grid{servers: servers}
	if len(servers) > 0 {
		g.cell = max(minCell, (width-gutter)/len(servers)-2)
	}
	return g
}

// column returns the column of a server, -1 if it has none.
func (g *grid) column(server int) int { return slices.Index(g.servers, server) }

func (p *Printer) printRow(l *logline.Line) error {
	if p.grid.rows == 0 || p.grid.rows >= headerEvery {
		p.header()
	}
	text := p.plain(l)
	col := p.grid.column(l.Server)
	switch {
	case l.Topic == logline.Test:
		return p.across(l, "══ ", text)
	case col < 0:
		return p.across(l, "├─ ", text)
	}
	ink := p.pal.topics[l.Topic]
	for n := 0; n == 0 || len(text) > 0; n++ {
		row, rest, w := p.row(text, p.grid.cell, n)
		p.begin()
		p.gutter(l, n == 0)
		for i := range p.grid.servers {
			p.ink(p.pal.faint, bar)
			if i == col && w > 0 {
				p.buf = append(p.buf, ' ')
				p.ink(ink, row)
			}
			if i == len(p.grid.servers)-1 {
				break
			}
			pad := p.grid.cell + 1
			if i == col && w > 0 {
				pad = p.grid.cell - w
			}
			p.buf = appendSpaces(p.buf, pad)
		}
		if err := p.endRow(); err != nil {
			return err
		}
		text = rest
	}
	return nil
}

var bar = []byte("│")

// across prints a line of no column over the whole width: a landmark if it is
// the test harness's.
func (p *Printer) across(l *logline.Line, mark string, text []byte) error {
	room := max(minCell, p.o.Width-gutter-3)
	ink := p.pal.topics[l.Topic]
	for n := 0; n == 0 || len(text) > 0; n++ {
		row, rest, w := p.row(text, room, n)
		p.begin()
		p.gutter(l, n == 0)
		p.buf = append(p.buf, ink.on...)
		if n == 0 {
			p.buf = append(p.buf, mark...)
		} else {
			p.buf = append(p.buf, "   "...)
		}
		p.buf = append(p.buf, row...)
		if l.Topic == logline.Test && n == 0 && len(rest) == 0 && w < room {
			p.buf = append(p.buf, ' ')
			p.rule("═", room-w-1)
		}
		p.buf = append(p.buf, ink.off...)
		if err := p.endRow(); err != nil {
			return err
		}
		text = rest
	}
	return nil
}

// row cuts row n from text; the last that may be says how much does not follow.
func (p *Printer) row(text []byte, room, n int) (row, rest []byte, w int) {
	row, rest, w = wrap(text, room)
	if n < maxRows-1 || len(rest) == 0 {
		return row, rest, w
	}
	row = cutNote(len(text))
	return row, nil, width(row)
}

// gutter appends time and topic, or the space for them.
func (p *Printer) gutter(l *logline.Line, first bool) {
	if !first {
		p.buf = appendSpaces(p.buf, gutter)
		return
	}
	p.buf = append(p.buf, p.pal.faint.on...)
	if p.o.Time == Seconds {
		p.buf = appendSeconds(p.buf, p.now, l.Coarse)
	} else {
		at := len(p.buf)
		p.buf = appendTicks(append(p.buf, "  "...), p.now)
		if extra := len(p.buf) - at - timeWidth; extra > 0 { // room for two more digits
			p.buf = slices.Delete(p.buf, at, at+min(extra, 2))
		}
	}
	p.buf = append(p.buf, p.pal.faint.off...)
	p.buf = append(p.buf, ' ')
	ink := p.pal.topics[l.Topic]
	p.buf = append(p.buf, ink.on...)
	if l.Topic == logline.Other {
		name := l.TopicName()
		p.buf = append(p.buf, name[:min(len(name), 4)]...)
		p.buf = appendSpaces(p.buf, max(0, 4-len(name)))
	} else {
		p.buf = append(p.buf, l.Topic.String()...)
	}
	p.buf = append(p.buf, ink.off...)
	p.buf = append(p.buf, ' ')
}

// header prints the names of the columns.
func (p *Printer) header() {
	p.grid.rows = 0
	p.begin()
	p.buf = append(p.buf, p.pal.faint.on...)
	p.buf = appendSpaces(p.buf, timeWidth-4)
	p.buf = append(p.buf, "time"...)
	p.buf = appendSpaces(p.buf, gutter-timeWidth)
	for i, s := range p.grid.servers {
		name := strconv.Itoa(s)
		p.buf = append(p.buf, "│ S"...)
		p.buf = append(p.buf, name...)
		if i < len(p.grid.servers)-1 {
			p.buf = appendSpaces(p.buf, p.grid.cell-1-len(name))
		}
	}
	p.buf = append(p.buf, p.pal.faint.off...)
	p.endRow()
	p.begin()
	p.buf = append(p.buf, p.pal.faint.on...)
	p.rule("─", gutter)
	for range p.grid.servers {
		p.buf = append(p.buf, "┼"...)
		p.rule("─", p.grid.cell+1)
	}
	p.buf = append(p.buf, p.pal.faint.off...)
	p.endRow()
}

func (p *Printer) endRow() error {
	p.grid.rows++
	return p.end()
}

// plain returns the text of l as it can stand in a cell: valid UTF-8, without
// tabs, with the note that it was cut, and with the server if it has no column.
func (p *Printer) plain(l *logline.Line) []byte {
	noColumn := l.Server != logline.NoServer && p.grid.column(l.Server) < 0
	if !noColumn && l.Cut == 0 && isPlain(l.Text) {
		return l.Text
	}
	b := p.clean[:0]
	if noColumn {
		b = append(b, 'S')
		b = strconv.AppendInt(b, int64(l.Server), 10)
		b = append(b, ' ')
	}
	b = appendVisible(b, l.Text)
	for i, c := range b {
		if c == '\t' {
			b[i] = ' '
		}
	}
	if l.Cut > 0 {
		b = append(append(b, ' '), cutNote(l.Cut)...)
	}
	p.clean = b
	return b
}
