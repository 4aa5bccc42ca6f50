package protocol

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var frames = []Frame{
	{Op: Kill},
	{Op: Boot, A: 2, B: 5, Data: []byte("state"), More: []byte("snapshot")},
	{Op: Request, ID: 1 << 40, Text: "Raft.RequestVote", Data: []byte{0, 1, 255}},
	{Op: State, Flag: true, A: -1, B: 1 << 62},
}

func TestRoundTrip(t *testing.T) {
	for _, f := range frames {
		got, err := Parse(f.Append(nil))
		if err != nil {
			t.Errorf("%+v: %v", f, err)
		}
		if d := cmp.Diff(f, got, cmpopts.EquateEmpty()); d != "" {
			t.Error(d)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, frame := range frames {
		f.Add(frame.Append(nil))
	}
	f.Add([]byte{})
	f.Add([]byte{1, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		frame, err := Parse(b)
		if err != nil {
			return
		}
		again, err := Parse(frame.Append(nil))
		if err != nil || !bytes.Equal(frame.Append(nil), again.Append(nil)) {
			t.Errorf("%x parses as %+v, which parses as %+v, %v", b, frame, again, err)
		}
	})
}
