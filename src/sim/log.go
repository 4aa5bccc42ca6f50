package sim

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"time"
	"unicode"

	"raftlab/src/dlog"
	"raftlab/src/labrpc"
	"raftlab/src/record"
)

// A log writes down a run in the format of package dlog, at the world's time: what the host sees and what the nodes
// print, in whatever form.
type log struct {
	w   io.Writer
	now func() time.Duration
}

func (l *log) line(topic dlog.Topic, format string, args ...any) {
	fmt.Fprintf(l.w, "%06d %s %s\n", l.now()/(100*time.Microsecond), topic, shown(fmt.Appendf(nil, format, args...)))
}

// shown is a text that may be a submission's without what would move the cursor of a terminal, hide text, or turn it
// round.
func shown(text []byte) []byte {
	if !bytes.ContainsFunc(text, isHidden) {
		return text
	}
	return bytes.Map(func(r rune) rune {
		if isHidden(r) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

func isHidden(r rune) bool { return r != '\n' && r != '\t' && !unicode.IsPrint(r) }

// message tells of a step of an RPC, in the words of the node where it happens.
func (l *log) message(c *call, step labrpc.Step, reply []byte) {
	from, to := c.world.nodes[c.from], c.world.nodes[c.to]
	at, size := from, len(c.args)
	switch step {
	case labrpc.Arrived, labrpc.Handled, labrpc.Doubled:
		at = to
	}
	if reply != nil {
		size = len(reply)
	}
	late := ""
	switch d := c.fate; {
	case step == labrpc.Sent && d.RequestDelay > 0:
		late = fmt.Sprintf(", arrives in %v", d.RequestDelay)
	case step == labrpc.Handled && d.ReplyDelay > 0:
		late = fmt.Sprintf(", arrives in %v", d.ReplyDelay)
	}
	l.line(topic(step), "%s %v: %s #%d %s -> %s, %d bytes%s%s", at.Name, step, c.method, c.number, from.Name, to.Name,
		size, late, contents(step, c.args, reply))
}

var (
	// a line of package dlog's form, with the server's own time
	own   = regexp.MustCompile(`^\d{6,} ([A-Z][A-Z0-9]{3}|[A-Z]{2,6}) (.*)$`)
	dated = regexp.MustCompile(`^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d(\.\d+)? (.*)$`) // a line of package log's
)

// printed is a line that a node printed, for the log. Lines in dlog's form keep their topic, but for the harness's,
// which is only the harness's; what does not begin with the node's name is marked with it.
func printed(node string, text []byte) (topic dlog.Topic, line string) {
	topic = dlog.Info
	if m := own.FindSubmatch(text); m != nil && dlog.Topic(m[1]) != dlog.Test {
		if topic, text = dlog.Topic(m[1]), m[2]; isFrom(node, text) {
			return topic, string(text)
		}
	} else if m := dated.FindSubmatch(text); m != nil {
		text = m[2]
	}
	return topic, node + " prints: " + string(text)
}

// isFrom reports whether a message begins with the name of a node.
func isFrom(node string, message []byte) bool {
	rest, ok := bytes.CutPrefix(message, []byte(node))
	return ok && (len(rest) == 0 || rest[0] < '0' || rest[0] > '9')
}

// A tail keeps the end of what a node printed, and cuts it into lines for the log.
type tail struct {
	kept    []byte
	partial []byte
	bytes   int
}

const (
	tailSize  = 64 << 10
	printSize = 16 << 20 // what one life may print into the log
)

func (s *node) print(data []byte) {
	t := &s.out
	t.bytes += len(data)
	t.kept = append(t.kept, data...)
	if len(t.kept) > 2*tailSize {
		t.kept = append(t.kept[:0], t.kept[len(t.kept)-tailSize:]...)
	}
	w := s.world
	if w.log == nil && w.recorder == nil {
		return
	}
	if t.bytes > printSize {
		if t.bytes-len(data) <= printSize {
			w.Log(dlog.Warn, "%s has printed %d MiB; the rest is cut", s.Name, printSize>>20)
		}
		return
	}
	t.partial = append(t.partial, data...)
	for {
		line, rest, ok := bytes.Cut(t.partial, []byte("\n"))
		if !ok {
			break
		}
		s.printed(line)
		t.partial = rest
	}
}

// printed takes a line that the node printed.
func (s *node) printed(text []byte) {
	topic, line := printed(s.Name, text)
	if l := s.world.log; l != nil {
		l.line(topic, "%s", line)
	}
	if r := s.world.recorder; r != nil {
		r.Add(record.Event{
			Node: s.me, Peer: record.Nowhere, Kind: record.Line, Topic: string(topic), Text: string(shown([]byte(line))),
		})
	}
}
