package sim_test

import (
	"encoding/binary"
	"runtime"
	"slices"
	"testing"

	"raftlab/src/labgob"
	"raftlab/src/raft/rafttest"
	"raftlab/src/raft/rafttest/sim"
	"raftlab/src/raft/rafttest/sim/protocol"
)

// FuzzReceive has a server say anything at any time. It may end the run; it must
// not end the host.
func FuzzReceive(f *testing.F) {
	command, err := labgob.Marshal(new(any))
	if err != nil {
		f.Fatal(err)
	}
	for _, frames := range [][]protocol.Frame{
		{{Op: protocol.Made}, {Op: protocol.Made, ID: 7}},
		{{Op: protocol.Call, A: 1, Text: "Raft.RequestVote", Data: []byte("args")}, {Op: protocol.Call, A: -1}},
		{{Op: protocol.Reply, ID: 1, Data: []byte("reply")}, {Op: protocol.Reply, ID: 1 << 63}},
		{{Op: protocol.State, A: -1, Flag: true}, {Op: protocol.State, A: 1 << 62, Flag: true, ID: 1}},
		{{Op: protocol.Started, ID: 1}, {Op: protocol.Snapshotted}, {Op: protocol.Killed}, {Op: protocol.Weight, A: -1}},
		{{Op: protocol.Saved, Data: []byte("state"), More: []byte("snapshot")}},
		{{Op: protocol.Applied, A: 1, Data: command}, {Op: protocol.Applied, A: -1 << 63, Data: command}},
		{{Op: protocol.Applied, Flag: true, A: -1, B: 1, Data: []byte("snapshot")}},
		{{Op: protocol.Warning, Text: "\x1b[2J"}, {Op: protocol.Boot}, {Op: 255}},
	} {
		var all []byte
		for _, frame := range frames {
			b := frame.Append(nil)
			all = binary.AppendUvarint(all, uint64(len(b)))
			all = append(all, b...)
		}
		f.Add(all)
	}
	m := module(f, "ticker-timer")
	list := slices.DeleteFunc(rafttest.Scenarios(), func(s rafttest.Scenario) bool { return s.Name != "InitialElection" && s.SnapshotEvery == 0 })
	f.Fuzz(func(t *testing.T, all []byte) {
		for _, s := range list[:2] { // one without snapshots, one with
			sim.PlayHearing(m, s, cut(all))
		}
	})
}

// cut takes the bytes apart into frames, each of which follows its length.
func cut(all []byte) (frames [][]byte) {
	for len(all) > 0 {
		n, k := binary.Uvarint(all)
		if k <= 0 {
			break
		}
		all = all[k:]
		n = min(n, uint64(len(all)))
		frames = append(frames, all[:n])
		all = all[n:]
	}
	return frames
}

// Runs that end early leave no goroutine behind.
func TestNothingIsLeft(t *testing.T) {
	m := module(t, "ticker-timer")
	s := scenarios(t, "ManyElections")[0]
	bad := [][]byte{(&protocol.Frame{Op: protocol.Call, A: -1}).Append(nil)}
	play := func() {
		if r := sim.PlayHearing(m, s, bad); r.Failure == nil || r.Failure.Kind != rafttest.Exit {
			t.Fatalf("a server that calls nobody: %v", r.Failure)
		}
	}
	play()
	before := runtime.NumGoroutine()
	for range 50 {
		play()
	}
	if after := runtime.NumGoroutine(); after > before+5 {
		t.Errorf("%d goroutines before 50 runs, %d after", before, after)
	}
}
