package kvtest_test

import (
	"fmt"
	"testing"
	"time"

	"raftlab/src/box"
	"raftlab/src/cputime"
	"raftlab/src/kvraft"
	"raftlab/src/kvraft/history"
	"raftlab/src/kvraft/kvtest"
	"raftlab/src/kvraft/rsmtest"
	"raftlab/src/lab"
	"raftlab/src/sim"
)

// BenchmarkStore has clerks of both reference servers write without pause for ten virtual seconds, over each Raft, with
// and without snapshots. An operation of the benchmark is one such run; the figures are of operations of clerks. Only
// cpu-us/write depends on the machine.
func BenchmarkStore(b *testing.B) {
	type write func(k *kvtest.Clerk, n int)
	appends := func(k *kvtest.Clerk, n int) { k.Append(fmt.Sprint(n%100), fmt.Sprintf("<%p.%d>", k, n)) }
	puts := func(k *kvtest.Clerk, n int) {
		k.PutVersion(fmt.Sprintf("%p.%d", k, n%100), fmt.Sprint(n), kvraft.Version(n/100))
	}
	for _, server := range []struct {
		name  string
		lab   *lab.Lab
		model history.Model
		write write
	}{
		{"kv-classic", kvtest.Lab(), history.Classic, appends},
		{"kv-rsm", rsmtest.Lab(), history.Versioned, puts},
	} {
		for _, raft := range []string{"ticker-timer", "polling-sleep", "etcd-raft"} {
			m := module(b, server.lab, "impls/"+server.name, raft)
			for _, clerks := range []int{1, 10} {
				for _, maxState := range []int{-1, 1000} {
					if maxState < 0 && clerks > 1 {
						continue // logs that are saved whole with each entry would take all of the time
					}
					b.Run(fmt.Sprintf("%s/%s/%d-clerks/%d", server.name, raft, clerks, maxState), func(b *testing.B) {
						measure(b, m, server.lab, server.model, clerks, maxState, server.write)
					})
				}
			}
		}
	}
}

const span = 10 * time.Second

func measure(b *testing.B, m *box.Module, l *lab.Lab, model history.Model, clerks, maxState int,
	write func(k *kvtest.Clerk, n int)) {
	writes, size, runs := 0, 0, 0
	play := func(c *kvtest.Cluster) {
		var ks []*kvtest.Clerk
		for range clerks {
			ks = append(ks, c.Clerk())
		}
		write(ks[0], 0) // finds the leader
		end := c.Now() + span
		done := make([]int, clerks)
		c.Together(clerks, func(i int) {
			for c.Now() < end {
				done[i]++
				write(ks[i], done[i])
			}
		})
		for _, n := range done {
			writes += n
		}
		size, _ = c.Sizes()
	}
	s := lab.Scenario{
		Name: "Load", Nodes: kvtest.Nodes(3), Weather: kvtest.Reliable(), Judge: kvtest.Playing(model, maxState, play),
	}
	cpu := cputime.Used()
	for b.Loop() {
		runs++
		if res := sim.Play(m, l.Run(&s, uint64(runs), ""), sim.Options{Schedule: true}); res.Failure != nil {
			b.Fatalf("seed %d: %v", runs, res.Failure)
		}
	}
	cpu = cputime.Used() - cpu
	n := float64(writes)
	b.ReportMetric(n/float64(runs)/span.Seconds(), "writes/virtual-s")
	b.ReportMetric(float64(clerks)*span.Seconds()*float64(runs)*1000/n, "ms/write")
	b.ReportMetric(float64(size)*float64(runs)/n, "log-B/write")
	if cpu > 0 {
		b.ReportMetric(float64(cpu.Microseconds())/n, "cpu-us/write")
	}
}

// module builds a server, which lies in a directory of this project, over one of its Rafts.
func module(tb testing.TB, l *lab.Lab, server, raft string) *box.Module {
	tb.Helper()
	var further []string
	for _, f := range l.Further {
		further = append(further, f.Name)
	}
	wasm, err := sim.Build(tb.Context(), sim.Source{
		Dir: "../../../" + server, ImportPath: "raftlab/" + server,
		Program: l.Program, Constructor: l.Constructor, Further: further, Type: l.Type,
		Base: &sim.Base{ImportPath: "raftlab/impls/" + raft, Constructor: "Make", Type: "Raft"},
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
