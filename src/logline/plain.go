package logline

import (
	"bytes"
	"time"
)

// parsePlain reads a line of the standard log package: date, time or both, then
// perhaps the place in the source, then free text.
func (l *Line) parsePlain(b []byte) bool {
	rest := b
	var day int64
	clock := TimeOfDay
	if len(rest) > 11 && rest[4] == '/' && rest[7] == '/' && rest[10] == ' ' {
		y, ok1 := digits(rest[0:4])
		m, ok2 := digits(rest[5:7])
		d, ok3 := digits(rest[8:10])
		if !ok1 || !ok2 || !ok3 || y < 1970 || m < 1 || m > 12 || d < 1 || d > 31 {
			return false
		}
		day = time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC).Unix()
		clock = Date
		rest = rest[11:]
	}
	ticks, n, coarse := timeOfDay(rest)
	if n == 0 {
		return false
	}
	rest = rest[n:]
	if len(rest) > 0 {
		if rest[0] != ' ' {
			return false
		}
		rest = rest[1:]
	}
	if l.parseDebug(rest) { // a Debug whose author kept the log package's own time
		return true
	}
	l.Kind, l.Clock, l.Ticks, l.Coarse = Plain, clock, day*TicksPerSecond+ticks, coarse
	text := rest[place(rest):]
	l.Server, l.Text = speaker(text)
	if len(text) < len(rest) { // where in the source is worth keeping
		l.Text = rest
	}
	l.Topic = Guess(text)
	return true
}

// timeOfDay reads 15:04:05 or 15:04:05.000000 and returns the length that it
// read, 0 if there is none.
func timeOfDay(b []byte) (ticks int64, n int, coarse bool) {
	if len(b) < 8 || b[2] != ':' || b[5] != ':' {
		return 0, 0, false
	}
	h, ok1 := digits(b[0:2])
	m, ok2 := digits(b[3:5])
	s, ok3 := digits(b[6:8])
	if !ok1 || !ok2 || !ok3 || h > 23 || m > 59 || s > 60 {
		return 0, 0, false
	}
	ticks = int64(h*3600+m*60+s) * TicksPerSecond
	if len(b) == 8 || b[8] != '.' {
		return ticks, 8, true
	}
	_, k := number(b[9:])
	unit := TicksPerSecond
	for _, c := range b[9 : 9+k] {
		unit /= 10
		ticks += int64(c-'0') * unit
	}
	return ticks, 9 + k, false
}

func digits(b []byte) (v int, ok bool) {
	n, k := number(b)
	return int(n), k == len(b)
}

// place returns the length of the "file.go:12: " that b begins with.
func place(b []byte) int {
	i := bytes.Index(b[:min(len(b), 256)], []byte(".go:"))
	if i < 0 || bytes.IndexByte(b[:i], ' ') >= 0 {
		return 0
	}
	_, k := number(b[i+4:])
	end := i + 4 + k
	if k == 0 || !hasPrefix(b[end:], ": ") {
		return 0
	}
	return end + 2
}

// speaker finds the server whose line this is: the number with which the text
// begins, be it bare, behind a word for a server, or in brackets. It returns
// the text behind it, or the whole text where the words around the number say
// more than that.
func speaker(text []byte) (id int, rest []byte) {
	b := text
	var closing byte
	if len(b) > 0 {
		switch b[0] {
		case '[':
			closing = ']'
		case '(':
			closing = ')'
		case '{':
			closing = '}'
		case '<':
			closing = '>'
		}
	}
	if closing != 0 {
		b = b[1:]
	}
	n := 0
	for n < len(b) && (isLetter(b[n]) || b[n] == '.') {
		n++
	}
	role := false
	if n > 0 {
		known := false
		if known, role = serverWord(b[:n]); !known {
			return NoServer, text
		}
		for n < len(b) && (b[n] == ' ' || b[n] == ':' || b[n] == '=' || b[n] == '#' || b[n] == '-') {
			n++
		}
		b = b[n:]
	}
	v, n := number(b)
	if n == 0 || n > maxServerDigits {
		return NoServer, text
	}
	id, b = int(v), b[n:]
	switch {
	case len(b) == 0:
	case closing != 0 && b[0] == closing:
		b = b[1:]
		if len(b) > 0 && b[0] == ':' {
			b = b[1:]
		}
	case closing != 0:
		if b[0] != ' ' && b[0] != ':' && b[0] != ',' && b[0] != '|' {
			return NoServer, text
		}
		return id, text // "[2 T3 leader] …"
	case b[0] == ' ':
	case b[0] == ':' || b[0] == ',' || b[0] == '|':
		b = b[1:]
	case hasPrefix(b, "->"):
		return id, text // "2->1 AppendEntries"
	default:
		return NoServer, text
	}
	if role {
		return id, text
	}
	return id, bytes.TrimLeft(b, " ")
}

// serverWord reports whether w is a word for a server, and whether it tells
// the server's role too.
func serverWord(w []byte) (known, role bool) {
	var buf [12]byte
	switch string(lower(buf[:0], w)) {
	case "s", "server", "srv", "node", "peer", "raft", "rf", "rf.me", "me", "id", "replica":
		return true, false
	case "leader", "follower", "candidate", "l", "f", "c":
		return true, true
	}
	return false, false
}

// lower appends the small letters of w, as far as they fit.
func lower(buf, w []byte) []byte {
	for _, c := range w[:min(len(w), cap(buf))] {
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		buf = append(buf, c)
	}
	return buf
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
func isUpper(c byte) bool  { return 'A' <= c && c <= 'Z' }
