package rate

import (
	"math"
	"testing"
)

func TestInterval(t *testing.T) {
	for _, tt := range []struct {
		k, n      int
		low, high float64
	}{
		// Published examples: Newcombe, Statistics in Medicine 17 (1998), table I.
		{81, 263, 0.2553, 0.3662},
		{15, 148, 0.0624, 0.1605},
		{0, 20, 0, 0.1611},
		{1, 29, 0.0061, 0.1718},
		{29, 29, 0.8830, 1},
		{3, 500, 0.0020, 0.0175},
		{1, 1, 0.2065, 1},
	} {
		low, high := Interval(tt.k, tt.n)
		if math.Abs(low-tt.low) > 0.00006 || math.Abs(high-tt.high) > 0.00006 {
			t.Errorf("Interval(%d, %d) = %.4f, %.4f, want %.4f, %.4f", tt.k, tt.n, low, high, tt.low, tt.high)
		}
	}
}

func TestIntervalHoldsTheRate(t *testing.T) {
	for n := 1; n <= 200; n++ {
		for k := range n + 1 {
			low, high := Interval(k, n)
			p := float64(k) / float64(n)
			if !(0 <= low && low <= p && p <= high && high <= 1) {
				t.Fatalf("Interval(%d, %d) = %v, %v around %v", k, n, low, high, p)
			}
			// Failures and passes are the same question asked twice.
			l, h := Interval(n-k, n)
			if math.Abs(l-(1-high)) > 1e-12 || math.Abs(h-(1-low)) > 1e-12 {
				t.Fatalf("Interval(%d, %d) is not the mirror of Interval(%d, %d)", k, n, n-k, n)
			}
		}
	}
}

// Without a failure it is 1 - 0.05^(1/n), some 3/n: Hanley and Lippman-Hand, JAMA 249 (1983), "If nothing goes wrong, is
// everything all right?". With some, the upper ends of two-sided intervals have half the doubt on each side: Newcombe's
// table I, method 5, has those of 95 %.
func TestAtMost(t *testing.T) {
	for _, tt := range []struct {
		k, n       int
		confidence float64
		rate       float64
	}{
		{0, 1, 0.95, 0.95}, {0, 20, 0.95, 0.1391}, {0, 40, 0.95, 0.0722}, {0, 100, 0.95, 0.0295}, {0, 1000, 0.95, 0.0030},
		{0, 100, 0.99, 0.0450}, {0, 459, 0.99, 0.0100},
		{81, 263, 0.975, 0.3676}, {15, 148, 0.975, 0.1617}, {0, 20, 0.975, 0.1684}, {1, 29, 0.975, 0.1776},
		{29, 29, 0.975, 1}, {1, 1, 0.95, 1},
	} {
		if got := AtMost(tt.k, tt.n, tt.confidence); math.Abs(got-tt.rate) > 0.00006 {
			t.Errorf("AtMost(%d, %d, %v) = %.4f, want %.4f", tt.k, tt.n, tt.confidence, got, tt.rate)
		}
	}
}

// At the bound, k failures or fewer happen with just the doubt that is left.
func TestAtMostIsExact(t *testing.T) {
	for _, n := range []int{1, 7, 300, 20_000} {
		for k := 0; k < min(n, 6); k++ {
			p, sum := AtMost(k, n, 0.95), 0.0
			for i := range k + 1 {
				lgN, _ := math.Lgamma(float64(n + 1))
				lgI, _ := math.Lgamma(float64(i + 1))
				lgR, _ := math.Lgamma(float64(n - i + 1))
				sum += math.Exp(lgN - lgI - lgR + float64(i)*math.Log(p) + float64(n-i)*math.Log1p(-p))
			}
			if math.Abs(sum-0.05) > 1e-6 {
				t.Errorf("at the rate AtMost(%d, %d) = %v at most %d runs fail with probability %v, want 0.05", k, n, p, k, sum)
			}
		}
	}
}

func TestRunsFor(t *testing.T) {
	for _, tt := range []struct {
		rate     float64
		n95, n99 int
	}{{1, 1, 1}, {0.5, 5, 7}, {0.1, 29, 44}, {0.05, 59, 90}, {0.02, 149, 228}, {0.01, 299, 459}, {0.001, 2995, 4603},
		{0.0001, 29956, 46050}} {
		for confidence, want := range map[float64]int{0.95: tt.n95, 0.99: tt.n99} {
			if got := RunsFor(tt.rate, confidence); got != want {
				t.Errorf("RunsFor(%v, %v) = %d, want %d", tt.rate, confidence, got, want)
			}
			if want > 1 && (AtMost(0, want, confidence) > tt.rate || AtMost(0, want-1, confidence) <= tt.rate) {
				t.Errorf("RunsFor(%v, %v) = %d is not the least", tt.rate, confidence, want)
			}
		}
	}
}

func TestPercent(t *testing.T) {
	for _, tt := range []struct {
		rate float64
		want string
	}{{0, "0"}, {1, "100"}, {0.5, "50"}, {0.0995, "10"}, {0.099, "9.9"}, {0.0722, "7.2"}, {0.01, "1.0"},
		{0.00151, "0.2"}, {0.00049, "0.049"}} {
		if got := Percent(tt.rate); got != tt.want {
			t.Errorf("Percent(%v) = %q, want %q", tt.rate, got, tt.want)
		}
	}
}
