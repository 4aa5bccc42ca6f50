package labgob_test

import (
	"bytes"
	"encoding/gob"
	"testing"

	"raftlab/src/labgob"
)

type appendEntriesArgs struct {
	Term, LeaderId, PrevLogIndex, PrevLogTerm int
	Entries                                   []entry
	LeaderCommit                              int
}

type entry struct {
	Term    int
	Command any
}

// op is a command as a key/value service has it.
type op struct {
	Client, Seq     int
	Kind, Key, Text string
}

func init() { labgob.Register(op{}) }

var benchmarks = []struct {
	name string
	args appendEntriesArgs
}{
	{"heartbeat", appendEntriesArgs{Term: 3, LeaderId: 1, PrevLogIndex: 7, PrevLogTerm: 2, LeaderCommit: 6}},
	{"2-entries", appendEntriesArgs{Term: 3, LeaderId: 1, PrevLogIndex: 7, PrevLogTerm: 2, LeaderCommit: 6,
		Entries: []entry{{3, 100}, {3, 200}}}},
	{"2-ops", appendEntriesArgs{Term: 3, LeaderId: 1, PrevLogIndex: 7, PrevLogTerm: 2, LeaderCommit: 6,
		Entries: []entry{{3, op{1, 5, "put", "k", "v"}}, {3, op{2, 7, "get", "k", ""}}}}},
}

// BenchmarkRoundTrip encodes and decodes the arguments of one AppendEntries: with new gob coders, with gob coders
// that are kept (the best there can be, but no message of theirs stands alone), and with this package.
func BenchmarkRoundTrip(b *testing.B) {
	for _, bm := range benchmarks {
		b.Run(bm.name+"/gob-new", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var buf bytes.Buffer
				if err := gob.NewEncoder(&buf).Encode(&bm.args); err != nil {
					b.Fatal(err)
				}
				var got appendEntriesArgs
				if err := gob.NewDecoder(&buf).Decode(&got); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(bm.name+"/gob-kept", func(b *testing.B) {
			var buf bytes.Buffer
			enc, dec := gob.NewEncoder(&buf), gob.NewDecoder(&buf)
			b.ReportAllocs()
			for b.Loop() {
				if err := enc.Encode(&bm.args); err != nil {
					b.Fatal(err)
				}
				var got appendEntriesArgs
				if err := dec.Decode(&got); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(bm.name+"/labgob", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				data, err := labgob.Marshal(&bm.args)
				if err != nil {
					b.Fatal(err)
				}
				var got appendEntriesArgs
				if err := labgob.Unmarshal(data, &got); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(bm.name+"/labgob-coders", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var buf bytes.Buffer
				if err := labgob.NewEncoder(&buf).Encode(&bm.args); err != nil {
					b.Fatal(err)
				}
				var got appendEntriesArgs
				if err := labgob.NewDecoder(&buf).Decode(&got); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
