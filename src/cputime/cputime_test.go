package cputime_test

import (
	"os"
	"runtime"
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

// What is told of a process from outside is what it knows of itself.
func TestOf(t *testing.T) {
	got, ok := cputime.Of(os.Getpid())
	if !ok {
		if runtime.GOOS == "linux" {
			t.Fatal("nothing is known of this process")
		}
		t.Skip("this system does not say")
	}
	const step = 10 * time.Millisecond
	if now := cputime.Used(); got > now+2*step || now > got+20*step {
		t.Errorf("this process has used %v, seen from outside %v", now, got)
	}
	for began := got; got < began+5*step; got, _ = cputime.Of(os.Getpid()) {
	}
	if _, ok := cputime.Of(-1); ok {
		t.Error("there is a process -1")
	}
}
