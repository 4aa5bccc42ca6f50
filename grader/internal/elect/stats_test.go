package elect

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"raftlab/src/raft/elections"
)

// In about 95 of 100 cases the truth lies in the interval, whatever the distribution.
func TestIntervalsHold(t *testing.T) {
	const cases, n = 2000, 200
	rng := rand.New(rand.NewPCG(1, 2))
	exponential := func() float64 { return rng.ExpFloat64() }
	for _, tt := range []struct {
		what  string
		truth float64
		of    func(Sample) Estimate
	}{
		{"mean", 1, Sample.Mean},
		{"p50", math.Ln2, func(s Sample) Estimate { return s.Quantile(0.5) }},
		{"p90", math.Log(10), func(s Sample) Estimate { return s.Quantile(0.9) }},
		{"p99", math.Log(100), func(s Sample) Estimate { return s.Quantile(0.99) }},
	} {
		within := 0
		for range cases {
			s := make(Sample, n)
			for i := range s {
				s[i] = exponential()
			}
			slices.Sort(s)
			if e := tt.of(s); e.Low <= tt.truth && tt.truth <= e.High {
				within++
			}
		}
		if part := float64(within) / cases; part < 0.93 || part > 0.995 {
			t.Errorf("%s: the truth is within the interval in %.3f of the cases", tt.what, part)
		}
	}
}

func TestQuantiles(t *testing.T) {
	s := make(Sample, 100)
	for i := range s {
		s[i] = float64(i + 1)
	}
	if e := s.Quantile(0.5); e != (Estimate{50, 40, 61}) {
		t.Errorf("the median of 1 to 100 is %v", e)
	}
	if e := s.Quantile(0.99); e.Value != 99 || !math.IsInf(e.High, 1) {
		t.Errorf("100 values say nothing of how high the 99th percentile may be: %v", e)
	}
	s[98], s[99] = math.Inf(1), math.Inf(1)
	if e := s.Mean(); !math.IsInf(e.Value, 1) {
		t.Errorf("the mean with trials that had no end is %v", e)
	}
	if e := s.Quantile(0.9); e.Value != 90 {
		t.Errorf("trials that had no end change the 90th percentile to %v", e)
	}
}

// What was never seen may happen up to 3.69 times in the time in which it was not seen.
func TestRates(t *testing.T) {
	near := func(a, b float64) bool { return math.Abs(a-b) < 0.01 }
	if e := rate(0, 2); e.Value != 0 || e.Low != 0 || !near(e.High, 3.689/2) {
		t.Errorf("0 in 2: %v", e)
	}
	if e := rate(10, 1); e.Value != 10 || !near(e.Low, 4.795) || !near(e.High, 18.39) {
		t.Errorf("10 in 1: %v", e)
	}
}

func TestText(t *testing.T) {
	inf := math.Inf(1)
	for _, tt := range []struct {
		e    Estimate
		want string
	}{
		{Estimate{287.4, 280.2, 293.9}, "287 (280-294)"},
		{Estimate{1.234, -0.5, 2}, "1.23 (0-2)"},
		{Estimate{35.25, 34, inf}, "35.2 (34-?)"},
		{Estimate{2, 2, 2}, "2"},
		{Estimate{inf, 9700, inf}, ">10000 (from 9700)"},
		{Estimate{math.NaN(), 0, 0}, "-"},
	} {
		if got := tt.e.text(10 * time.Second); got != tt.want {
			t.Errorf("%v is %q, want %q", tt.e, got, tt.want)
		}
	}
}

func TestFigure16HasTenRanges(t *testing.T) {
	all := Figure16(elections.Conditions{}, 1000)
	trials := 0
	for _, e := range all {
		trials += e.Crashes
		if timing := e.Conditions.Timing; timing.Heartbeat*2 != timing.MinElection {
			t.Errorf("%s: heartbeats every %v", e.Label, timing.Heartbeat)
		}
	}
	if len(all) != 10 || trials != 9*1000+100 {
		t.Errorf("%d ranges with %d trials", len(all), trials)
	}
}
