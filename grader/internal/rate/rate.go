// Package rate says what so many runs, and so many failures among them, tell of the rate at which runs fail. Runs with
// different seeds are taken for independent.
//
// Two methods are used, each for what it is good at. A rate that was seen is shown with Wilson's score interval, which
// is right on average over rates and covers few runs and rates near 0 and 1, where flaky tests live; the textbook's
// p ± 1.96 √(p(1-p)/n) would be empty without a failure. What is promised to be at most so much is the exact bound of
// Clopper and Pearson, which is never too low, whatever the rate; without a failure it is the rule of three, below 3/n.
package rate

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// z is the quantile of the normal distribution for a confidence of 95 %.
const z = 1.959963984540054

// Interval returns the 95 % confidence interval of the rate behind k failures in n > 0 runs, by Wilson.
func Interval(k, n int) (low, high float64) {
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

// AtMost returns the rate that k failures in n > 0 runs exclude with a confidence from 0 to 1: if it were higher, more
// than k would have failed in that share of cases. It is the upper end of the one-sided interval of Clopper and Pearson.
func AtMost(k, n int, confidence float64) float64 {
	switch {
	case k >= n:
		return 1
	case k == 0:
		return -math.Expm1(math.Log1p(-confidence) / float64(n))
	default:
		return distuv.Beta{Alpha: float64(k + 1), Beta: float64(n - k)}.Quantile(confidence)
	}
}

// RunsFor returns how many runs it takes to see a failure of this rate, from 0 to 1 and not 0, with a confidence from 0
// to 1. If so many passed, the rate is excluded with that confidence.
func RunsFor(p, confidence float64) int {
	return max(1, int(math.Ceil(math.Log1p(-confidence)/math.Log1p(-p))))
}

// Percent shows a rate to two digits, without the sign.
func Percent(rate float64) string {
	switch p := 100 * rate; {
	case p == 0 || p >= 9.95:
		return fmt.Sprintf("%.0f", p)
	case p >= 0.095:
		return fmt.Sprintf("%.1f", p)
	default:
		return fmt.Sprintf("%.2g", p)
	}
}

// Text shows the rate behind k failures in n > 0 runs with its interval. It is ASCII for a reason: in some locales
// other dashes take two columns of a table.
func Text(k, n int) string {
	low, high := Interval(k, n)
	return fmt.Sprintf("%s %% (%s-%s)", Percent(float64(k)/float64(n)), Percent(low), Percent(high))
}
