package report

import (
	"math"
	"testing"
)

func TestWilson(t *testing.T) {
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
		low, high := wilson(tt.k, tt.n)
		if math.Abs(low-tt.low) > 0.00006 || math.Abs(high-tt.high) > 0.00006 {
			t.Errorf("wilson(%d, %d) = %.4f, %.4f, want %.4f, %.4f", tt.k, tt.n, low, high, tt.low, tt.high)
		}
	}
}

func TestWilsonHoldsTheRate(t *testing.T) {
	for n := 1; n <= 200; n++ {
		for k := range n + 1 {
			low, high := wilson(k, n)
			p := float64(k) / float64(n)
			if !(0 <= low && low <= p && p <= high && high <= 1) {
				t.Fatalf("wilson(%d, %d) = %v, %v around %v", k, n, low, high, p)
			}
			// Failures and passes are the same question asked twice.
			l, h := wilson(n-k, n)
			if math.Abs(l-(1-high)) > 1e-12 || math.Abs(h-(1-low)) > 1e-12 {
				t.Fatalf("wilson(%d, %d) is not the mirror of wilson(%d, %d)", k, n, n-k, n)
			}
		}
	}
}

func TestBelow(t *testing.T) {
	for _, tt := range []struct {
		n    int
		rate float64
	}{{1, 0.95}, {20, 0.1391}, {40, 0.0722}, {100, 0.0295}, {200, 0.0149}, {500, 0.0060}, {1000, 0.0030},
		{3000, 0.0010}} {
		if got := below(tt.n); math.Abs(got-tt.rate) > 0.00006 {
			t.Errorf("below(%d) = %.4f, want %.4f", tt.n, got, tt.rate)
		}
	}
}

func TestRunsFor(t *testing.T) {
	for _, tt := range []struct {
		rate float64
		n    int
	}{{0.05, 59}, {0.02, 149}, {0.01, 299}, {0.006, 498}, {0.005, 598}, {0.001, 2995}} {
		if got := runsFor(tt.rate); got != tt.n {
			t.Errorf("runsFor(%v) = %d, want %d", tt.rate, got, tt.n)
		}
		if below(tt.n) > tt.rate || below(tt.n-1) <= tt.rate {
			t.Errorf("runsFor(%v) = %d is not the least", tt.rate, tt.n)
		}
	}
}

func TestPercent(t *testing.T) {
	for _, tt := range []struct {
		rate float64
		want string
	}{{0, "0"}, {1, "100"}, {0.5, "50"}, {0.0995, "10"}, {0.099, "9.9"}, {0.0722, "7.2"}, {0.01, "1.0"},
		{0.00151, "0.2"}, {0.00049, "0.049"}} {
		if got := percent(tt.rate); got != tt.want {
			t.Errorf("percent(%v) = %q, want %q", tt.rate, got, tt.want)
		}
	}
}
