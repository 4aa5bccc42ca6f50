package kvtest_test

import (
	"testing"

	"raftlab/src/box"
	"raftlab/src/cputime"
	"raftlab/src/kvraft/kvtest"
	"raftlab/src/sim"
)

// BenchmarkPlay plays whole runs of the lab's own tests, of kv-classic over each Raft. An operation of the benchmark is
// one run.
func BenchmarkPlay(b *testing.B) {
	l := kvtest.Lab()
	for _, raft := range []string{"ticker-timer", "polling-sleep", "etcd-raft"} {
		m := module(b, raft)
		for _, name := range []string{"Basic", "Concurrent", "SnapshotRecoverManyClients", "SnapshotUnreliable"} {
			s, ok := l.Scenario(name)
			if !ok {
				b.Fatalf("no scenario %s", name)
			}
			b.Run(raft+"/"+name, func(b *testing.B) {
				seed, virtual, cpu := uint64(0), 0.0, cputime.Used()
				for b.Loop() {
					seed++
					res := sim.Play(m, l.Run(s, seed, ""), sim.Options{Schedule: true})
					if res.Failure != nil {
						b.Fatalf("seed %d: %v", seed, res.Failure)
					}
					virtual += res.Virtual.Seconds()
				}
				if cpu = cputime.Used() - cpu; cpu > 0 {
					b.ReportMetric(virtual/cpu.Seconds(), "virtual-s/cpu-s")
					b.ReportMetric(cpu.Seconds()/float64(seed), "cpu-s/op")
				}
			})
		}
	}
}

// module builds kv-classic over one of this project's Rafts.
func module(tb testing.TB, raft string) *box.Module {
	tb.Helper()
	const classic, impls = "kv-classic", "raftlab/impls/"
	l := kvtest.Lab()
	wasm, err := sim.Build(tb.Context(), sim.Source{
		Dir: "../../../impls/" + classic, ImportPath: impls + classic,
		Program: l.Program, Constructor: l.Constructor, Further: []string{"MakeClerk"}, Type: l.Type,
		Base: &sim.Base{ImportPath: impls + raft, Constructor: "Make", Type: "Raft"},
	}, "")
	if err != nil {
		tb.Fatal(err)
	}
	e, err := box.NewEngine("")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { e.Close() })
	m, err := e.Load(wasm)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { m.Close() })
	return m
}
