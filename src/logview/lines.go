package logview

import (
	"strconv"

	"raftlab/src/logline"
)

// printLine prints l as one line of the log's own format. Debug lines keep
// their visible text; Plain lines become Debug lines.
func (p *Printer) printLine(l *logline.Line) error {
	p.begin()
	p.buf = append(p.buf, p.pal.faint.on...)
	if p.o.Time == Seconds {
		p.buf = appendSeconds(p.buf, p.now, l.Coarse)
	} else {
		p.buf = appendTicks(p.buf, p.now)
	}
	p.buf = append(p.buf, p.pal.faint.off...)
	p.buf = append(p.buf, ' ')

	ink := &p.pal.topics[l.Topic]
	p.buf = append(p.buf, ink.on...)
	if l.Kind == logline.Debug {
		p.buf = append(p.buf, p.visible(l.Body)...)
	} else {
		p.buf = append(p.buf, l.Topic.String()...)
		p.appendServer(l.Server)
		if len(l.Text) > 0 {
			p.buf = append(p.buf, ' ')
			p.buf = append(p.buf, p.visible(l.Text)...)
		}
	}
	p.buf = append(p.buf, ink.off...)
	p.cut(l)
	return p.end()
}

func (p *Printer) appendServer(id int) {
	if id != logline.NoServer {
		p.buf = append(p.buf, " S"...)
		p.buf = strconv.AppendInt(p.buf, int64(id), 10)
	}
}

// printReport prints a line of a panic, a data race or a deadlock in a frame.
func (p *Printer) printReport(l *logline.Line) error {
	if p.report != l.Kind || l.First {
		p.closeReport()
		p.report = l.Kind
		if l.First {
			p.frame(l.Kind.String())
		} else {
			p.frame(l.Kind.String() + ", continued")
		}
	}
	if l.Kind == logline.Race && isRule(l.Raw) {
		return nil // the frame stands for it
	}
	p.begin()
	p.ink(p.pal.report, p.visible(l.Raw))
	p.cut(l)
	return p.end()
}

func (p *Printer) closeReport() {
	if p.report != logline.Unknown {
		p.frame("end of " + p.report.String())
		p.report = logline.Unknown
	}
}

// frame prints a rule across the page with a title in it. An error of writing
// comes back with the next Print or Close.
func (p *Printer) frame(title string) {
	p.begin()
	p.buf = append(p.buf, p.pal.report.on...)
	p.buf = append(p.buf, "── "...)
	p.buf = append(p.buf, title...)
	p.buf = append(p.buf, ' ')
	p.rule("─", p.o.Width-len(title)-4)
	p.buf = append(p.buf, p.pal.report.off...)
	p.end()
}

func (p *Printer) rule(s string, n int) {
	for range n {
		p.buf = append(p.buf, s...)
	}
}

func isRule(b []byte) bool {
	if len(b) == 0 {
		return false
	}
	for _, c := range b {
		if c != '=' {
			return false
		}
	}
	return true
}

// begin, ink, cut and end make one line of output.
func (p *Printer) begin() { p.buf = p.buf[:0] }

func (p *Printer) ink(i ink, text []byte) {
	p.buf = append(p.buf, i.on...)
	p.buf = append(p.buf, text...)
	p.buf = append(p.buf, i.off...)
}

func (p *Printer) cut(l *logline.Line) {
	if l.Cut > 0 {
		p.buf = append(p.buf, ' ')
		p.ink(p.pal.faint, cutNote(l.Cut))
	}
}

func cutNote(bytes int) []byte {
	return append(strconv.AppendInt([]byte("… [cut: "), int64(bytes), 10), " bytes]"...)
}

func (p *Printer) end() error {
	p.buf = append(p.buf, '\n')
	_, err := p.w.Write(p.buf)
	return err
}

// visible returns what appendVisible makes of b. It is valid until the next
// call.
func (p *Printer) visible(b []byte) []byte {
	if isPlain(b) {
		return b
	}
	p.clean = appendVisible(p.clean[:0], b)
	return p.clean
}

// timeWidth is the width of times in columns: up to 999 seconds before they
// push the row to the right.
const timeWidth = 8

func appendTicks(dst []byte, t int64) []byte {
	return appendPadded(dst, t, 6, '0')
}

// appendSeconds appends t as 12.3456, or as 12 if it is coarse, with the point
// in the same place.
func appendSeconds(dst []byte, t int64, coarse bool) []byte {
	dst = appendPadded(dst, t/logline.TicksPerSecond, timeWidth-5, ' ')
	if coarse {
		return appendSpaces(dst, 5)
	}
	return appendPadded(append(dst, '.'), t%logline.TicksPerSecond, 4, '0')
}

// appendPadded appends v with at least width characters.
func appendPadded(dst []byte, v int64, width int, pad byte) []byte {
	var digits [20]byte
	i := len(digits)
	for {
		i--
		digits[i] = byte('0' + v%10)
		v /= 10
		if v == 0 {
			break
		}
	}
	for range width - (len(digits) - i) {
		dst = append(dst, pad)
	}
	return append(dst, digits[i:]...)
}
