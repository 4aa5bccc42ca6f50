package submission_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"raftlab/grader/internal/submission"
	"raftlab/src/lab/checkouts"
	"raftlab/src/raft/editions/program"
)

// What the lab's tester does to snapshots and to commands, in the words of some editions.
const (
	passesOver = "func (cfg *config) applierSnap(i int, applyCh chan ApplyMsg) {\n\tlastApplied := 0\n\tfor m := " +
		"range applyCh {\n" +
		"\t\tif m.SnapshotValid {\n\t\t\tcfg.rafts[i].CondInstallSnapshot(m.SnapshotTerm, m.SnapshotIndex, m.Snapshot)\n" +
		"\t\t} else if m.CommandValid && m.CommandIndex > lastApplied {\n\t\t\tlastApplied = m.CommandIndex\n\t\t}\n\t}\n}\n"
	inOrder = "func (cfg *config) applierSnap(i int, applyCh chan ApplyMsg) {\n\tfor m := range applyCh {\n" +
		"\t\tif m.SnapshotValid {\n\t\t\tcfg.rafts[i].CondInstallSnapshot(m.SnapshotTerm, m.SnapshotIndex, m.Snapshot)\n\t\t}\n\t}\n}\n"
	asksNobody = "func (cfg *config) applierSnap(i int, applyCh chan ApplyMsg) {}\n"
)

// An edition is known by what the checkout has of the lab's own files, and its rules are those of that edition.
func TestEditions(t *testing.T) {
	const (
		old = "its edition's service passes over commands that it has already applied: Apply Order is not broken " +
			"by them"
		asked = "a snapshot is applied only if its CondInstallSnapshot agrees"
	)
	tests := []struct {
		name, tester, test string
		saves              bool // the persister has a method Save
		want               string
		notes              []string
	}{
		{"no tester", "", "", false, "the lab of 2021 or 2022", []string{old, asked}},
		{"2021", passesOver, "2A", false, "the lab of 2021", []string{old, asked}},
		{"2022", inOrder, "2A", false, "the lab of 2022", []string{asked}},
		{"2023, with a method of last year's", asksNobody, "2A", true, "the lab of 2023", nil},
		{"2023, no tests", asksNobody, "", true, "the lab of 2023 or 2024", nil},
		{"2024, with the tester of another year", inOrder, "3A", false, "the lab of 2024", []string{asked}},
		{"2024", asksNobody, "3A", true, "the lab of 2024", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := unpack(t, "module-2022")
			in := func(name string) string { return filepath.Join(dir, "src/raft", name) }
			write(t, in("test_test.go"), "package raft\n\nimport \"testing\"\n\n"+
				map[bool]string{true: "func TestInitialElection" + test.test + "(t *testing.T) {}\n"}[test.test != ""])
			write(t, in("config.go"), "package raft\n\nimport \"testing\"\n\ntype config struct {\n\tt "+
				"*testing.T\n\trafts []*Raft\n}\n\n"+test.tester)
			if test.saves {
				write(t, in("persister.go"), "package raft\n\ntype Persister struct{}\n\nfunc (ps *Persister) "+
					"Save(state, snapshot []byte) {}\n")
			}
			s, err := find(dir)
			if err != nil {
				t.Fatal(err)
			}
			if s.Edition.Words != test.want || !strings.HasPrefix(s.Words, test.want+", ") {
				t.Errorf("got %q, want %q", s.Words, test.want)
			}
			notes := s.Notes()
			for _, note := range []string{old, asked} {
				has, wants := false, false
				for _, n := range notes {
					has = has || n == note
				}
				for _, n := range test.notes {
					wants = wants || n == note
				}
				if has != wants {
					t.Errorf("%q is said: %v, want %v", note, has, wants)
				}
			}
		})
	}
}

// A year is one entry of the table: a checkout of it is found, known, built, and says what a Raft of any other says.
func TestMadeUpEdition(t *testing.T) {
	known := program.Checkouts()
	known.Table = append(checkouts.Table{{
		Name: "2099", Words: "the lab of 2099",
		Layout: checkouts.Layout{
			Directories: []string{"go/consensus", "consensus"},
			Packages: []checkouts.Package{
				{Path: "wire", Stands: "raftlab/src/labrpc", Uses: []string{"ClientEnd"}},
				{Path: "codec2", Name: "codec", Stands: "raftlab/src/labgob"},
			},
			Harness:   []string{"bench"},
			Persister: checkouts.OwnPersister,
		},
		Fields: []checkouts.Field{
			{Ours: "CommandValid", Theirs: "!Noop"}, {Ours: "Command", Theirs: "Payload"},
			{Ours: "CommandIndex", Theirs: "Position"},
		},
		Signs: []checkouts.Signs{{Has: []string{"9A"}, Lacks: []string{"Raft.Kill"}}},
	}}, known.Table...)
	dir := unpack(t, "made-up")
	if s, err := find(dir); err != nil || s.Dir != filepath.Join(dir, "old/raft") {
		t.Errorf("without the entry: %v, %v, want the Raft in old/raft", s, err)
	}
	for _, path := range []string{".", "go", "go/consensus"} {
		s, err := submission.Find(filepath.Join(dir, path), known)
		if err != nil {
			t.Fatal(err)
		}
		if s.Name != "made-up" || s.Edition.Name != "2099" || s.Words != "the lab of 2099, module course, go 1.22" {
			t.Errorf("from %s it is %s, %s, %s", path, s.Name, s.Edition.Name, s.Words)
		}
		if diff := cmp.Diff([]string{"bench.go", "persister.go"}, s.HarnessFiles); diff != "" {
			t.Errorf("harness files from %s: -want +got:\n%s", path, diff)
		}
		if len(s.Missing) > 0 {
			t.Errorf("from %s it lacks %v", path, s.Missing)
		}
	}
	s, err := submission.Find(dir, known)
	if err != nil {
		t.Fatal(err)
	}
	testProgram(t, built(t, s), `package main

import (
	"reflect"
	"testing"

	"raftlab/src/raft"
	implementation "submission/consensus"
)

func TestProgram(t *testing.T) {
	e := edition()
	disk, applyCh := raft.MakePersister(), make(chan implementation.Delivered, 1)
	rf, _ := e.Make(nil, 0, disk, applyCh)
	rf.Start("x")
	want := raft.ApplyMsg{CommandValid: true, Command: "x", CommandIndex: 1}
	if got := e.Message(<-applyCh); !reflect.DeepEqual(got, want) {
		t.Errorf("it applied %+v, want %+v", got, want)
	}
	if got := e.Message(implementation.Delivered{Noop: true}); got.CommandValid {
		t.Errorf("what is no command came as %+v", got)
	}
	if len(disk.ReadRaftState()) == 0 {
		t.Error("our disk was told nothing")
	}
	rf.Kill()
}
`)
}

// Who names a directory above the Raft's is told which one is graded, and that there are others.
func TestWhere(t *testing.T) {
	dir := unpack(t, "module-2022")
	note := func(path string) string {
		s, err := find(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range s.Notes() {
			if strings.HasPrefix(n, "graded: ") {
				return n
			}
		}
		return ""
	}
	if got := note(dir); got != "graded: src/raft" {
		t.Errorf("one: %q", got)
	}
	if got := note(filepath.Join(dir, "src/raft")); got != "" {
		t.Errorf("its own directory: %q", got)
	}
	for _, other := range []string{"lab2/raft", "2020/src/raft"} {
		if err := os.CopyFS(filepath.Join(dir, other), os.DirFS(filepath.Join(dir, "src/raft"))); err != nil {
			t.Fatal(err)
		}
	}
	want := "graded: src/raft; other Rafts: 2020/src/raft, lab2/raft (name the directory of one to have it graded)"
	if got := note(dir); got != want {
		t.Errorf("three: %q, want %q", got, want)
	}
}
