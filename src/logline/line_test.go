package logline

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"raftlab/src/dlog"
)

// got is a Line with text where the Line has bytes.
type got struct {
	Kind   Kind
	Topic  Topic
	Server int
	Ticks  int64
	Text   string
}

func parse(s string) got {
	l := Parse([]byte(s))
	return got{l.Kind, l.Topic, l.Server, l.Ticks, string(l.Text)}
}

func TestParseDebug(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want got
	}{
		{"000123 VOTE S2 grants its vote to S0 in T4", got{Debug, Vote, 2, 123, "grants its vote to S0 in T4"}},
		{"000000 TEST S1 is cut off", got{Debug, Test, NoServer, 0, "S1 is cut off"}},
		{"1000001 CMIT S10 commitIndex 3", got{Debug, Commit, 10, 1000001, "commitIndex 3"}},
		{"000001 LOG1 S123456 x", got{Debug, Log, 123456, 1, "x"}},
		{"000001 LOG2 S3: x", got{Debug, Log2, 3, 1, "x"}},
		{"000001 INFO S3", got{Debug, Info, 3, 1, ""}},
		{"000001 INFO", got{Debug, Info, NoServer, 1, ""}},
		{"000001 INFO S3x y", got{Debug, Info, NoServer, 1, "S3x y"}},
		{"000001 INFO Server 3", got{Debug, Info, NoServer, 1, "Server 3"}},
		{"000001 APND S3 x", got{Debug, Other, 3, 1, "x"}},
		{"000001 RPC S3 x", got{Debug, Other, 3, 1, "x"}},
		{"000001 RAFTKV", got{Debug, Other, NoServer, 1, ""}},
		{"000001 INFO S1 [bold]x[/bold]", got{Debug, Info, 1, 1, "[bold]x[/bold]"}},
		{"000001 INFO S1  two spaces", got{Debug, Info, 1, 1, " two spaces"}},
		{"2023/05/01 12:00:00 000123 VOTE S2 x", got{Debug, Vote, 2, 123, "x"}},
	} {
		if diff := cmp.Diff(tt.want, parse(tt.in)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.in, diff)
		}
	}
}

func TestParsePlain(t *testing.T) {
	const noon = (19478*24 + 12) * 3600 * TicksPerSecond // of 2023-05-01
	for _, tt := range []struct {
		in   string
		want got
	}{
		{"2023/05/01 12:00:00 2 receive request vote from 1 on term 3", got{Plain, Vote, 2, noon, "receive request vote from 1 on term 3"}},
		{"2023/05/01 12:00:00.000123 2 x", got{Plain, Info, 2, noon + 1, "x"}},
		{"2023/05/01 12:00:00.999999 2 x", got{Plain, Info, 2, noon + 9999, "x"}},
		{"12:00:00 2 x", got{Plain, Info, 2, 12 * 3600 * TicksPerSecond, "x"}},
		{"00:00:01.5 12: becomes leader", got{Plain, Leader, 12, 15000, "becomes leader"}},
		{"00:00:01 [2] x", got{Plain, Info, 2, 10000, "x"}},
		{"00:00:01 [S2]: x", got{Plain, Info, 2, 10000, "x"}},
		{"00:00:01 {Node 2} x", got{Plain, Info, 2, 10000, "x"}},
		{"00:00:01 [2 T3 leader] x", got{Plain, Leader, 2, 10000, "[2 T3 leader] x"}},
		{"00:00:01 server 2 x", got{Plain, Info, 2, 10000, "x"}},
		{"00:00:01 rf.me=2, x", got{Plain, Info, 2, 10000, "x"}},
		{"00:00:01 Leader 2 sends", got{Plain, Leader, 2, 10000, "Leader 2 sends"}},
		{"00:00:01 2->1 x", got{Plain, Info, 2, 10000, "2->1 x"}},
		{"00:00:01 raft.go:12: 2 x", got{Plain, Info, 2, 10000, "raft.go:12: 2 x"}},
		{"00:00:01 2.5 seconds", got{Plain, Info, NoServer, 10000, "2.5 seconds"}},
		{"00:00:01 2nd try", got{Plain, Info, NoServer, 10000, "2nd try"}},
		{"00:00:01 nobody 2", got{Plain, Info, NoServer, 10000, "nobody 2"}},
		{"00:00:01", got{Plain, Info, NoServer, 10000, ""}},
	} {
		if diff := cmp.Diff(tt.want, parse(tt.in)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.in, diff)
		}
	}
}

func TestParseOthers(t *testing.T) {
	for in, want := range map[string]Kind{
		"":                                Unknown,
		"hello":                           Unknown,
		"12 VOTE S1 x":                    Unknown, // a time has six digits or more
		"000123 vote S1 x":                Unknown,
		"000123 VOTES S1 x":               Debug, // a topic of one's own
		"000123 RPC S1 x":                 Debug,
		"000123 V S1 x":                   Unknown,
		"000123 ELECTED S1 x":             Unknown,
		"000123 S2 becomes leader":        Unknown,
		"000123 VOTE: S1 x":               Unknown,
		"000123  VOTE S1 x":               Unknown,
		"00000000000000000000 VOTE S1 x":  Unknown,
		" 000123 VOTE S1 x":               Unknown,
		"2023/13/01 12:00:00 x":           Unknown,
		"2023/05/01 x":                    Unknown,
		"25:00:00 x":                      Unknown,
		"12:00:00x":                       Unknown,
		"=== RUN   Test2A":                Runner,
		"    --- FAIL: Test2A/x (0.1s)":   Runner,
		"PASS":                            Runner,
		"PASSED":                          Unknown,
		"FAIL":                            Runner,
		"FAIL\traftlab/x\t0.1s":           Runner,
		"ok  \traftlab/x\t0.1s":           Runner,
		"exit status 2":                   Runner,
		"Test (2A): initial election ...": Runner,
		"  ... Passed --   3.1  3  58 16": Runner,
	} {
		if l := Parse([]byte(in)); l.Kind != want {
			t.Errorf("%q is %v, want %v", in, l.Kind, want)
		}
	}
}

func TestTopicsAreThoseOfDlog(t *testing.T) {
	for name, want := range map[dlog.Topic]Topic{
		dlog.Client: Client, dlog.Commit: Commit, dlog.Drop: Drop, dlog.Error: Error,
		dlog.Info: Info, dlog.Leader: Leader, dlog.Log: Log, dlog.Log2: Log2,
		dlog.Persist: Persist, dlog.Snap: Snap, dlog.Term: Term, dlog.Test: Test,
		dlog.Timer: Timer, dlog.Trace: Trace, dlog.Vote: Vote, dlog.Warn: Warn,
	} {
		if got := parse("000001 " + string(name) + " S1 x").Topic; got != want {
			t.Errorf("%s is read as %v, want %v", name, got, want)
		}
		if got, ok := ParseTopic(string(name)); !ok || got != want {
			t.Errorf("ParseTopic(%q) = %v, %v", name, got, ok)
		}
	}
	if got, ok := ParseTopic("vote"); !ok || got != Vote {
		t.Errorf("ParseTopic of small letters = %v, %v", got, ok)
	}
	for _, name := range []string{"", "VOT", "VOTES", "????", "ſ"} {
		if got, ok := ParseTopic(name); ok {
			t.Errorf("ParseTopic(%q) = %v, want none", name, got)
		}
	}
}

func TestGuess(t *testing.T) {
	for text, want := range map[string]Topic{
		"receive request vote from 1 on term 3, current term 2": Vote,
		"sendRequestVote to 2":                 Vote,
		"start election, previous state F":     Vote,
		"collect majority of votes":            Vote,
		"becomes leader on term 3":             Leader,
		"term 3: became Leader":                Leader,
		"convert to follower on term 3":        Term,
		"election timeout":                     Timer,
		"receive heartbeat from leader 1":      Timer,
		"sends HeartBeat":                      Timer,
		"AppendEntries from 1 on term 3":       Log,
		"lastLogIndex 3":                       Log,
		"commit index 3, leader 1":             Commit,
		"applying command 3":                   Commit,
		"InstallSnapshot, term 3":              Snap,
		"readPersist: votedFor 3":              Persist,
		"dropped a reply of term 3":            Drop,
		"stale RPCReply":                       Drop,
		"encoding error: EOF":                  Error,
		"determines nothing":                   Info,
		"":                                     Info,
		"aVeryLongWordWithoutAnyEnd vote":      Vote,
		"supercalifragilisticexpialidocious 1": Info,
	} {
		if got := Guess([]byte(text)); got != want {
			t.Errorf("Guess(%q) = %v, want %v", text, got, want)
		}
	}
}

func TestTerms(t *testing.T) {
	for text, want := range map[string][]int{
		"grants its vote to S0 in T4":           {4},
		"T1 -> T2":                              {1, 2},
		"term 1->2":                             {1, 2},
		"T1 → 2, T3":                            {1, 2, 3},
		"on term 3, current term 12":            {3, 12},
		"currentTerm=3 lastLogTerm: 2":          {3, 2},
		"{Term:3 CandidateId:1 LastLogTerm:10}": {3, 10},
		`"term": 7, "Term"=>8`:                  {7},
		"term is now 5":                         {5},
		"term from 4 to 5":                      {4},
		"terms [3]":                             {3},
		"in term T3":                            {3},
		"T:3 T=4":                               {3, 4},
		"TERM 9":                                {9},
		"term":                                  nil,
		"term x":                                nil,
		"determine 3, terminate 4":              nil,
		"midTerm":                               nil,
		"ST4 T4x":                               {4},
		"t3":                                    nil,
		"S3 index 3":                            nil,
		"T99999999999999999999":                 nil,
	} {
		var got []int
		for n := range Terms([]byte(text)) {
			got = append(got, n)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

// FuzzParse checks what holds of every line.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"000123 VOTE S2 grants its vote to S0 in T4",
		"2023/05/01 12:00:00.000123 raft.go:71: [S2] becomes leader",
		"12:00:00 2->1 term 3 -> 4", "000123 APND S12: x", "=== RUN   x", "999999999999999 TERM S999999999",
		"", "panic: x", "2023/05/01 12:00:00 000001 TRCE", "000001 INFO S1\x00\xff",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		l := Parse(raw)
		if !bytes.Equal(l.Raw, raw) {
			t.Fatalf("Raw is %q", l.Raw)
		}
		if l.Kind.Block() || l.First || l.Cut != 0 {
			t.Fatalf("one line alone is %+v", l)
		}
		if l.Server < NoServer || l.Ticks < 0 || l.Topic > Other {
			t.Fatalf("out of range: %+v", l)
		}
		if !bytes.HasSuffix(raw, l.Text) || !bytes.HasSuffix(raw, l.Body) || !bytes.HasSuffix(l.Body, l.Text) && l.Kind == Debug {
			t.Fatalf("text %q and body %q are no ends of the line", l.Text, l.Body)
		}
		if !l.Kind.Timed() && (l.Text != nil || l.Server != NoServer) {
			t.Fatalf("%v has fields: %+v", l.Kind, l)
		}
		for n := range Terms(raw) {
			if n < 0 {
				t.Fatalf("term %d", n)
			}
		}
		Guess(raw)
	})
}
