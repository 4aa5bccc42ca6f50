package export

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"

	"raftlab/src/record"
)

// A traced is one event of the Chrome trace event format, which Perfetto reads.
type traced struct {
	Name     string         `json:"name"`
	Phase    string         `json:"ph"`
	Time     span           `json:"ts"`
	Duration span           `json:"dur,omitempty"` // 0 of all that is no slice
	Process  int            `json:"pid"`
	Thread   int            `json:"tid"`
	Category string         `json:"cat,omitempty"`
	ID       int            `json:"id,omitempty"` // of the arrow
	Binding  string         `json:"bp,omitempty"`
	Scope    string         `json:"s,omitempty"` // of an instant: t is its lane, g the whole run
	Args     map[string]any `json:"args,omitempty"`
}

// A span is a time in ns, which the format has in microseconds.
type span int64

// MarshalJSON implements [json.Marshaler].
func (s span) MarshalJSON() ([]byte, error) { return fmt.Appendf(nil, "%d.%03d", s/1000, s%1000), nil }

// The lanes of a node: the role that it is in, and what happens at it. What the scenario does has the first lane.
func roleLane(node int) int  { return 2*node + 2 }
func eventLane(node int) int { return 2*node + 3 }

const harnessLane = 1

// apart is how far apart events of a node are drawn that happen at one time: one behind the other, so that each can be
// clicked.
const apart = span(10)

// Trace writes a recording in the trace event format of Chrome, for https://ui.perfetto.dev: lanes as threads, messages
// as arrows, roles as slices, faults as instants.
func Trace(w io.Writer, rec *record.Recording) error {
	b := bufio.NewWriter(w)
	t := &tracer{rec: rec, log: newLog(rec), encoder: json.NewEncoder(b), w: b, role: make([]role, len(rec.Nodes)),
		at: make([]span, len(rec.Events)), last: make(map[int]span)}
	io.WriteString(b, `{"displayTimeUnit":"ms","traceEvents":[`+"\n")
	t.lanes()
	for i := range rec.Events {
		t.event(i)
	}
	for i := range rec.Nodes {
		t.leaves(i, rec.End)
	}
	io.WriteString(b, "]}\n")
	return cmp.Or(t.err, b.Flush())
}

type tracer struct {
	rec     *record.Recording
	w       io.Writer
	encoder *json.Encoder
	log     *logReader
	begun   bool
	err     error

	role []role       // by node
	at   []span       // by event: when it is drawn
	last map[int]span // by lane: when its last event is drawn
}

// A role is what a node is, and since when.
type role struct {
	name  string
	since int64
}

func (t *tracer) put(e traced) {
	if t.err != nil {
		return
	}
	if t.begun {
		io.WriteString(t.w, ",")
	}
	t.begun = true
	e.Process = 1
	t.err = t.encoder.Encode(e)
}

func (t *tracer) lanes() {
	name := func(lane int, name string) {
		t.put(traced{Name: "thread_name", Phase: "M", Thread: lane, Args: map[string]any{"name": name}})
		t.put(traced{Name: "thread_sort_index", Phase: "M", Thread: lane, Args: map[string]any{"sort_index": lane}})
	}
	t.put(traced{Name: "process_name", Phase: "M", Args: map[string]any{
		"name": fmt.Sprintf("%s %s seed %v", t.rec.Implementation, t.rec.Scenario, t.rec.Recipe())}})
	name(harnessLane, harness)
	for i, n := range t.rec.Nodes {
		name(roleLane(i), n.Name+" role")
		name(eventLane(i), n.Name)
	}
}

func (t *tracer) event(i int) {
	e := t.rec.Events[i]
	lane := harnessLane
	if e.Node >= 0 && e.Node < len(t.rec.Nodes) {
		lane = eventLane(e.Node)
	}
	now := span(e.At)
	if last, begun := t.last[lane]; begun {
		now = max(now, last+apart)
	}
	t.at[i], t.last[lane] = now, now
	_, text := t.log.line(e)
	args := map[string]any{"event": e.ID, "text": cmp.Or(text, e.Text)}
	name := string(e.Kind)
	if e.Method != "" {
		name += " " + e.Method
	}
	for n, note := range e.Notes {
		args[fmt.Sprintf("note %d", n+1)] = note.Text
		t.takes(note, e.At)
	}
	switch e.Kind {
	case record.Crash, record.Boot:
		if lane != harnessLane {
			t.leaves(e.Node, e.At)
		}
		fallthrough
	case record.Pause, record.Resume, record.Clock, record.Linger, record.Cut, record.Heal:
		t.put(traced{Name: name, Phase: "i", Time: now, Thread: lane, Category: "fault", Scope: "t", Args: args})
	case record.Weather, record.Failed:
		t.put(traced{Name: name, Phase: "i", Time: now, Thread: lane, Category: "fault", Scope: "g", Args: args})
	default:
		t.put(traced{Name: name, Phase: "X", Time: now, Duration: apart, Thread: lane, Category: "event", Args: args})
	}
	t.arrow(e, lane, now)
}

// arrow draws that a message came from another node.
func (t *tracer) arrow(e record.Event, lane int, now span) {
	if e.Kind != record.Arrived && e.Kind != record.Doubled && e.Kind != record.Answered {
		return
	}
	for _, id := range e.Causes {
		n := id - t.rec.Dropped - 1
		if n < 0 || n >= len(t.rec.Events) {
			continue
		}
		from := t.rec.Events[n]
		if from.Call != e.Call || from.Node < 0 || from.Node >= len(t.rec.Nodes) || from.Node == e.Node {
			continue
		}
		arrow := traced{Name: e.Method, Category: "message", ID: e.ID}
		arrow.Phase, arrow.Time, arrow.Thread = "s", t.at[n], eventLane(from.Node)
		t.put(arrow)
		arrow.Phase, arrow.Time, arrow.Thread, arrow.Binding = "f", now, lane, "e"
		t.put(arrow)
	}
}

// takes notes that a node is in a role from now on, if the note says so.
func (t *tracer) takes(n record.Note, now int64) {
	if n.Role == "" || n.Node < 0 || n.Node >= len(t.role) {
		return
	}
	t.leaves(n.Node, now)
	t.role[n.Node] = role{fmt.Sprintf("%s T%d", n.Role, n.Term), now}
}

// leaves draws the role that a node was in until now.
func (t *tracer) leaves(node int, now int64) {
	r := &t.role[node]
	if r.name != "" && now > r.since {
		t.put(traced{Name: r.name, Phase: "X", Time: span(r.since), Duration: span(now - r.since),
			Thread: roleLane(node), Category: "role"})
	}
	*r = role{}
}
