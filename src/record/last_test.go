package record_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"raftlab/src/record"
)

// What is cut away of a recording leaves its numbers, and what nodes held, as they were.
func TestLast(t *testing.T) {
	rec := &record.Recording{
		Dropped: 10,
		Events:  []record.Event{{ID: 11}, {ID: 12}, {ID: 13}, {ID: 14}},
		States: []record.State{
			{Event: 11, Node: 1, Changes: []record.Change{{Path: "term", Value: "1"}, {Path: "log[0]", Value: "x"}},
				Goroutines: []record.Goroutine{{Place: "tick"}}},
			{Event: 12, Node: 0, Changes: []record.Change{{Path: "term", Value: "7"}}},
			{Event: 12, Node: 1, Changes: []record.Change{{Path: "term", Value: "2"}, {Path: "log[0]", Gone: true}}},
			{Event: 13, Node: 1, Changes: []record.Change{{Path: "term", Value: "3"}}},
		},
	}
	want := &record.Recording{
		Dropped: 12,
		Events:  []record.Event{{ID: 13}, {ID: 14}},
		States: []record.State{
			{Event: 12, Node: 1, Changes: []record.Change{{Path: "term", Value: "2"}},
				Goroutines: []record.Goroutine{{Place: "tick"}}},
			{Event: 12, Node: 0, Changes: []record.Change{{Path: "term", Value: "7"}}},
			{Event: 13, Node: 1, Changes: []record.Change{{Path: "term", Value: "3"}}},
		},
	}
	if diff := cmp.Diff(want, rec.Last(2)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, n := range []int{4, 5} {
		if diff := cmp.Diff(rec, rec.Last(n)); diff != "" {
			t.Errorf("the last %d of 4, -want +got:\n%s", n, diff)
		}
	}
	if none := rec.Last(-1); none.Dropped != 14 || len(none.Events) != 0 || len(none.States) != 2 {
		t.Errorf("of the last -1 there is left %+v", none)
	}
}
