package cputime_test

import (
	"testing"
	"time"

	"raftlab/src/cputime"
)

// Work counts, and waiting does not.
func TestUsed(t *testing.T) {
	began, before := time.Now(), cputime.Used()
	for cputime.Used()-before < 20*time.Millisecond {
		if time.Since(began) > time.Minute {
			t.Fatalf("a minute of work has used %v", cputime.Used()-before)
		}
	}
	before = cputime.Used()
	time.Sleep(200 * time.Millisecond)
	if used := cputime.Used() - before; used < 0 || used >= 200*time.Millisecond {
		t.Errorf("a sleep of 200ms has used %v", used)
	}
}
