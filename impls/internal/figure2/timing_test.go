package figure2

import "testing"

func TestElectionTimeout(t *testing.T) {
	var low, high bool
	for range 1000 {
		d := ElectionTimeout()
		if d < minElectionTimeout || d >= maxElectionTimeout {
			t.Fatalf("%v is not in [%v, %v)", d, minElectionTimeout, maxElectionTimeout)
		}
		middle := (minElectionTimeout + maxElectionTimeout) / 2
		low, high = low || d < middle, high || d >= middle
	}
	if !low || !high {
		t.Error("1000 timeouts are all in the same half of the range")
	}
}
