package gotest

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// A run that takes long is told of before it ends, and again each time it has taken twice as long.
func TestSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var told []string
		s := Suite{Slow: func(test string, seed uint64, since time.Duration) {
			if at := time.Since(began); at != since {
				t.Errorf("told at %v of %v", at, since)
			}
			told = append(told, fmt.Sprint(test, " ", seed, " ", since))
		}}
		over := s.watch(job{Test: "TestX", Seed: 7})
		time.Sleep(61 * time.Second)
		over()
		time.Sleep(time.Hour)
		if got := fmt.Sprint(told); got != "[TestX 7 15s TestX 7 30s TestX 7 1m0s]" {
			t.Errorf("told %s", got)
		}
	})
}
