package wire_test

import (
	"bytes"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"raftlab/src/sim/wire"
)

// A message is a pointer to one.
type message interface {
	Append([]byte) []byte
	Parse([]byte) error
}

// messages are all that there are, by their ops.
var messages = map[wire.Op]message{
	wire.OpBoot: &wire.Boot{
		Index: 2, Nodes: 5, Role: "server", Logged: true,
		Given: []byte("given"), State: []byte("state"), Snapshot: []byte("snapshot"),
	},
	wire.OpRequest: &wire.Request{ID: 1 << 40, Method: "Raft.RequestVote", Args: []byte{0, 1, 255}},
	wire.OpAnswer:  &wire.Answer{ID: 3, OK: true, Reply: []byte("reply")},
	wire.OpAsk:     &wire.Ask{ID: 4, Question: []byte("question")},
	wire.OpTell:    &wire.Tell{Data: []byte("tell")},
	wire.OpReply:   &wire.Reply{Data: []byte("reply")},
	wire.OpKill:    &wire.Kill{ID: 5},
	wire.OpWeigh:   &wire.Weigh{ID: 6},
	wire.OpInspect: &wire.Inspect{Zero: 1 << 60},
	wire.OpReady:   &wire.Ready{},
	wire.OpCall:    &wire.Call{ID: 7, To: -1, Method: "Raft.AppendEntries", Args: []byte("args")},
	wire.OpServed:  &wire.Served{ID: 8, Reply: []byte("reply")},
	wire.OpTold:    &wire.Told{ID: 9, Data: []byte("told")},
	wire.OpQuery:   &wire.Query{Data: []byte("query")},
	wire.OpBegan:   &wire.Began{ID: 10, Method: "Snapshot"},
	wire.OpEnded:   &wire.Ended{ID: 10},
	wire.OpKilled:  &wire.Killed{ID: 5},
	wire.OpSaved:   &wire.Saved{State: []byte("state"), Snapshot: []byte("snapshot")},
	wire.OpWarning: &wire.Warning{Text: "a warning"},
	wire.OpWeight:  &wire.Weight{ID: 6, Bytes: -1 << 62},

	wire.OpInspected: &wire.Inspected{Data: []byte("data")},
}

// fresh is an empty message of the kind of m.
func fresh(m message) message { return reflect.New(reflect.TypeOf(m).Elem()).Interface().(message) }

func TestRoundTrip(t *testing.T) {
	for op, m := range messages {
		b := m.Append(nil)
		if got := wire.OpOf(b); got != op {
			t.Errorf("%T has op %d, want %d", m, got, op)
		}
		got := fresh(m)
		if err := got.Parse(b); err != nil {
			t.Errorf("%T: %v", m, err)
		}
		if d := cmp.Diff(m, got, cmpopts.EquateEmpty()); d != "" {
			t.Error(d)
		}
	}
	if op := wire.OpOf(nil); op != 0 {
		t.Errorf("nothing has op %d", op)
	}
}

// What is cut short is an error or another message, and never more than there was.
func FuzzParse(f *testing.F) {
	for _, m := range messages {
		f.Add(m.Append(nil))
	}
	f.Add([]byte{})
	f.Add([]byte{byte(wire.OpRequest), 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		for op, m := range messages {
			if wire.OpOf(b) != op {
				continue
			}
			first, again := fresh(m), fresh(m)
			if first.Parse(b) != nil {
				continue
			}
			if err := again.Parse(first.Append(nil)); err != nil || !bytes.Equal(first.Append(nil), again.Append(nil)) {
				t.Errorf("%x parses as %+v, which parses as %+v, %v", b, first, again, err)
			}
		}
	})
}
