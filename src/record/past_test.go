package record

import (
	"slices"
	"testing"
)

// two nodes: 0 asks 1, which answers late, crashes and starts again; 0 asks once more.
func dialogue() []Event {
	return []Event{
		{ID: 11, Node: 0, Kind: Boot, Life: 1},
		{ID: 12, Node: 1, Kind: Boot, Life: 1},
		{ID: 13, Node: Nowhere, Kind: Step},
		{ID: 14, Node: 0, Kind: Sent, Life: 1, Causes: []int{3}}, // a cause that was dropped
		{ID: 15, Node: 1, Kind: Arrived, Life: 1, Causes: []int{14}},
		{ID: 16, Node: 1, Kind: Crash, Life: 1},
		{ID: 17, Node: Nowhere, Kind: Unreachable, Causes: []int{14}},
		{ID: 18, Node: 0, Kind: GaveUp, Life: 1, Causes: []int{17}},
		{ID: 19, Node: 1, Kind: Boot, Life: 2},
		{ID: 20, Node: 0, Kind: Sent, Life: 1},
		{ID: 21, Node: 1, Kind: Arrived, Life: 2, Causes: []int{20}},
		{ID: 22, Node: 1, Kind: Handled, Life: 2, Causes: []int{21}},
	}
}

func TestPast(t *testing.T) {
	tests := []struct{ of, want []int }{
		{[]int{15}, []int{11, 12, 14, 15}},
		{[]int{18}, []int{11, 14, 17, 18}},
		{[]int{22}, []int{11, 14, 17, 18, 19, 20, 21, 22}}, // not what node 1 saw in its life before
		{[]int{16, 19}, []int{11, 12, 14, 15, 16, 19}},
		{[]int{13}, []int{13}},
		{[]int{3, 99}, nil},
	}
	for _, test := range tests {
		if got := Past(dialogue(), test.of...); !slices.Equal(got, test.want) {
			t.Errorf("Past(%v) = %v, want %v", test.of, got, test.want)
		}
	}
	if got := Past(nil, 1); got != nil {
		t.Errorf("of no events: %v", got)
	}
}

func TestChain(t *testing.T) {
	tests := []struct {
		to   int
		want []int
	}{
		{22, []int{19, 21, 22}},
		{20, []int{18, 20}},
		{18, []int{17, 18}},
		{15, []int{14, 15}}, // no fault before it
		{12, []int{12}},
		{99, nil},
	}
	for _, test := range tests {
		if got := Chain(dialogue(), test.to); !slices.Equal(got, test.want) {
			t.Errorf("Chain(%d) = %v, want %v", test.to, got, test.want)
		}
	}
}

// Events that claim a cause after them make no loop.
func TestPastOfNonsense(t *testing.T) {
	events := []Event{{ID: 1, Node: 0, Causes: []int{2, 1}}, {ID: 2, Node: 0, Causes: []int{1, 2, 7}}}
	if got := Past(events, 2); !slices.Equal(got, []int{1, 2}) {
		t.Errorf("Past = %v", got)
	}
	if got := Chain(events, 2); !slices.Equal(got, []int{1, 2}) {
		t.Errorf("Chain = %v", got)
	}
}

func TestNoteBoot(t *testing.T) {
	r := New(2, func() int64 { return 0 })
	r.NoteBoot(Note{Kind: "restarts", Node: 1})
	r.Add(Event{Node: 0, Kind: Boot})
	r.Add(Event{Node: 1, Kind: Told})
	r.Add(Event{Node: 1, Kind: Boot})
	r.Add(Event{Node: 1, Kind: Boot})
	events, _ := r.Events()
	for i, e := range events {
		if got, want := len(e.Notes), map[int]int{2: 1}[i]; got != want {
			t.Errorf("event %d has %d notes, want %d", e.ID, got, want)
		}
	}
}
