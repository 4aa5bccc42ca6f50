package sim_test

import (
	"encoding/binary"
	"runtime"
	"testing"

	"raftlab/src/cluster"
	"raftlab/src/labgob"
	"raftlab/src/raft/rafttest/raftnode"
	"raftlab/src/sim"
	"raftlab/src/sim/wire"
)

// FuzzReceive has a server say anything at any time. It may end the run; it must not end the host.
func FuzzReceive(f *testing.F) {
	command, err := labgob.Marshal(new(any))
	if err != nil {
		f.Fatal(err)
	}
	type message interface{ Append([]byte) []byte }
	told := func(m message) wire.Told { return wire.Told{Data: m.Append(nil)} }
	for _, messages := range [][]message{
		{wire.Ready{}, wire.Ready{}, wire.Told{ID: 7}},
		{wire.Call{To: 1, Method: "Raft.RequestVote", Args: []byte("args")}, wire.Call{To: -1}},
		{wire.Served{ID: 1, Reply: []byte("reply")}, wire.Served{ID: 1 << 63}},
		{told(raftnode.State{Term: -1, Leader: true}), told(raftnode.State{Term: 1 << 62, Leader: true}),
			told(raftnode.Started{})},
		{wire.Told{ID: 1, Data: []byte("?")}, wire.Killed{ID: 1}, wire.Weight{ID: 1, Bytes: -1}},
		{wire.Began{ID: 1, Method: "Snapshot"}, wire.Began{ID: 1, Method: "Snapshot"}, wire.Ended{ID: 1},
			wire.Ended{ID: 2}},
		{wire.Saved{State: []byte("state"), Snapshot: []byte("snapshot")}},
		{told(raftnode.Applied{Index: 1, Command: command}),
			wire.Query{Data: raftnode.Applied{Index: -1 << 63, Command: command}.Append(nil)}},
		{told(raftnode.Installed{Index: -1, Term: 1, Snapshot: []byte("snapshot")})},
		{wire.Warning{Text: "\x1b[2J"}, wire.Boot{}},
		{wire.Inspected{Data: []byte("nobody asked")}},
	} {
		var all []byte
		for _, m := range messages {
			b := m.Append(nil)
			all = binary.AppendUvarint(all, uint64(len(b)))
			all = append(all, b...)
		}
		f.Add(all)
	}
	f.Add([]byte{1, 255, 0})
	m := module(f, "ticker-timer")
	list := append(scenarios(f, "^InitialElection$"), scenarios(f, "^SnapshotBasic$")...)
	f.Fuzz(func(t *testing.T, all []byte) {
		for _, s := range list { // one without snapshots, one with
			sim.PlayHearing(m, run(s, 1), cut(all))
		}
	})
}

// cut takes the bytes apart into messages, each of which follows its length.
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
	bad := [][]byte{wire.Call{To: -1}.Append(nil)}
	play := func() {
		if r := sim.PlayHearing(m, run(s, 1), bad); r.Failure == nil || r.Failure.Kind != cluster.Exit {
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
