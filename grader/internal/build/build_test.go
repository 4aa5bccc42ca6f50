package build_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"raftlab/grader/internal/build"
	"raftlab/internal/testinputs"
	"raftlab/src/raft/rafttest"
)

// directory makes a directory in this module and writes files into it, whose names stand before their text.
func directory(t *testing.T, name string, files ...string) string {
	t.Helper()
	testinputs.Note(t)
	if err := os.MkdirAll("testdata", 0o755); err != nil {
		t.Fatal(err)
	}
	top, err := os.MkdirTemp("testdata", "directory")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		os.RemoveAll(top)
		os.Remove("testdata") // when it is empty
	})
	dir, err := filepath.Abs(filepath.Join(top, name))
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, files...)
	return dir
}

func write(t *testing.T, dir string, files ...string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(files); i += 2 {
		if err := os.WriteFile(filepath.Join(dir, files[i]), []byte(files[i+1]), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// What cannot be graded is refused in a sentence that begins with what the user wrote.
func TestFindRefuses(t *testing.T) {
	outside := t.TempDir()
	write(t, outside, "raft.go", "package raft\n\nfunc Make() {}\n")
	tests := []struct {
		name, dir, want string
	}{
		{"nothing", filepath.Join(t.TempDir(), "x"), "DIR: there is no such directory"},
		{"a file", "find.go", "DIR is a file; name the directory of a package"},
		{"an empty directory", directory(t, "raft"),
			"DIR: no Go package here; name the directory that has the Raft's .go files"},
		{"no Go", directory(t, "raft", "README.md", "# Raft\n"),
			"DIR: no Go package here; name the directory that has the Raft's .go files"},
		{"only tests", directory(t, "raft", "raft_test.go", "package raft\n\nfunc Make() {}\n"),
			"DIR: no Go package here; name the directory that has the Raft's .go files"},
		{"for another system", directory(t, "raft", "raft_plan9.go", "package raft\n\nfunc Make() {}\n"),
			"DIR: no Go package here; name the directory that has the Raft's .go files"},
		{"a command", directory(t, "raft", "raft.go", "package main\n\nfunc Make() {}\n"),
			"DIR: package main cannot be imported; give the Raft a package of its own"},
		{"no Make", directory(t, "raft", "raft.go", "package raft\n\ntype Raft struct{}\n"),
			"DIR: package raft has no func Make; it must have one of type raft.MakeFunc"},
		{"a method Make", directory(t, "raft", "raft.go", "package raft\n\ntype Raft struct{}\n\nfunc (Raft) Make() {}\n"), "DIR: package raft has no func Make; it must have one of type raft.MakeFunc"},
		{"make", directory(t, "raft", "raft.go", "package raft\n\nfunc make() {}\n"),
			"DIR: package raft has no func Make; it must have one of type raft.MakeFunc"},
		{"outside", outside, "DIR is in no Go module; put the Raft into a directory of this module, such as impls/" +
			filepath.Base(outside)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := build.Find(context.Background(), test.dir, rafttest.Lab())
			if err == nil {
				t.Fatal("not refused")
			}
			if got := strings.ReplaceAll(err.Error(), test.dir, "DIR"); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestFind(t *testing.T) {
	dir := directory(t, "my-raft",
		"doc.go", "// Package myraft is a Raft.\npackage myraft\n",
		"raft.go", "package myraft\n\ntype Raft struct{}\n\n// Make makes.\nfunc Make() {}\n",
		"raft_test.go", "package myraft_test\n\nfunc Make() {}\n",
	)
	module, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	within, err := filepath.Rel(module, dir)
	if err != nil {
		t.Fatal(err)
	}
	want := build.Implementation{
		Name: "my-raft", Dir: dir, ImportPath: "raftlab/" + filepath.ToSlash(within), Package: "myraft",
		Type: "Raft", Make: filepath.Join(dir, "raft.go") + ":6:6",
	}
	got, err := build.Find(context.Background(), dir, rafttest.Lab())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

const goodMake = `package raft

import (
	"raftlab/src/labrpc"
	"raftlab/src/raft"
)

type Raft struct{ raft.Raft }

func Make(peers []*labrpc.ClientEnd, me int, persister *raft.Persister, applyCh chan raft.ApplyMsg) raft.Raft {
	return &Raft{}
}
`

// The compiler speaks of the user's own files, where a mistake can be fixed.
func TestWorkerDoesNotCompile(t *testing.T) {
	tests := []struct {
		name  string
		files []string
		want  []string
	}{
		{
			"an unknown name",
			[]string{"raft.go", goodMake, "election.go", "package raft\n\nfunc elect() int {\n\treturn quorum\n}\n"},
			[]string{"election.go:4:9: undefined: quorum"},
		},
		{
			"no Go",
			[]string{"raft.go", goodMake, "election.go", "package raft\n\nfunc elect() int {\n\treturn )\n}\n"},
			[]string{"election.go:4:9: syntax error: unexpected )"},
		},
		{
			"an import that is not there",
			[]string{"raft.go", goodMake, "election.go", "package raft\n\nimport _ \"raftlab/src/paxos\"\n"},
			[]string{"election.go:3:8: package raftlab/src/paxos is not in std"},
		},
		{
			"another Make",
			[]string{"raft.go", "// Package mine is a Raft.\npackage mine\n\n// Make makes.\nfunc Make(peers []string) int { return len(peers) }\n"},
			[]string{"raft.go:5:6: cannot use ",
				"Make (value of type func(peers []string) int) as raft.MakeFunc value"},
		},
		{
			"a Make with parameters of type",
			[]string{"raft.go", "package raft\n\nfunc Make[T any]() T { return *new(T) }\n"},
			[]string{"raft.go:3:6: ", "Make"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := directory(t, "raft", test.files...)
			impl, err := build.Find(context.Background(), dir, rafttest.Lab())
			if err != nil {
				t.Fatal(err)
			}
			work := t.TempDir()
			binary, err := build.Worker(context.Background(), impl, rafttest.Lab(), build.Options{}, work)
			if err == nil {
				t.Fatalf("it compiles: %s", binary)
			}
			for _, want := range append(test.want, dir+" does not compile:\n") {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("got %v\nwant %q", err, want)
				}
			}
			for _, ours := range []string{work, "worker_test.go"} {
				if strings.Contains(err.Error(), ours) {
					t.Errorf("it speaks of %s, which is not the user's: %v", ours, err)
				}
			}
		})
	}
}

// A worker leaves the directory as it was, and the implementation's own tests out.
func TestWorker(t *testing.T) {
	dir := directory(t, "raft", "raft.go", goodMake, "raft_test.go", "this is no Go")
	impl, err := build.Find(context.Background(), dir, rafttest.Lab())
	if err != nil {
		t.Fatal(err)
	}
	binary, err := build.Worker(context.Background(), impl, rafttest.Lab(), build.Options{}, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	list, err := exec.Command(binary, "-test.list", ".").CombinedOutput()
	if err != nil || strings.TrimSpace(string(list)) != build.WorkerTest {
		t.Errorf("it has the tests %s (%v), want %s", list, err, build.WorkerTest)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 2 {
		t.Errorf("the directory has now %v (%v)", entries, err)
	}
}

func TestWorkerIsInterrupted(t *testing.T) {
	dir := directory(t, "raft", "raft.go", goodMake)
	impl, err := build.Find(context.Background(), dir, rafttest.Lab())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	binary, err := build.Worker(ctx, impl, rafttest.Lab(), build.Options{}, t.TempDir())
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%q, %v", binary, err)
	}
}

func TestAll(t *testing.T) {
	root := directory(t, "impls",
		"README.md", "# Rafts\n",
	)
	if _, err := build.All(root); err == nil ||
		err.Error() != "no implementations in "+root+"; name the directory of one" {
		t.Errorf("an empty directory: %v", err)
	}
	if _, err := build.All(filepath.Join(root, "x")); err == nil ||
		!strings.HasPrefix(err.Error(), "no implementations: ") {
		t.Errorf("no directory: %v", err)
	}
	for _, name := range []string{"b", "a", "internal", "testdata", ".git", "docs/deep"} {
		write(t, filepath.Join(root, name), "raft.go", "package raft\n")
	}
	got, err := build.All(root)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{filepath.Join(root, "a"), filepath.Join(root, "b")}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
