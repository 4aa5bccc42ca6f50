package rafttest

import (
	"bytes"
	"encoding/gob"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"raftlab/src/labgob"
	"raftlab/src/raft"
)

// applyUpTo has a server apply the commands up to an index, each its index, and returns the snapshots that its service
// wants.
func applyUpTo(t *testing.T, s *services, server, index int) map[int][]byte {
	t.Helper()
	taken := make(map[int][]byte)
	for i := s.at[server] + 1; i <= index; i++ {
		s.started[i] = 1
		snapshot, err := s.apply(server, raft.ApplyMsg{CommandValid: true, Command: i, CommandIndex: i})
		if err != nil {
			t.Fatal(err)
		}
		if snapshot != nil {
			taken[i] = snapshot
		}
	}
	return taken
}

// A service has its server snapshot at 9, 19, …, and alike on every server; from a snapshot another service goes on.
func TestSnapshots(t *testing.T) {
	s := newServices(3, 10)
	first := applyUpTo(t, &s, 0, 25)
	if len(first) != 2 || first[9] == nil || first[19] == nil {
		t.Fatalf("snapshots at %d places, want at 9 and 19", len(first))
	}
	if second := applyUpTo(t, &s, 1, 9); !bytes.Equal(first[9], second[9]) {
		t.Error("two services with the same commands take different snapshots")
	}
	if n, _ := s.committed(15); n != 1 {
		t.Errorf("%d servers have index 15, want 1", n)
	}
	if _, err := s.apply(2, raft.ApplyMsg{SnapshotValid: true, Snapshot: first[19], SnapshotIndex: 19}); err != nil {
		t.Error(err)
	}
	if n, command := s.committed(15); n != 2 || command != 15 {
		t.Errorf("after a snapshot up to 19: %d servers have %v at index 15, want 2 and 15", n, command)
	}
	if third := applyUpTo(t, &s, 2, 29); !bytes.Equal(third[29], s.snapshot(29)) || len(third) != 1 {
		t.Error("a service that goes on from a snapshot takes others")
	}

	s.without[1] = true
	if taken := applyUpTo(t, &s, 1, 29); len(taken) != 0 || s.at[1] != 29 {
		t.Errorf("a service that takes none for now takes %d and is at %d, want none, and 29", len(taken), s.at[1])
	}

	index, err := s.restart(0, first[9])
	if err != nil || index != 9 || s.at[0] != 9 {
		t.Errorf("restarted from a snapshot: at %d, %v", s.at[0], err)
	}
	if index, err = s.restart(0, nil); err != nil || index != 0 || s.at[0] != 0 {
		t.Errorf("restarted without one: at %d, %v", s.at[0], err)
	}
}

func TestForeignCommands(t *testing.T) {
	noop := raft.ApplyMsg{CommandValid: true, Command: "nobody's", CommandIndex: 1}
	s := newServices(3, 0)
	if _, err := s.apply(0, noop); err == nil {
		t.Error("a command that nobody started is taken")
	}
	elections := newServices(3, 0)
	elections.lenient = true
	if _, err := elections.apply(0, noop); err != nil {
		t.Errorf("where only elections count: %v", err)
	}
}

func TestBadSnapshots(t *testing.T) {
	s := newServices(3, 10)
	nine := applyUpTo(t, &s, 0, 9)[9]
	for _, test := range []struct {
		index int
		data  []byte
		want  string
	}{
		{9, nil, "expected S1 to apply one of the service's snapshots at index 9, got 0 bytes that are none"},
		{9, []byte("no gob"), "got 6 bytes that are none"},
		{19, nine, "expected the snapshot that S1 applies as index 19 to be of that index, it is of 9"},
	} {
		_, err := s.apply(1, raft.ApplyMsg{SnapshotValid: true, Snapshot: test.data, SnapshotIndex: test.index})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("got %v, want %s", err, test.want)
		}
	}
	if _, err := s.restart(1, []byte("no gob")); err == nil ||
		!strings.Contains(err.Error(), "expected the service's own snapshot on S1's disk, found 6 bytes") {
		t.Errorf("got %v", err)
	}
}

// A snapshot that says it is of an absurd index does not cost more for it.
func TestAbsurdSnapshot(t *testing.T) {
	s := newServices(3, 10)
	index := 1 << 60
	data, err := labgob.Marshal(&index)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.apply(1, raft.ApplyMsg{SnapshotValid: true, Snapshot: data, SnapshotIndex: index}); err != nil {
		t.Error(err)
	}
}

func TestSame(t *testing.T) {
	tests := []struct {
		a, b any
		want bool
	}{
		{1, 1, true}, {1, 2, false}, {1, "1", false}, {nil, nil, true}, {nil, 0, false},
		{[]int{1}, []int{1}, true}, {[]int{1}, []int{2}, false}, {1, []int{1}, false}, {[]int{1}, 1, false},
		{[1]any{[]int{1}}, [1]any{[]int{1}}, true},
		{kept(strings.Repeat("x", 2000)), kept(strings.Repeat("x", 2000)), true},
		{kept(strings.Repeat("x", 2000)), kept(strings.Repeat("x", 2001)), false},
		{kept("short"), "short", true},
	}
	for _, test := range tests {
		if got := same(test.a, test.b); got != test.want {
			t.Errorf("same(%v, %v) is %v", test.a, test.b, got)
		}
	}
}

// A snapshot is of the size that the lab's own has, since Rafts that save it with their state are held to the lab's
// limit: all commands, or the last one in 2021.
func TestSnapshotSizes(t *testing.T) {
	const index = 299
	for _, short := range []bool{false, true} {
		s := newServices(3, 10)
		s.short = short
		taken := applyUpTo(t, &s, 0, index)
		var lab bytes.Buffer
		e := gob.NewEncoder(&lab)
		if short {
			e.Encode(index)
		} else {
			all := []any{nil}
			for i := 1; i <= index; i++ {
				all = append(all, i)
			}
			e.Encode(index)
			e.Encode(all)
		}
		most := lab.Len()
		if short {
			most *= 2 // the index stands before it
		}
		if got := len(taken[index]); got > most {
			t.Errorf("short %v: %d bytes, the lab's has %d", short, got, lab.Len())
		}
		if at, err := s.restart(1, taken[index]); err != nil || at != index {
			t.Errorf("short %v: restarted at %d, %v", short, at, err)
		}
	}
}

// A snapshot has the same bytes in each process, whatever gob has met there before: they are on disks and in messages.
func TestSnapshotsAreTheSameInEachProcess(t *testing.T) {
	const before = "RAFTLAB_MET_BEFORE"
	if what, ok := os.LookupEnv(before); ok {
		if what != "" {
			if err := labgob.NewEncoder(io.Discard).Encode(map[string]struct{ Met []int64 }{}); err != nil {
				t.Fatal(err)
			}
		}
		s := newServices(3, 10)
		os.Stdout.Write(applyUpTo(t, &s, 0, 9)[9])
		os.Exit(0)
	}
	var snapshots [][]byte
	for _, what := range []string{"", "a map"} {
		cmd := exec.Command(os.Args[0], "-test.run", "^"+t.Name()+"$")
		cmd.Env = append(os.Environ(), before+"="+what)
		out, err := cmd.Output()
		if err != nil || len(out) == 0 {
			t.Fatalf("%v, %d bytes", err, len(out))
		}
		snapshots = append(snapshots, out)
	}
	if !bytes.Equal(snapshots[0], snapshots[1]) {
		t.Errorf("snapshots differ:\n%q\n%q", snapshots[0], snapshots[1])
	}
}
