package monitor_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"raftlab/src/raft/rafttest/monitor"
	written "raftlab/src/record"
)

// A notebook has notes by their texts, and role changes behind them.
type notebook struct {
	wanted  bool
	covered bool
	marks   []string
	states  int
	texts   []string
	kinds   []string
}

func (b *notebook) Recorded() bool   { return b.wanted }
func (b *notebook) Covered() bool    { return b.covered }
func (b *notebook) Mark(name string) { b.marks = append(b.marks, name) }
func (b *notebook) Reached(uint64)   { b.states++ }

func (b *notebook) Note(n written.Note) {
	if n.Routine {
		return
	}
	text := n.Text
	if n.Role != "" {
		text += " [" + n.Role + "]"
	}
	b.texts = append(b.texts, text)
	b.kinds = append(b.kinds, n.Kind)
}

// annotated plays what happens and returns what was noted.
func annotated(t *testing.T, wanted bool, happens func(*cluster)) *notebook {
	b := &notebook{wanted: wanted}
	c := &cluster{t: t, lives: make([]int, 3), sent: make(map[[2]int]uint64)}
	c.set = monitor.New(3, snapping, func(v monitor.Violation) { c.said = append(c.said, v.String()) })
	c.set.Annotate(b)
	for i := range 3 {
		c.boot(i)
	}
	happens(c)
	known := monitor.NoteKinds()
	for _, kind := range b.kinds {
		if !slices.ContainsFunc(known, func(k monitor.NoteKind) bool { return k.Name == kind && k.Means != "" }) {
			t.Errorf("kind %q is not listed", kind)
		}
	}
	return b
}

func TestNotes(t *testing.T) {
	election := func(c *cluster) {
		c.votes(1, 0, 1)
		c.asks(0, 2, 1).replies(3, false).answered()
		c.heartbeat(0, 1, 1).arrives().handled(&AppendEntriesReply{1, true}).answered()
		c.set.State(0, 1, true)
		c.set.State(0, 3, false)
		c.asks(2, 1, 4).replies(4, true)
		c.asks(0, 1, 4).replies(4, false).answered()
	}
	want := []string{
		"S0 votes for itself in T1",
		"S0 stands for election in T1 with an empty log, and asks S1 for its vote [candidate]",
		"S1 is in T1 [follower]",
		"S1 votes for S0 in T1",
		"the vote of S1 in T1 reaches S0, which has 2 of 3",
		"S0 asks S2 for its vote in T1",
		"S2 is in T3 [follower]",
		"S2 refuses S0 its vote in T1: it is in T3",
		"S0 hears from S2 of T3",
		"S0 leads T1 (it sends AppendEntries) [leader]",
		"S0 is in T3, and no longer leader of T1 [follower]",
		"S2 votes for itself in T4",
		"S2 stands for election in T4 with an empty log, and asks S1 for its vote [candidate]",
		"S1 is in T4 [follower]",
		"S1 votes for S2 in T4",
		"S0 votes for itself in T4",
		"S0 stands for election in T4 with an empty log, and asks S1 for its vote [candidate]",
		"S1 refuses S0 its vote in T4: S2 has it",
	}
	if diff := cmp.Diff(want, annotated(t, true, election).texts); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if b := annotated(t, false, election); b.texts != nil {
		t.Errorf("nobody wanted notes, and %q were taken", b.texts)
	}
}

// What was not understood when it happened has no note, also when the past is judged again; from then on there are
// notes, and each event has its own.
func TestNotesFromWhenKnown(t *testing.T) {
	b := annotated(t, true, func(c *cluster) {
		twoTerms(c)
		c.records(1, 0, 2, 10, 2, 2).stores(2)
	})
	last := []string{
		"S1 sends S0 the entry of T2 at index 11",
		"S0 saves 1 bytes",
		"S0 says to S1 in T2 that it has stored the entry of T2 at index 11",
		"index 11 is committed in T2: a majority, with S0 and its leader S1, has said that it has it",
		"S1 hears that S0 has stored the entry of T2 at index 11",
	}
	if got := b.texts[max(0, len(b.texts)-len(last)):]; !slices.Equal(got, last) {
		t.Errorf("-want +got:\n%s", cmp.Diff(last, got))
	}
	for i, text := range b.texts {
		if text == "S0 sends S1 the entry of T1 at index 1" ||
			strings.Contains(text, "entries of T") && slices.Contains(b.texts[:i], text) {
			t.Errorf("the past was noted, too: %s", text)
		}
	}
}

func TestViolated(t *testing.T) {
	got := monitor.Violated("Leader Completeness", "S%d, with 100%% of T%d's entries, has %s at index %d (%d bytes)", 1, 7,
		"S9", 3, 44)
	want := monitor.Violation{
		Promise: "Leader Completeness", Detail: "S1, with 100% of T7's entries, has S9 at index 3 (44 bytes)",
		Servers: []int{1}, Terms: []int{7}, Indexes: []int{3},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
