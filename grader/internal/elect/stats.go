package elect

import (
	"math"
	"slices"
	"sort"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"raftlab/src/raft/elections"
)

// A Sample is measured values in ascending order. Where a trial had no end that was waited for, its value is infinite.
type Sample []float64

// sampleOf returns a value of each trial.
func sampleOf(trials []elections.Trial, value func(elections.Trial) float64) Sample {
	s := make(Sample, len(trials))
	for i, t := range trials {
		s[i] = value(t)
	}
	slices.Sort(s)
	return s
}

// leaderless is a trial's time without a leader in ms.
func leaderless(t elections.Trial) float64 {
	if t.None {
		return math.Inf(1)
	}
	return float64(t.Leaderless) / 1e6
}

func terms(t elections.Trial) float64    { return float64(t.Terms) }
func split(t elections.Trial) float64    { return float64(t.Split) }
func requests(t elections.Trial) float64 { return float64(t.RPCs) }

// An Estimate is what a sample says of the distribution that it is from, with the interval in which the truth lies with
// a confidence of 95 %. An end of the interval is infinite where the sample is too small to say.
type Estimate struct{ Value, Low, High float64 }

// confidence leaves this much on each side.
const tail = 0.025

// Mean is infinite if a value is.
func (s Sample) Mean() Estimate {
	if len(s) == 0 {
		return Estimate{math.NaN(), math.NaN(), math.NaN()}
	}
	mean, deviation := stat.MeanStdDev(s, nil)
	if math.IsInf(s[len(s)-1], 1) {
		return exactly(math.Inf(1))
	}
	spread := -distuv.UnitNormal.Quantile(tail) * deviation / math.Sqrt(float64(len(s)))
	if len(s) == 1 {
		spread = math.Inf(1)
	}
	return Estimate{mean, mean - spread, mean + spread}
}

// Quantile has an interval that holds for any distribution: how many values lie below a quantile is binomial.
func (s Sample) Quantile(q float64) Estimate {
	n := len(s)
	if n == 0 {
		return Estimate{math.NaN(), math.NaN(), math.NaN()}
	}
	e := Estimate{s[max(0, int(math.Ceil(q*float64(n)))-1)], math.Inf(-1), math.Inf(1)}
	below := distuv.Binomial{N: float64(n), P: q}
	// The kth value, from 1, is below the quantile unless fewer than k are.
	low := sort.Search(n, func(k int) bool { return below.CDF(float64(k)) > tail })
	if low > 0 {
		e.Low = s[low-1]
	}
	high := sort.Search(n, func(k int) bool { return below.CDF(float64(k)) >= 1-tail })
	if high < n {
		e.High = s[high]
	}
	return e
}

// Max is the greatest value that was seen, which says little of what may come.
func (s Sample) Max() float64 {
	if len(s) == 0 {
		return math.NaN()
	}
	return s[len(s)-1]
}

// rate is how often something happens in a unit of time, where it was seen k times in so many units.
func rate(k int, units float64) Estimate {
	if units <= 0 {
		return Estimate{math.NaN(), math.NaN(), math.NaN()}
	}
	e := Estimate{Value: float64(k) / units}
	if k > 0 {
		e.Low = distuv.Gamma{Alpha: float64(k), Beta: 1}.Quantile(tail) / units
	}
	e.High = distuv.Gamma{Alpha: float64(k + 1), Beta: 1}.Quantile(1-tail) / units
	return e
}

// share is the part of n in which something happened k times, with the interval of Clopper and Pearson.
func share(k, n int) Estimate {
	if n == 0 {
		return Estimate{math.NaN(), math.NaN(), math.NaN()}
	}
	e := Estimate{float64(k) / float64(n), 0, 1}
	if k > 0 {
		e.Low = distuv.Beta{Alpha: float64(k), Beta: float64(n - k + 1)}.Quantile(tail)
	}
	if k < n {
		e.High = distuv.Beta{Alpha: float64(k + 1), Beta: float64(n - k)}.Quantile(1 - tail)
	}
	return e
}
