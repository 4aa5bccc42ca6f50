package sim_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"testing"
	"time"

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

// BenchmarkStates plays runs that are recorded, with and without looking at what nodes hold after the last 2,000 events,
// and reports what a look costs, and the states of a run after compression.
func BenchmarkStates(b *testing.B) {
	m := module(b, "ticker-timer")
	for _, s := range scenarios(b, "^(ManyElections|Backup|Figure8|SnapshotBasic)$") {
		b.Run(s.Name, func(b *testing.B) {
			opt := sim.Options{Schedule: true, Record: true}
			states, looks, packed := 0, time.Duration(0), 0
			for b.Loop() {
				began := cputime.Used()
				events := len(sim.Play(m, run(s, 1), opt).Recording.Events)
				without := cputime.Used() - began
				looking := opt
				looking.InspectFrom = max(1, events-2000)
				began = cputime.Used()
				rec := sim.Play(m, run(s, 1), looking).Recording
				looks += cputime.Used() - began - without
				states += len(rec.States)
				packed += packedSize(b, rec.States)
			}
			b.ReportMetric(float64(states)/float64(b.N), "states/op")
			b.ReportMetric(float64(looks.Microseconds())/1000/float64(states), "cpu-ms/state")
			b.ReportMetric(float64(packed)/float64(b.N), "packed-B/op")
		})
	}
}

// packedSize is how large the JSON of a value is after compression.
func packedSize(b *testing.B, v any) int {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if err := errors.Join(json.NewEncoder(z).Encode(v), z.Close()); err != nil {
		b.Fatal(err)
	}
	return packed.Len()
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
