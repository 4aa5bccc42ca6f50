package kvnode

import (
	"testing"

	"raftlab/src/cluster/node"
	"raftlab/src/raft"
)

// A listener is a Host that only listens.
type listener struct {
	node.Host
	told []Disorder
}

func (l *listener) Tell(data []byte) {
	if m, err := Parse(data); err == nil {
		l.told = append(l.told, m.(Disorder))
	}
}

// The judge is told of what a store cannot take, and of nothing else.
func TestInOrder(t *testing.T) {
	command := func(index int) raft.ApplyMsg { return raft.ApplyMsg{CommandValid: true, CommandIndex: index} }
	snapshot := func(index int) raft.ApplyMsg { return raft.ApplyMsg{SnapshotValid: true, SnapshotIndex: index} }
	tests := []struct {
		name    string
		applied []raft.ApplyMsg
		want    []Disorder
	}{
		{"commands", []raft.ApplyMsg{command(1), command(2)}, nil},
		{"the life of a server with a snapshot on its disk", []raft.ApplyMsg{command(11), command(12)}, nil},
		{"that snapshot, too", []raft.ApplyMsg{snapshot(10), command(11)}, nil},
		{"an empty one", []raft.ApplyMsg{snapshot(0), command(1)}, nil},
		{"a snapshot ahead", []raft.ApplyMsg{command(1), snapshot(10), command(11)}, nil},
		{"a snapshot of what is there", []raft.ApplyMsg{command(1), command(2), snapshot(2), command(3)}, nil},
		{"neither command nor snapshot", []raft.ApplyMsg{command(1), {}, command(2)}, nil},
		{"an older snapshot", []raft.ApplyMsg{command(5), snapshot(4)}, []Disorder{{5, 4, true}}},
		{"a gap", []raft.ApplyMsg{command(5), command(7), command(8)}, []Disorder{{5, 7, false}}},
		{"a command twice", []raft.ApplyMsg{command(5), command(5)}, []Disorder{{5, 5, false}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := new(listener)
			tap := &tapped{server: &server{host: l}}
			for _, m := range test.applied {
				tap.inOrder(m)
			}
			if len(l.told) != len(test.want) {
				t.Fatalf("told %v, want %v", l.told, test.want)
			}
			for i, want := range test.want {
				if l.told[i] != want {
					t.Errorf("told %v, want %v", l.told[i], want)
				}
			}
		})
	}
}
