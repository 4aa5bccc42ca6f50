package export

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"raftlab/src/recipe"
	"raftlab/src/record"
)

// tick is the unit of times in a log.
const tick = 100 * time.Microsecond

// begins is how a file begins that Events has written.
var begins = []byte(`{"format":"` + Format + `",`)

// Log returns r as a log that package logline reads. If r is what [Events] writes, each event is a line of the log, and
// each note another; otherwise it is a log already, and is returned as it is. A line of JSON that is no event is left
// as it is.
func Log(r io.Reader) io.Reader { return &logReader{r: r} }

type logReader struct {
	r      io.Reader
	events *bufio.Reader // if that is what it is
	known  bool          // whether it is that
	nodes  []record.Node
	sender map[int]int  // of a call, if it is not lost in what was dropped
	text   bytes.Buffer // that is not read yet
}

// Read implements [io.Reader].
func (l *logReader) Read(p []byte) (int, error) {
	if !l.known {
		if err := l.look(); err != nil {
			return 0, err
		}
	}
	if l.events == nil {
		if l.text.Len() > 0 {
			return l.text.Read(p)
		}
		return l.r.Read(p)
	}
	for l.text.Len() == 0 {
		line, err := l.events.ReadBytes('\n')
		if len(line) == 0 {
			return 0, err
		}
		if !l.header(line) && !l.event(line) {
			l.text.Write(line)
		}
	}
	return l.text.Read(p)
}

// look finds out what is to be read. It reads no more than tells: the rest may be written later.
func (l *logReader) look() error {
	var one [1]byte
	for l.text.Len() < len(begins) {
		n, err := l.r.Read(one[:])
		if n == 0 && err == nil {
			continue
		}
		l.text.Write(one[:n])
		if l.known = err != nil || !bytes.HasPrefix(begins, l.text.Bytes()); l.known {
			if l.text.Len() == 0 {
				return err
			}
			return nil
		}
	}
	l.known = true
	l.events = bufio.NewReader(io.MultiReader(bytes.NewReader(bytes.Clone(l.text.Bytes())), l.r))
	l.text.Reset()
	return nil
}

// header takes what a file of events begins with, also where it begins anew, and writes a line that says whose run it
// is.
func (l *logReader) header(line []byte) (ok bool) {
	var h header
	if !bytes.HasPrefix(line, begins) || json.Unmarshal(line, &h) != nil {
		return false
	}
	l.nodes, l.sender = h.Nodes, make(map[int]int)
	fmt.Fprintf(&l.text, "%06d TEST %s of %s, seed %v\n", 0, h.Scenario, h.Implementation,
		recipe.Recipe{Seed: h.Seed, Branches: h.Branches})
	return true
}

// event writes the lines of an event.
func (l *logReader) event(line []byte) (ok bool) {
	var e record.Event
	if json.Unmarshal(line, &e) != nil || e.ID == 0 {
		return false
	}
	at := e.At / int64(tick)
	if topic, text := l.line(e); text != "" {
		fmt.Fprintf(&l.text, "%06d %s %s\n", at, topic, text)
	}
	for _, n := range e.Notes {
		topic, known := noteTopics[n.Kind]
		if !known {
			topic = "INFO"
		}
		text := n.Text
		if name := l.name(n.Node); name != "" && !strings.HasPrefix(text, name+" ") {
			text = name + " " + text
		}
		fmt.Fprintf(&l.text, "%06d %s %s\n", at, topic, text)
	}
	return true
}

// noteTopics are the topics under which the lines of notes stand; of other kinds they are INFO.
var noteTopics = map[string]string{
	"election": "VOTE", "vote": "VOTE", "refuses": "VOTE", "leads": "LEAD", "follows": "TERM", "entries": "LOG1",
	"stores": "LOG2", "heartbeat": "TIMR", "commits": "CMIT", "applies": "CMIT", "snapshot": "SNAP", "saves": "PERS",
	"restarts": "PERS", "command": "CLNT", "calls": "CLNT", "returns": "CLNT", "request": "CLNT",
}

// What a log has of events that are no messages: the topic, and the words behind the node's name.
var said = map[record.Kind]struct{ topic, words string }{
	record.Boot:   {"INFO", "starts"},
	record.Crash:  {"INFO", "is gone"},
	record.Saved:  {"PERS", "saves"},
	record.Timer:  {"TIMR", "has waited long enough"},
	record.Asked:  {"CLNT", "is asked"},
	record.Told:   {"INFO", "tells the lab"},
	record.Pause:  {"INFO", "is stopped in its tracks"},
	record.Resume: {"INFO", "goes on"},
	record.Clock:  {"INFO", "has other clocks"},
	record.Linger: {"INFO", "lingers between two locks"},
}

// line is what a log has of an event, in the words of the node where it happened. Why a run has failed the scenario has
// said before the event Failed, which has no line.
func (l *logReader) line(e record.Event) (topic, text string) {
	switch e.Kind {
	case record.Line, record.Step:
		return e.Topic, e.Text
	case record.Failed:
		return "", ""
	case record.Weather:
		return "TEST", "weather: " + e.Text
	case record.Cut, record.Heal:
		return "TEST", fmt.Sprintf("%s: %s -> %s", e.Kind, l.name(e.Node), l.name(e.Peer))
	}
	if e.Call > 0 {
		return l.message(e)
	}
	known := said[e.Kind]
	if known.topic == "" {
		known.topic, known.words = "INFO", string(e.Kind)
	}
	text = l.name(e.Node) + " " + known.words
	if e.Method != "" {
		text += ": " + e.Method
	}
	if e.Bytes > 0 {
		text += fmt.Sprintf(", %d bytes", e.Bytes)
	}
	if e.Text != "" {
		text += ": " + strings.TrimPrefix(e.Text, ":")
	}
	return known.topic, text
}

// message is what a log has of a step of an RPC.
func (l *logReader) message(e record.Event) (topic, text string) {
	from, to, at := e.Node, e.Peer, e.Node
	switch e.Kind {
	case record.Sent:
		l.sender[e.Call] = e.Node
	case record.Arrived, record.Doubled, record.Handled:
		from, to = to, from
	}
	if sender, known := l.sender[e.Call]; known && at == record.Nowhere {
		from, at = sender, sender
	}
	way := fmt.Sprintf("%s #%d %s -> %s", e.Method, e.Call, l.name(from), l.name(to))
	size := ""
	if e.Bytes > 0 {
		size = fmt.Sprintf(", %d bytes", e.Bytes)
	}
	topic = "TRCE"
	if e.Node == record.Nowhere || e.Kind == record.GaveUp {
		topic = "DROP"
	}
	return topic, strings.TrimLeft(fmt.Sprintf("%s %s: %s%s%s", l.name(at), e.Kind, way, size, e.Text), " ")
}

// newLog returns what has words for the events of a recording.
func newLog(rec *record.Recording) *logReader {
	return &logReader{nodes: rec.Nodes, sender: make(map[int]int)}
}

// name is what logs call a node, "" if it is none.
func (l *logReader) name(node int) string {
	if node < 0 || node >= len(l.nodes) {
		return ""
	}
	return l.nodes[node].Name
}
