package export_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"raftlab/src/record"
	"raftlab/src/record/export"
)

var update = flag.Bool("update", false, "write the golden files anew")

// vote is a run in which a server votes, a message and a reply are lost, and all sorts of other things happen. Its first
// two events are missing.
func vote() *record.Recording {
	const nowhere = record.Nowhere
	rec := &record.Recording{
		Version: record.Version, Lab: "raft", Implementation: "mine", Scenario: "ReElection", Seed: 7,
		Nodes: []record.Node{{Name: "S0", Role: "server"}, {Name: "S1", Role: "server"}, {Name: "S2", Role: "server"}},
		End:   3_000_000_000, Dropped: 2,
		Events: []record.Event{
			{Node: nowhere, Peer: nowhere, Kind: record.Step, Topic: "TEST", Text: "ReElection with 3 servers, seed 7"},
			{Node: nowhere, Peer: nowhere, Kind: record.Weather, Text: "{Delay:1ms}"},
			{Node: 0, Peer: nowhere, Kind: record.Timer, Causes: []int{1}, At: 1},
			{Node: 0, Peer: nowhere, Kind: record.Saved, Causes: []int{5}, Bytes: 120, At: 1, Life: 1},
			{Node: 0, Peer: 1, Kind: record.Sent, Causes: []int{5}, Call: 1, Method: "Raft.RequestVote", Bytes: 96, At: 1,
				Text: ": Term 2 Name \"</script>\"", Notes: []record.Note{
					{Kind: "election", Text: "S0 stands for election in T2", Node: 0, Term: 2, Role: "candidate"}}},
			{Node: 0, Peer: 2, Kind: record.Sent, Causes: []int{5}, Call: 2, Method: "Raft.RequestVote", Bytes: 96, At: 1},
			{Node: nowhere, Peer: 2, Kind: record.LostRequest, Causes: []int{8}, Call: 2, Method: "Raft.RequestVote",
				Bytes: 96, At: 1},
			{Node: 1, Peer: 0, Kind: record.Arrived, Causes: []int{7}, Call: 1, Method: "Raft.RequestVote", Bytes: 96, At: 2},
			{Node: 1, Peer: 0, Kind: record.Handled, Causes: []int{10}, Call: 1, Method: "Raft.RequestVote", Bytes: 62,
				Text: ": VoteGranted true", At: 2, Notes: []record.Note{
					{Kind: "vote", Text: "S1 votes for S0 in T2", Node: 1, Term: 2}, {Kind: "new", Text: "a word", Node: 1}}},
			{Node: 1, Peer: nowhere, Kind: record.Line, Causes: []int{10}, Topic: "VOTE", Text: "S1 prints: voted", At: 2},
			{Node: 0, Peer: 1, Kind: record.Answered, Causes: []int{11}, Call: 1, Method: "Raft.RequestVote", Bytes: 62, At: 3,
				Notes: []record.Note{{Kind: "leads", Text: "S0 leads T2", Node: 0, Term: 2, Role: "leader"}}},
			{Node: 0, Peer: 2, Kind: record.GaveUp, Causes: []int{9}, Call: 2, Method: "Raft.RequestVote", At: 4},
			{Node: nowhere, Peer: nowhere, Kind: record.Step, Topic: "TEST", Text: "S0 is to be cut off", At: 5},
			{Node: 0, Peer: 1, Kind: record.Cut, At: 5},
			{Node: 2, Peer: nowhere, Kind: record.Pause, At: 5},
			{Node: 1, Peer: nowhere, Kind: record.Crash, At: 6},
			{Node: 1, Peer: nowhere, Kind: record.Boot, Life: 2, At: 7},
			{Node: 1, Peer: nowhere, Kind: record.Asked, Method: "GetState", Call: 0, At: 8},
			{Node: 1, Peer: nowhere, Kind: record.Told, Causes: []int{20}, At: 8},
			{Node: nowhere, Peer: nowhere, Kind: record.Failed, Causes: []int{21}, Text: "One Vote per Term: S1\nmore", At: 9},
		},
		Finding: &record.Finding{Event: 22, Kind: "safety", Sentence: "One Vote per Term: S1"},
	}
	for i := range rec.Events {
		rec.Events[i].ID = rec.Dropped + i + 1
		rec.Events[i].At *= 250_000_000
	}
	return rec
}

// What each form makes of a run.
func TestForms(t *testing.T) {
	log := func(w io.Writer, rec *record.Recording) error {
		var b bytes.Buffer
		if err := export.Events(&b, rec); err != nil {
			return err
		}
		_, err := io.Copy(w, export.Log(&b))
		return err
	}
	for file, write := range map[string]func(io.Writer, *record.Recording) error{
		"vote.events.jsonl": export.Events, "vote.shiviz.log": export.ShiViz, "vote.trace.json": export.Trace,
		"vote.log": log,
	} {
		var b bytes.Buffer
		if err := write(&b, vote()); err != nil {
			t.Fatal(err)
		}
		golden := filepath.Join("testdata", file)
		if *update {
			if err := os.WriteFile(golden, b.Bytes(), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), b.String()); diff != "" {
			t.Errorf("%s (-update writes it), -want +got:\n%s", file, diff)
		}
	}
}

// A log for ShiViz is one that ShiViz takes: its expression reads all of it, each event counts one more of its process,
// and nothing happens before what it comes after.
func TestShiViz(t *testing.T) {
	var b bytes.Buffer
	if err := export.ShiViz(&b, vote()); err != nil {
		t.Fatal(err)
	}
	head, body, _ := strings.Cut(b.String(), "\n\n")
	if head != export.ShiVizExpression {
		t.Errorf("it begins with %q", head)
	}
	found := regexp.MustCompile(head).FindAllStringSubmatch(body, -1)
	if lines := strings.Count(body, "\n"); lines != 2*len(found) {
		t.Fatalf("of %d lines the expression reads %d events", lines, len(found))
	}
	counts := make(map[string]int)
	for _, m := range found {
		host, clock := m[1], make(map[string]int)
		if err := json.Unmarshal([]byte(m[2]), &clock); err != nil {
			t.Fatal(err)
		}
		counts[host]++
		for other, n := range clock {
			if other == host && n != counts[host] || n > counts[other] {
				t.Errorf("%s has the clock %v, when %v have happened", m[0], clock, counts)
			}
		}
	}
}

// A trace is JSON, and slices of a lane lie in each other or apart.
func TestTrace(t *testing.T) {
	var b bytes.Buffer
	if err := export.Trace(&b, vote()); err != nil {
		t.Fatal(err)
	}
	var trace struct {
		TraceEvents []struct {
			Ph      string
			Ts, Dur float64
			Tid, ID int
		}
	}
	if err := json.Unmarshal(b.Bytes(), &trace); err != nil {
		t.Fatal(err)
	}
	ends, arrows := make(map[int]float64), make(map[int]string)
	for _, e := range trace.TraceEvents {
		switch e.Ph {
		case "X":
			if e.Dur <= 0 || e.Ts < ends[e.Tid]-1e-6 {
				t.Errorf("a slice of lane %d from %f, for %f, after one that ends at %f", e.Tid, e.Ts, e.Dur, ends[e.Tid])
			}
			ends[e.Tid] = e.Ts + e.Dur
		case "s", "f":
			arrows[e.ID] += e.Ph
		}
	}
	if diff := cmp.Diff(map[int]string{10: "sf", 13: "sf"}, arrows); diff != "" {
		t.Errorf("arrows, -want +got:\n%s", diff)
	}
}

// What is no file of events is read as it is, however it comes, and what has only begun is not waited for.
func TestLogOfOthers(t *testing.T) {
	for _, text := range []string{"", "0", "000001 VOTE S1 x\n", `{"format":"raftlab-`, `{"format":"raftlab-events",`,
		`{"format":"other"}` + "\n000001 VOTE S1 x\n", "{\n"} {
		for name, r := range map[string]io.Reader{
			"whole":   strings.NewReader(text),
			"bytes":   iotest.OneByteReader(strings.NewReader(text)),
			"dataErr": iotest.DataErrReader(strings.NewReader(text)),
		} {
			got, err := io.ReadAll(export.Log(r))
			if err != nil || string(got) != text {
				t.Errorf("%s: %q is read as %q, %v", name, text, got, err)
			}
		}
	}
	wrong := io.MultiReader(strings.NewReader("000001 VO"), iotest.ErrReader(os.ErrClosed))
	if got, err := io.ReadAll(export.Log(wrong)); string(got) != "000001 VO" || err != os.ErrClosed {
		t.Errorf("read %q, %v", got, err)
	}
	r, w := io.Pipe()
	go w.Write([]byte("000001 VOTE S1 x\n"))
	line := make([]byte, 17)
	if _, err := io.ReadFull(export.Log(r), line); err != nil || string(line) != "000001 VOTE S1 x\n" {
		t.Errorf("read %q, %v, of a pipe that stays open", line, err)
	}
}
