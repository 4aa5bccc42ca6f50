package submission_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Apply messages may be of the package's own type, beside raftapi or made of it, or of a raftapi with more in it than
// the lab's, and a command's index may have another name.
func TestMessages(t *testing.T) {
	const (
		file = "src/raft1/raft.go"
		own  = "type ApplyMsg struct {\n\tCommandValid bool\n\tCommand interface{}\n\tCommandIndex int\n}\n\n"
		api  = "package raftapi\n\ntype Raft interface {\n\tStart(command interface{}) (int, int, " +
			"bool)\n\tGetState() (int, bool)\n" +
			"\tSnapshot(index int, snapshot []byte)\n\tPersistBytes() int\n}\n\n"
	)
	tests := []struct {
		name, message, declares, api, use string
		want, note, missing               string // in the program, in the notes, and of part 2B
	}{
		{name: "raftapi", message: "raftapi.ApplyMsg", want: "CommandIndex: int(m.CommandIndex)"},
		{name: "own", message: "ApplyMsg", declares: own, want: "CommandIndex: int(m.CommandIndex)"},
		{name: "own, unused", message: "raftapi.ApplyMsg", declares: own, want: "SnapshotIndex: int(m.SnapshotIndex)"},
		{name: "alias", message: "ApplyMsg", declares: "type ApplyMsg = raftapi.ApplyMsg\n\n",
			want: "SnapshotIndex: int(m.SnapshotIndex)"},
		{name: "another name", message: "Applied", declares: strings.ReplaceAll(own, "ApplyMsg", "Applied"),
			want: "CommandIndex: int(m.CommandIndex)"},
		{name: "embeds", message: "ApplyMsg", declares: "type ApplyMsg struct {\n\traftapi.ApplyMsg\n\tCommandTerm int\n}\n\n", want: "CommandIndex: int(m.CommandIndex)"},
		{name: "CommandId", message: "ApplyMsg",
			declares: strings.ReplaceAll(own, "CommandIndex int", "CommandId int\n\tCommandTerm int"),
			want:     "CommandIndex: int(m.CommandId)",
			note:     "the field CommandId of its apply messages is taken for the index of a command"},
		{name: "SnapshotId", message: "ApplyMsg", declares: strings.ReplaceAll(own, "CommandIndex int",
			"CommandIndex int\n\tSnapshotValid bool\n\tSnapshot []byte\n\tSnapshotTerm int\n\tSnapshotId int64"),
			want: "SnapshotIndex: int(m.SnapshotId)",
			note: "the field SnapshotId of its apply messages is taken for the index of a snapshot"},
		{name: "no index", message: "ApplyMsg",
			declares: strings.ReplaceAll(own, "CommandIndex int", "CommandTerm int"),
			missing:  "apply messages have no field CommandIndex"},
		{name: "another raftapi", message: "raftapi.ApplyMsg", api: api +
			strings.ReplaceAll(own, "CommandIndex int", "CommandIndex int\n\tCommandTerm int"),
			use: "_ = raftapi.ApplyMsg{CommandTerm: 1}", want: "CommandIndex: int(m.CommandIndex)"},
		{name: "raftapi with a method", message: "raftapi.ApplyMsg", api: api + own +
			"func (m ApplyMsg) String() string { return \"\" }\n",
			use: "_ = raftapi.ApplyMsg{}.String()", want: "CommandIndex: int(m.CommandIndex)"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := unpack(t, "raft1-2025")
			raft := filepath.Join(dir, file)
			src, err := os.ReadFile(raft)
			if err != nil {
				t.Fatal(err)
			}
			write(t, raft, strings.NewReplacer(
				"chan raftapi.ApplyMsg", "chan "+test.message,
				"type Raft struct", test.declares+"type Raft struct",
				"return -1, rf.term, false", test.use+"\n\treturn -1, rf.term, false",
			).Replace(string(src)))
			if test.api != "" {
				write(t, filepath.Join(dir, "src/raftapi/raftapi.go"), test.api)
			}
			s, err := find(dir)
			if err != nil {
				t.Fatal(err)
			}
			if s.Missing["2B"] != test.missing {
				t.Errorf("missing: %q, want %q", s.Missing["2B"], test.missing)
			}
			if test.note != "" && !slices.Contains(s.Notes(), test.note) {
				t.Errorf("notes %q lack %q", s.Notes(), test.note)
			}
			stage := filepath.Join(t.TempDir(), "stage")
			if _, err := s.Build(context.Background(), tools(t), stage, ""); err != nil {
				t.Fatal(err)
			}
			main, err := os.ReadFile(filepath.Join(stage, "box", "main.go"))
			if err != nil || !strings.Contains(string(main), test.want) {
				t.Errorf("%v, no %q in\n%s", err, test.want, main)
			}
		})
	}
}
