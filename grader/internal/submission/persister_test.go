package submission_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"raftlab/grader/internal/submission"
)

// persisterOf writes the persister of a checkout of 2022 anew, with these methods.
func persisterOf(t *testing.T, methods string) *submission.Submission {
	t.Helper()
	dir := unpack(t, "module-2022")
	write(t, filepath.Join(dir, "src/raft/persister.go"), `package raft

import "sync"

type Persister struct {
	mu        sync.Mutex
	raftstate []byte
	snapshot  []byte
}

func MakePersister() *Persister { return &Persister{} }

func clone(orig []byte) []byte { return append([]byte{}, orig...) }

func (ps *Persister) ReadRaftState() []byte {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	return clone(ps.raftstate)
}

func (ps *Persister) ReadSnapshot() []byte {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	return clone(ps.snapshot)
}

func (ps *Persister) SaveRaftState(state []byte) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	ps.raftstate = clone(state)
}
`+methods)
	s, err := find(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const (
	labsSave = `
func (me *Persister) SaveStateAndSnapshot(raftstate []byte, snapshot []byte) {
	me.mu.Lock()
	defer me.mu.Unlock()
	me.raftstate = clone(raftstate)
	me.snapshot = clone(snapshot)
}
`
	keepsSnapshot = `
func (ps *Persister) SaveStateAndSnapshot(state []byte, snapshot []byte) {
	ps.SaveRaftState(state)
	if snapshot != nil {
		ps.snapshot = clone(snapshot)
	}
}

func (ps *Persister) Kept(more ...int) (sum int, ok bool) {
	for _, n := range more {
		sum += n
	}
	return sum, true
}
`
	noWayBack = `
func (ps *Persister) SaveStateAndSnapshot(state, snapshot string) { ps.raftstate = []byte(state) }
`
)

// A persister that is the lab's, however it is spelled, is replaced; another is used, and what differs is said.
func TestPersisterNotes(t *testing.T) {
	for _, test := range []struct {
		name, methods, want string
		inHarness           bool // it is one of the harness files
	}{
		{"the lab's", labsSave, "", true},
		{"another", keepsSnapshot, "its own persister is used on top of the grader's, because it differs from the lab's: Kept is added, SaveStateAndSnapshot differs", false},
		{"no way back", noWayBack, "its own persister is replaced by the lab's although they differ, which may change what is on disk after a restart: SaveStateAndSnapshot differs", true},
	} {
		s := persisterOf(t, test.methods)
		got := ""
		for _, note := range s.Notes() {
			if strings.HasPrefix(note, "its own persister") {
				got = note
			}
		}
		if got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
		if slices.Contains(s.HarnessFiles, "persister.go") != test.inHarness {
			t.Errorf("%s: harness files: %q", test.name, s.HarnessFiles)
		}
	}
}

// built builds a submission for both worlds, and returns the directory that it was staged in.
func built(t *testing.T, s *submission.Submission) (stage string) {
	t.Helper()
	stage = filepath.Join(t.TempDir(), "stage")
	if _, err := s.Build(context.Background(), tools(t), stage, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := s.BuildNative(context.Background(), tools(t), stage, t.TempDir(), submission.Native{}); err != nil {
		t.Fatal(err)
	}
	return stage
}

// What its own persister does is what comes to our disk, and back from it: here a nil snapshot keeps the old one.
func TestOwnPersister(t *testing.T) {
	s := persisterOf(t, keepsSnapshot)
	testProgram(t, built(t, s), `package main

import (
	"fmt"
	"testing"

	"raftlab/src/raft"
	implementation "submission/raft"
)

func TestProgram(t *testing.T) {
	var saved []string
	disk := raft.NewPersister([]byte("a"), []byte("x"), func(state, snapshot []byte) {
		saved = append(saved, fmt.Sprintf("%s/%s", state, snapshot))
	})
	ps := implementation.RaftlabPersister(disk)
	if state, snapshot := ps.ReadRaftState(), ps.ReadSnapshot(); string(state) != "a" || string(snapshot) != "x" {
		t.Errorf("restarted with %q and %q", state, snapshot)
	}
	ps.SaveStateAndSnapshot([]byte("b"), nil)
	ps.SaveRaftState([]byte("c"))
	ps.SaveStateAndSnapshot([]byte("d"), []byte("y"))
	if sum, ok := ps.Kept(1, 2); sum != 3 || !ok {
		t.Errorf("Kept returned %d, %v", sum, ok)
	}
	if got := fmt.Sprint(saved); got != "[b/x c/x d/y]" {
		t.Errorf("our disk was told %s", got)
	}
}
`)
}

// testProgram runs the tests in the source of a file beside the main package that BuildNative has staged.
func testProgram(t *testing.T, stage, source string) {
	t.Helper()
	write(t, filepath.Join(stage, "box/more_test.go"), source)
	cmd := exec.Command("go", "test", "-vet=off", "-mod=mod", "-run", "^TestProgram$", ".")
	cmd.Dir = filepath.Join(stage, "box")
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil || strings.Contains(string(out), "no tests to run") {
		t.Errorf("%v\n%s", err, out)
	}
}
