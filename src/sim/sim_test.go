package sim_test

import (
	"bytes"
	"context"
	"flag"
	"path/filepath"
	"sync"
	"testing"

	"raftlab/internal/testinputs"
	"raftlab/src/box"
	"raftlab/src/cluster"
	"raftlab/src/lab"
	"raftlab/src/raft/rafttest"
	"raftlab/src/sim"
)

// module builds an implementation once for all tests.
func module(tb testing.TB, name string) *box.Module {
	tb.Helper()
	testinputs.Note(tb)
	m, err := modules[name]()
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

var modules = map[string]func() (*box.Module, error){
	"ticker-timer":  load("impls/ticker-timer"),
	"polling-sleep": load("impls/polling-sleep"),
	"etcd-raft":     load("impls/etcd-raft"),
	"logstofile":    load("src/sim/testdata/logstofile"),
	"hangs":         load("src/sim/testdata/hangs"),
	"ends":          load("src/sim/testdata/ends"),
	"holds":         load("src/sim/testdata/holds"),
	"shapes":        load("src/sim/testdata/shapes"),
	"testnode": build("src/cluster/clustertest/testnode", func(dir, importPath string) sim.Source {
		return sim.Source{Dir: dir, ImportPath: importPath, Program: importPath, Constructor: "Make"}
	}),
}

// load builds the implementation in a directory of this module.
func load(directory string) func() (*box.Module, error) { return build(directory, source) }

// build builds what is in a directory of this module.
func build(directory string, source func(dir, importPath string) sim.Source) func() (*box.Module, error) {
	return sync.OnceValues(func() (*box.Module, error) {
		dir, err := filepath.Abs("../../" + directory)
		if err != nil {
			return nil, err
		}
		wasm, err := sim.Build(context.Background(), source(dir, "raftlab/"+directory), "")
		if err != nil {
			return nil, err
		}
		e, err := box.NewEngine("")
		if err != nil {
			return nil, err
		}
		return e.Load(wasm)
	})
}

// raft is the lab whose scenarios are played here.
var raft = rafttest.Lab()

// source is a package with a Raft.
func source(dir, importPath string) sim.Source {
	return sim.Source{
		Dir: dir, ImportPath: importPath,
		Program: raft.Program, Constructor: raft.Constructor, Type: raft.Type,
	}
}

// run prepares a run of a scenario.
func run(s lab.Scenario, seed uint64) *cluster.Run { return raft.Run(&s, seed, "") }

// playStory plays a story with servers that take a snapshot after each "every" entries, in a world that it has at hand.
func playStory(m *box.Module, s lab.Scenario, every int, opt sim.Options,
	story func(*rafttest.Cluster, cluster.World)) cluster.Result {
	var w cluster.World
	s.Judge = rafttest.Snapshotting(every, func(c *rafttest.Cluster) { story(c, w) })
	return sim.PlayIn(m, run(s, 1), opt, func(made cluster.World) { w = made })
}

func scenarios(tb testing.TB, pattern string) []lab.Scenario {
	list, err := raft.Select(pattern)
	if err != nil {
		tb.Fatal(err)
	}
	return list
}

// Every server has a disk of its own, which is empty when it starts, and again when it starts anew.
func TestOwnDisk(t *testing.T) {
	for _, s := range scenarios(t, "^VoteSurvivesRestart$") {
		if r := sim.Play(module(t, "logstofile"), run(s, 1), sim.Options{}); r.Failure != nil {
			t.Errorf("%s: %v", s.Name, r.Failure)
		}
	}
}

// seeds can be raised for a long look: -seeds 200.
var seeds = flag.Uint64("seeds", 1, "how many seeds TestDeterminism plays, three times each")

// Both implementations pass, and each run repeated is the same run, with logging on too.
func TestDeterminism(t *testing.T) {
	for _, name := range []string{"ticker-timer", "polling-sleep"} {
		m := module(t, name)
		for _, s := range scenarios(t, "2A") {
			t.Run(name+"/"+s.Name, func(t *testing.T) {
				t.Parallel()
				for seed := range *seeds {
					repeats(t, m, s, seed)
				}
			})
		}
	}
}

func repeats(t *testing.T, m *box.Module, s lab.Scenario, seed uint64) {
	first := sim.Play(m, run(s, seed), sim.Options{Schedule: true})
	if first.Failure != nil {
		t.Errorf("seed %d: %v", seed, first.Failure)
	}
	var log bytes.Buffer
	for _, opt := range []sim.Options{{Schedule: true}, {Schedule: true, Log: &log}} {
		if again := sim.Play(m, run(s, seed), opt); again.Trace != first.Trace {
			t.Errorf("seed %d: trace %x, repeated %x (logging %v)", seed, first.Trace, again.Trace, opt.Log != nil)
		}
	}
	if !bytes.Contains(log.Bytes(), []byte(" TEST "+s.Name)) {
		t.Errorf("seed %d: no log", seed)
	}
}
