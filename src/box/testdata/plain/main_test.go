package main

import (
	"testing"
	"time"
)

func TestSleep(t *testing.T) {
	time.Sleep(time.Hour)
}

func TestParallel(t *testing.T) {
	for _, name := range []string{"a", "b"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			time.Sleep(time.Minute)
		})
	}
}
