package main

import (
	"slices"
	"testing"

	"raftlab/grader/internal/build"
)

// Handlers that are not known, of a store or of what it stands on, are looked for among all methods.
func TestHandlers(t *testing.T) {
	store, base := []string{"Get"}, []string{"RequestVote"}
	tests := []struct {
		name string
		impl build.Implementation
		want []string
	}{
		{"it stands alone", build.Implementation{Handlers: store}, store},
		{"both are known", build.Implementation{Handlers: store, Base: &build.Implementation{Handlers: base}},
			[]string{"Get", "RequestVote"}},
		{"those of the base are not", build.Implementation{Handlers: store, Base: &build.Implementation{}}, nil},
		{"its own are not", build.Implementation{Base: &build.Implementation{Handlers: base}}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := handlers(test.impl); !slices.Equal(got, test.want) || (got == nil) != (test.want == nil) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

// A store stands on the Raft that -raft names. In this run the leader is replaced after the last Increment, which no Raft
// may commit then without another command (section 5.4.2): servers that wait for one are not at fault.
func TestStoreOverAnotherRaft(t *testing.T) {
	status, res, out := grade(t, "-raft", "polling-sleep", "-run", "InstallWithSubmits", "-seed", "5", "-count", "1",
		"impls/kv-rsm")
	if status != 0 || len(res.Implementations) != 1 || res.Implementations[0].Scenarios[0].Passed != 1 {
		t.Errorf("status %d, %+v\n%s", status, res, out)
	}
}
