package story_test

import (
	"context"
	"path/filepath"
	"sync"
	"testing"

	"raftlab/src/box"
	"raftlab/src/raft/rafttest"
	"raftlab/src/record"
	"raftlab/src/sim"
)

// root is the repository's.
const root = "../../../.."

var engine = sync.OnceValues(func() (*box.Engine, error) { return box.NewEngine("") })

// build builds the implementation in a directory of this module, with files in place of those on disk.
func build(t *testing.T, directory string, overlay map[string][]byte) *box.Module {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join(root, directory))
	if err != nil {
		t.Fatal(err)
	}
	l := rafttest.Lab()
	wasm, err := sim.Build(context.Background(), sim.Source{
		Dir: dir, ImportPath: "raftlab/" + directory,
		Program: l.Program, Constructor: l.Constructor, Overlay: overlay,
	}, "")
	if err != nil {
		t.Fatal(err)
	}
	e, err := engine()
	if err != nil {
		t.Fatal(err)
	}
	m, err := e.Load(wasm)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// play plays a run and returns what was written down of it.
func play(t *testing.T, m *box.Module, scenario string, seed uint64) *record.Recording {
	t.Helper()
	l := rafttest.Lab()
	s, ok := l.Scenario(scenario)
	if !ok {
		t.Fatalf("no scenario %s", scenario)
	}
	return sim.Play(m, l.Run(s, seed, ""), sim.Options{Schedule: true, Record: true}).Recording
}
