package sim_test

import (
	"testing"

	"raftlab/src/box"
	"raftlab/src/cputime"
	"raftlab/src/lab"
	"raftlab/src/sim"
)

// BenchmarkPlay plays whole runs: of each scenario by itself, of all of 2A in turn, and of the three classic ones in
// turn, an operation being all three. Besides the elapsed time, which depends on what else the machine does, it reports
// virtual seconds for each second of CPU.
func BenchmarkPlay(b *testing.B) {
	for _, name := range []string{"ticker-timer", "polling-sleep"} {
		m := module(b, name)
		b.Run(name+"/2A", func(b *testing.B) { play(b, m, scenarios(b, "2A")) })
		b.Run(name+"/Classic", func(b *testing.B) {
			play(b, m, scenarios(b, "^(InitialElection|ReElection|ManyElections)$"))
		})
		for _, s := range scenarios(b, "2A") {
			b.Run(name+"/"+s.Name, func(b *testing.B) { play(b, m, []lab.Scenario{s}) })
		}
	}
}

func play(b *testing.B, m *box.Module, list []lab.Scenario) {
	seed, virtual := uint64(0), 0.0
	cpu := cputime.Used()
	for b.Loop() {
		for _, s := range list {
			res := sim.Play(m, run(s, seed), sim.Options{Schedule: true})
			if res.Failure != nil {
				b.Fatalf("%s seed %d: %v", s.Name, seed, res.Failure)
			}
			virtual += res.Virtual.Seconds()
		}
		seed++
	}
	cpu = cputime.Used() - cpu
	b.ReportMetric(virtual/b.Elapsed().Seconds(), "virtual-s/s")
	if cpu > 0 {
		b.ReportMetric(virtual/cpu.Seconds(), "virtual-s/cpu-s")
		b.ReportMetric(float64(seed)/cpu.Seconds(), "ops/cpu-s")
	}
}
