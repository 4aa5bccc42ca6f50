package report

import "testing"

func TestNormalize(t *testing.T) {
	for _, tt := range []struct {
		name string
		a, b string
		same bool
	}{
		{"terms and servers", "two leaders in T4: S0 (GetState says) and S2 (it sends AppendEntries)",
			"two leaders in T17: S10 (GetState says) and S1 (it sends AppendEntries)", true},
		{"times", "expected one leader, got none, since 1.2s (5.02s)",
			"expected one leader, got none, since 1m0.5s (350ms)", true},
		{"times with a space", "no answer in 2.5 s", "no answer in 250 ms", true},
		{"microseconds", "took 17µs", "took 1.5ms", true},
		{"counts", "expected 1 to 30 RPCs until the first leader was seen, got 45",
			"expected 1 to 30 RPCs until the first leader was seen, got 103", true},
		{"lists", "S1 leads T3 with the votes of S1 only, 1 of 5 servers",
			"S0 leads T5 with the votes of S0, S3 only, 2 of 5 servers", true},
		{"addresses", "invalid memory address 0xc0000a1b80", "invalid memory address 0x18", true},
		{"goroutines", "goroutine 17 is left", "goroutine 9 is left", true},
		{"seeds", "seed 18446744073709551615", "seed 3", true},
		{"other words", "S1 is leader of T4", "S1 is not leader in T4", false},
		{"places", "held at raft.go:412", "held at raft.go:88", false},
		{"places in directories", "held at /src/my-raft/raft.go:412 +0x3d", "held at /src/my-raft/raft.go:412 +0x44",
			true},
		{"names with digits", "func1 returned int64", "func2 returned int64", false},
		{"parts", "2A", "2B", false},
	} {
		if a, b := normalize(tt.a), normalize(tt.b); (a == b) != tt.same {
			t.Errorf("%s: same is %v, want %v:\n%q\n%q", tt.name, a == b, tt.same, a, b)
		}
	}
}
