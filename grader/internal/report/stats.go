package report

import "math"

// z is the quantile of the normal distribution for a confidence of 95 %.
const z = 1.959963984540054

// wilson returns the 95 % confidence interval of the rate behind k failures in n > 0 runs: Wilson's score interval,
// which holds for few runs and for rates near 0 and 1 too, where flaky tests live.
func wilson(k, n int) (low, high float64) {
	p, m := float64(k)/float64(n), float64(n)
	center := p + z*z/(2*m)
	spread := z * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	scale := 1 + z*z/m
	low, high = (center-spread)/scale, (center+spread)/scale
	// Exact where rounding would leave a trace.
	if k == 0 {
		low = 0
	}
	if k == n {
		high = 1
	}
	return low, high
}

// below returns the rate that n > 0 runs without a failure exclude with a confidence of 95 %: if it were higher, so
// many would have shown it in 95 of 100 cases.
func below(n int) float64 {
	return 1 - math.Pow(0.05, 1/float64(n))
}

// runsFor returns how many runs without a failure it takes to exclude a rate with a confidence of 95 %.
func runsFor(rate float64) int {
	return int(math.Ceil(math.Log(0.05) / math.Log1p(-rate)))
}
