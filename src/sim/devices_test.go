package sim_test

import (
	"context"
	"path/filepath"
	"slices"
	"testing"

	"raftlab/internal/testinputs"
	"raftlab/src/box"
	"raftlab/src/box/goroot"
	"raftlab/src/cputime"
	"raftlab/src/lab"
	"raftlab/src/sim"
)

// program builds an implementation's program with a standard library that lacks some patches.
func program(tb testing.TB, name string, without ...string) []byte {
	tb.Helper()
	testinputs.Note(tb)
	dir, err := filepath.Abs("../../impls/" + name)
	if err != nil {
		tb.Fatal(err)
	}
	toolchain, err := goroot.Find(context.Background(), nil)
	if err != nil {
		tb.Fatal(err)
	}
	if err := toolchain.Merge(filepath.Join(tb.TempDir(), "goroot"), without...); err != nil {
		tb.Fatal(err)
	}
	source := source(dir, "raftlab/impls/"+name)
	source.Go = toolchain
	wasm, err := sim.Build(context.Background(), source, tb.TempDir())
	if err != nil {
		tb.Fatal(err)
	}
	return wasm
}

// prepared is a program that has gone through Prepare without some rewritings.
func prepared(tb testing.TB, wasm []byte, without ...string) *box.Module {
	tb.Helper()
	p, err := box.Prepare(wasm, without...)
	if err != nil {
		tb.Fatal(err)
	}
	e, err := box.NewEngine("")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { e.Close() })
	m, err := e.Load(p)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(m.Close)
	return m
}

// The rewriting of a guest's code changes nothing that it does: the same seeds have the same traces with all of it and
// without any, and without each single part.
func TestRewritingChangesNothing(t *testing.T) {
	list := scenarios(t, "^(ReElection|Figure8Unreliable|PowerFailures|SnapshotInstallUnreliable)$")
	for _, name := range []string{"ticker-timer", "etcd-raft"} {
		wasm := program(t, name)
		rewritten := prepared(t, wasm)
		left := [][]string{box.Speedups()}
		if !testing.Short() && name == "ticker-timer" {
			for _, rewriting := range box.Speedups() {
				left = append(left, []string{rewriting})
			}
		}
		for _, without := range left {
			m := prepared(t, wasm, without...)
			for _, s := range list {
				want := sim.Play(rewritten, run(s, 1), sim.Options{Schedule: true})
				got := sim.Play(m, run(s, 1), sim.Options{Schedule: true})
				if got.Trace != want.Trace || (got.Failure == nil) != (want.Failure == nil) {
					t.Errorf("%s %s: trace %x (%v) without %v, %x (%v) with all",
						name, s.Name, got.Trace, got.Failure, without, want.Trace, want.Failure)
				}
			}
		}
	}
}

// devices are what makes a guest faster and nothing else: patches of its standard library, and rewritings of its code.
var devices = []struct {
	name       string
	patches    []string
	rewritings []string
}{
	{name: "nothing"}, // how much two equal programs seem to differ
	{name: "rewriting", rewritings: box.Speedups()},
	{name: "rewriting/jumps", rewritings: []string{"jumps"}},
	{name: "rewriting/conditions", rewritings: []string{"conditions"}},
	{name: "rewriting/stack-pointer", rewritings: []string{"stack-pointer"}},
	{name: "patch/atomics", patches: []string{"atomics"}},
	{name: "patch/clock", patches: []string{"clock"}},
	{name: "patch/goroutines", patches: []string{"goroutines"}},
	{name: "patch/log", patches: []string{"log"}},
	{name: "patch/one-processor", patches: []string{"one-processor"}},
	{name: "patch/runtime-locks", patches: []string{"runtime-locks"}},
	{name: "patch/sleep", patches: []string{"sleep"}},
	{name: "patch/stacks", patches: []string{"stacks"}, rewritings: []string{"stack-pointer"}},
	{name: "patch/statistics", patches: []string{"statistics"}},
	{name: "patch/statistics-and-locks", patches: []string{"statistics", "runtime-locks"}},
	{name: "patch/traces", patches: []string{"traces"}},
}

// BenchmarkDevices tells what each device brings: it plays 2A with all devices and without one, in turn, and reports
// how much more processor time a run without it takes, in per cent: the median over pairs of runs, since on a shared
// machine some runs take twice their time.
func BenchmarkDevices(b *testing.B) {
	for _, name := range []string{"ticker-timer", "polling-sleep", "etcd-raft"} {
		list := scenarios(b, "2A")
		wasm := program(b, name)
		all := prepared(b, wasm)
		for _, d := range devices {
			b.Run(name+"/"+d.name, func(b *testing.B) {
				without := wasm
				if len(d.patches) > 0 {
					without = program(b, name, d.patches...)
				}
				m := prepared(b, without, d.rewritings...)
				var ratios []float64
				for seed := uint64(0); b.Loop(); seed++ {
					for i, s := range list {
						var with, less float64
						if (seed+uint64(i))%2 == 0 {
							with, less = cpu(all, s, seed), cpu(m, s, seed)
						} else {
							less, with = cpu(m, s, seed), cpu(all, s, seed)
						}
						ratios = append(ratios, less/with)
					}
				}
				slices.Sort(ratios)
				b.ReportMetric(100*(ratios[len(ratios)/2]-1), "%more-CPU")
			})
		}
	}
}

func cpu(m *box.Module, s lab.Scenario, seed uint64) float64 {
	began := cputime.Used()
	sim.Play(m, run(s, seed), sim.Options{Schedule: true})
	return (cputime.Used() - began).Seconds()
}
