package kvtest

import (
	"fmt"
	"slices"

	"raftlab/src/kvraft/history"
	"raftlab/src/kvraft/kvnode"
	"raftlab/src/labrpc"
	"raftlab/src/raft/rafttest/monitor"
	"raftlab/src/record"
)

// The kinds of the notes that say what events mean to a store's clients, beside those about the Raft below.
const (
	Calls   = "calls"   // a clerk's method is called
	Returns = "returns" // and returns
	Request = "request" // what becomes of an RPC of a clerk
)

// what formats a call without its clerk. A long value is cut.
func (o *operation) what() string {
	switch {
	case o.Method == history.Get:
		return fmt.Sprintf("Get(%s)", short(o.Key))
	case o.versioned:
		return fmt.Sprintf("Put(%s, %s, version %d)", short(o.Key), short(o.Value), o.Version)
	}
	return fmt.Sprintf("%s(%s, %s)", o.Method, short(o.Key), short(o.Value))
}

// of formats a call with its clerk.
func (o *operation) of() string { return fmt.Sprintf("%s of C%d", o.what(), o.Clerk) }

// called is the note that a clerk's method is called.
func (o *operation) called() record.Note {
	return record.Note{Kind: Calls, Node: o.node, Text: fmt.Sprintf("C%d calls %s", o.Clerk, o.what())}
}

// returned is the note that it has returned, and what.
func (o *operation) returned() record.Note {
	text := fmt.Sprintf("%s returns", o.of())
	if o.Err != "" {
		text += " " + short(string(o.Err))
	}
	if o.Method == history.Get && (o.Err == "" || o.Err == "OK") {
		text += " " + short(o.Value)
	}
	if o.Method == history.Get && o.versioned {
		text += fmt.Sprintf(", version %d", o.Version)
	}
	return record.Note{Kind: Returns, Node: o.node, Text: text}
}

// atOnce is what a note ends with of an answer for which no time has passed.
const atOnce = " at once, without having waited for its Raft"

// noteRequest says what becomes of an RPC that a clerk has sent for an operation. That a server answers at once,
// without waiting for others, tells much: it does not lead, has executed the operation before, or should have waited.
func (j *judge) noteRequest(q *request, r labrpc.Route, step labrpc.Step) {
	o, now := q.of, j.run.Now()
	n := record.Note{Kind: Request, Node: r.To}
	switch server := j.name(r.To); step {
	case labrpc.Sent:
		n.Node, n.Text = r.From, fmt.Sprintf("C%d sends %s %s", o.Clerk, server, o.what())
	case labrpc.Arrived:
		n.Text = fmt.Sprintf("%s comes to %s", o.of(), server)
	case labrpc.Doubled:
		n.Text = fmt.Sprintf("%s comes to %s, a second copy of one request", o.of(), server)
	case labrpc.Handled:
		n.Text = fmt.Sprintf("%s answers %s", server, o.of())
		if slices.Contains(q.deliveries, delivery{r.To, now, now}) {
			n.Text += atOnce
		}
	case labrpc.Answered:
		n.Node, n.Text = r.From, fmt.Sprintf("the answer of %s to %s is there", server, o.of())
	case labrpc.LostRequest:
		n.Text = fmt.Sprintf("%s is lost on the way to %s", o.of(), server)
	case labrpc.LostReply:
		n.Text = fmt.Sprintf("the answer of %s to %s is lost", server, o.of())
	case labrpc.Unreachable:
		n.Text = fmt.Sprintf("%s does not reach %s", o.of(), server)
		if slices.ContainsFunc(q.deliveries, func(d delivery) bool { return d.returned != 0 }) {
			n.Text = fmt.Sprintf("the answer of %s to %s does not get back", server, o.of())
		}
	default:
		return
	}
	j.run.Note(n)
}

// noteSnapshot says that a server's store has taken a snapshot.
func (j *judge) noteSnapshot(server int, m kvnode.Snapshotted) {
	j.run.Note(record.Note{
		Kind: monitor.Snapshot, Node: server, Index: m.Index,
		Text: fmt.Sprintf("the store of %s takes a snapshot of %d bytes up to index %d", j.name(server), m.Size, m.Index),
	})
}
