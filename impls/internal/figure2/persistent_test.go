package figure2

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"raftlab/src/labgob"
)

// order is a command of a service.
type order struct {
	What string
	Many int
}

func init() { labgob.Register(order{}) }

func TestPersistent(t *testing.T) {
	tests := []struct {
		name string
		p    Persistent
	}{
		{"never voted", Persistent{CurrentTerm: 0, VotedFor: None}},
		{"voted for server 0", Persistent{CurrentTerm: 7, VotedFor: 0}},
		{"all zero", Persistent{}},
		{"with a log", Persistent{CurrentTerm: 3, VotedFor: 4, Log: Log{Entries: []Entry{{1, "x"}, {3, 17}}}}},
		{"after a snapshot", Persistent{CurrentTerm: 3, VotedFor: 4,
			Log: Log{SnapshotIndex: 7, SnapshotTerm: 2, Entries: []Entry{{3, 17}}}}},
		{"a snapshot alone", Persistent{CurrentTerm: 3, VotedFor: 4, Log: Log{SnapshotIndex: 7, SnapshotTerm: 2}}},
		{"a command of a type of its own",
			Persistent{Log: Log{Entries: []Entry{{1, order{"x", 1}}, {1, 17}, {2, order{"y", 2}}}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Decode(tt.p.Encode())
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.p, got, ignore); d != "" {
				t.Errorf("-saved +read:\n%s", d)
			}
		})
	}
}

// A save costs what is new, and yet whatever was done to the log between two saves, what is read is what there was.
func TestEncodeGrows(t *testing.T) {
	p := Persistent{CurrentTerm: 1, VotedFor: None}
	n := 0
	grow := func(entries int) func() {
		return func() {
			for range entries {
				n++
				p.Log.append(Entry{p.CurrentTerm, order{"x", n}})
			}
		}
	}
	steps := []struct {
		name string
		do   func()
	}{
		{"nothing yet", func() {}},
		{"the first", grow(1)},
		{"some more", grow(5)},
		{"only a vote", func() { p.CurrentTerm, p.VotedFor = 2, 0 }},
		{"some go at the end", func() { p.Log.truncate(4) }},
		{"others come", grow(3)},
		{"some go and others come before the save", func() { p.Log.truncate(3); grow(9)() }},
		{"a snapshot", func() { p.Log.compact(5, p.Log.term(5)) }},
		{"more after it", grow(2)},
		{"a snapshot of all", func() { i, term := p.Log.Last(); p.Log.compact(i, term) }},
		{"more after that", grow(2)},
	}
	for _, step := range steps {
		step.do()
		for range 2 {
			got, err := Decode(p.Encode())
			if err != nil {
				t.Fatalf("%s: %v", step.name, err)
			}
			if d := cmp.Diff(p, got, ignore, cmpopts.EquateEmpty()); d != "" {
				t.Fatalf("%s: -saved +read:\n%s", step.name, d)
			}
		}
	}
}

// BenchmarkEncode saves a log a thousand times, whenever it has got another entry.
func BenchmarkEncode(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		var p Persistent
		for i := range 1000 {
			p.Log.append(Entry{1, i})
			p.Encode()
		}
	}
}

func TestDecodeBad(t *testing.T) {
	whole := (&Persistent{CurrentTerm: 3, VotedFor: 1}).Encode()
	withLog := (&Persistent{CurrentTerm: 3, VotedFor: 1, Log: Log{Entries: entries(1, 2, 3)}}).Encode()
	for _, saved := range [][]byte{[]byte("no gob"), whole[:len(whole)-1], withLog[:len(withLog)-1],
		append(whole, "no gob"...)} {
		if _, err := Decode(saved); err == nil || !strings.Contains(err.Error(), "saved Raft state") {
			t.Errorf("Decode(%q): error %v, want one about the saved Raft state", saved, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte{})
	f.Add((&Persistent{CurrentTerm: 3, VotedFor: 1, Log: Log{Entries: []Entry{{1, "x"}}}}).Encode())
	f.Fuzz(func(t *testing.T, saved []byte) {
		Decode(saved) // may fail, must not panic
	})
}
