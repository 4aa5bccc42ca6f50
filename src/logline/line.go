package logline

import (
	"bytes"
	"time"
)

// A Kind says how a line was read.
type Kind uint8

const (
	Unknown  Kind = iota // nothing below
	Debug                // time, topic, perhaps a server, message
	Plain                // a line of the standard log package; its topic is guessed
	Runner               // go test speaks: "=== RUN", "--- FAIL", "ok", "Test (2A)", …
	Panic                // part of a panic or a fatal error
	Race                 // part of a report of the race detector
	Deadlock             // part of a report of go-deadlock
	Stacks               // part of a dump of goroutines that no panic goes before
)

var kindNames = [...]string{"unknown", "debug", "plain", "runner", "panic", "data race", "deadlock", "stacks"}

// String returns what people call k.
func (k Kind) String() string { return kindNames[k] }

// Timed reports whether lines of kind k have a time and a topic.
func (k Kind) Timed() bool { return k == Debug || k == Plain }

// Block reports whether lines of kind k belong together as one report.
func (k Kind) Block() bool { return k >= Panic }

// NoServer is the Server of a line that names none.
const NoServer = -1

// Tick is the unit of times in a log.
const Tick = 100 * time.Microsecond

// TicksPerSecond is the number of ticks in a second.
const TicksPerSecond = int64(time.Second / Tick)

// A Line is one line of a log. Its byte slices are parts of the buffer that it
// was read from.
type Line struct {
	Raw  []byte // the line as it was, without its end; at most MaxLine bytes
	Kind Kind

	// Of kinds Debug and Plain only.
	Topic  Topic
	Server int    // NoServer if the line names none
	Ticks  int64  // time, in ticks; not negative
	Clock  Clock  // what Ticks counts from
	Coarse bool   // the time is in whole seconds
	Text   []byte // the message, without server
	Body   []byte // of kind Debug: topic, server and message

	// Of lines that Reader read.
	First bool // first line of its block
	Cut   int  // bytes cut off because the line was longer than MaxLine
}

// A Clock says from when a time counts.
type Clock uint8

const (
	SinceStart Clock = iota // since the program began
	TimeOfDay               // since midnight
	Date                    // since 1970-01-01 00:00
)

// Parse says what one line is, without its end and without looking at its
// neighbours: its kind is Debug, Plain, Runner or Unknown. Any bytes are a line.
func Parse(raw []byte) Line {
	var l Line
	l.parse(raw)
	return l
}

func (l *Line) parse(raw []byte) {
	*l = Line{Raw: raw, Server: NoServer}
	if len(raw) == 0 {
		return
	}
	if c := raw[0]; c-'0' > 9 {
		if isRunner(raw) {
			l.Kind = Runner
		}
		return
	}
	if l.parseDebug(raw) {
		return
	}
	l.parsePlain(raw)
}

// minTimeDigits is the width of the format's %06d: a shorter number is no time
// but some other number that a line begins with.
const minTimeDigits = 6

// maxDigits keeps numbers far from overflow.
const maxDigits = 15

// parseDebug reads "time TOPC S<id> message".
func (l *Line) parseDebug(b []byte) bool {
	ticks, n := number(b)
	if n < minTimeDigits || n > maxDigits || n == len(b) || b[n] != ' ' {
		return false
	}
	body := b[n+1:]
	size := topicSize(body)
	if size == 0 {
		return false
	}
	text := body[size:]
	if len(text) > 0 {
		text = text[1:]
	}
	l.Kind, l.Ticks, l.Topic, l.Text, l.Body = Debug, ticks, Other, text, body
	if size == 4 {
		l.Topic = topicOf(pack(body))
	}
	if l.Topic != Test {
		l.Server, l.Text = server(text)
	}
	return true
}

// topicSize is how many bytes of a message are its topic: four capitals or
// digits, or two to six capitals, with a space or the end behind. 0: none are.
func topicSize(b []byte) int {
	n, digits := 0, false
	for n < len(b) && ('A' <= b[n] && b[n] <= 'Z' || '0' <= b[n] && b[n] <= '9') {
		digits = digits || b[n] <= '9'
		n++
	}
	switch {
	case n < len(b) && b[n] != ' ':
		return 0
	case n == 4 || !digits && minTopic <= n && n <= maxTopic:
		return n
	}
	return 0
}

const minTopic, maxTopic = 2, 6

// TopicName returns the topic as it stands in the line, of kind Debug, or as it
// was guessed, of kind Plain.
func (l *Line) TopicName() string {
	if l.Kind == Debug {
		return string(l.Body[:topicSize(l.Body)])
	}
	return l.Topic.String()
}

// server reads the "S<id>" that a message begins with and returns what follows.
func server(text []byte) (id int, rest []byte) {
	if len(text) < 2 || text[0] != 'S' {
		return NoServer, text
	}
	v, n := number(text[1:])
	if n == 0 || n > maxServerDigits {
		return NoServer, text
	}
	rest = text[1+n:]
	if len(rest) > 0 && (rest[0] == ':' || rest[0] == ',') {
		rest = rest[1:]
	}
	if len(rest) > 0 {
		if rest[0] != ' ' {
			return NoServer, text
		}
		rest = rest[1:]
	}
	return int(v), rest
}

const maxServerDigits = 9

// number reads the decimal digits that b begins with; n is their count. Where
// n exceeds maxDigits v is worthless.
func number(b []byte) (v int64, n int) {
	for n < len(b) && b[n]-'0' <= 9 {
		if n < maxDigits {
			v = v*10 + int64(b[n]-'0')
		}
		n++
	}
	return v, n
}

// isRunner reports whether go test, or the lab's harness on its standard
// output, says this line.
func isRunner(raw []byte) bool {
	b := bytes.TrimLeft(raw, " ")
	if len(b) < 2 {
		return false
	}
	switch b[0] {
	case '=':
		return hasPrefix(b, "=== RUN ") || hasPrefix(b, "=== PAUSE ") ||
			hasPrefix(b, "=== CONT ") || hasPrefix(b, "=== NAME ")
	case '-':
		return hasPrefix(b, "--- PASS: ") || hasPrefix(b, "--- FAIL: ") || hasPrefix(b, "--- SKIP: ")
	case 'P':
		return len(raw) == 4 && hasPrefix(b, "PASS")
	case 'F':
		return len(raw) == 4 && hasPrefix(b, "FAIL") || hasPrefix(raw, "FAIL\t") ||
			hasPrefix(raw, "Found ") && bytes.HasSuffix(raw, []byte(" data race(s)"))
	case 'o':
		return hasPrefix(raw, "ok  \t")
	case '?':
		return hasPrefix(raw, "?   \t")
	case 'e':
		return hasPrefix(raw, "exit status ")
	case 'T':
		return hasPrefix(raw, "Test (") || hasPrefix(raw, "Test: ")
	case '.':
		return hasPrefix(raw, "  ... ")
	}
	return false
}

func hasPrefix(b []byte, prefix string) bool {
	return len(b) >= len(prefix) && string(b[:len(prefix)]) == prefix
}
