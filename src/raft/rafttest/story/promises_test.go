package story

import (
	"testing"

	"raftlab/src/raft/rafttest/monitor"
	"raftlab/src/record"
)

// Every promise that is watched has a story, which can be told whatever is missing in the recording.
func TestEveryPromise(t *testing.T) {
	var known int
	for _, e := range monitor.Explanations() {
		if promises[e.Name] == nil {
			t.Errorf("no story of %s", e.Name)
		}
		known++
		bare := monitor.Violated(e.Name, "S%d and S%d in T%d", 0, 1, 2)
		for _, events := range [][]record.Event{nil, {
			{ID: 7, Node: 0, Kind: record.Handled, Causes: []int{3}},
			{ID: 8, Node: record.Nowhere, Kind: record.Failed, Causes: []int{7}},
		}} {
			rec := &record.Recording{
				Nodes: make([]record.Node, 3), Events: events, Finding: &record.Finding{Event: 8, Sentence: bare.String()},
			}
			Tell(rec, &bare)
			if n := len(rec.Finding.Story); events != nil && n == 0 {
				t.Errorf("%s: the event that showed it is in no chapter", e.Name)
			}
			rec.Finding.Kind, rec.Finding.Sentence = "deadlock", "S1: GetState has not returned for 4s"
			Tell(rec, nil)
		}
	}
	if known != len(promises) {
		t.Errorf("%d promises are watched, and there are %d stories", known, len(promises))
	}
}

// Of a long story the chapters go first that only lead on.
func TestLongStory(t *testing.T) {
	s := newStory(&record.Recording{Finding: new(record.Finding)})
	for i := range 20 {
		s.add(record.Leads, &record.Event{ID: i + 1}, "step %d", i)
	}
	s.add(record.Fault, &record.Event{ID: 3}, "S0 crashes")
	s.add(record.Contradicts, &record.Event{ID: 21}, "S1 leads")
	s.missing(5, "a vote")
	told := s.told()
	if len(told) != maxChapters || told[0].Part != record.Fault || told[1].Part != record.Missing ||
		told[maxChapters-1].Part != record.Contradicts {
		t.Errorf("%d chapters: %v", len(told), told)
	}
}
