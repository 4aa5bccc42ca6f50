package box_test

import (
	"errors"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"

	"raftlab/src/box"
)

// startAndInterrupt runs a guest that does not stop by itself, and interrupts it from another goroutine when it has
// sent a frame.
func startAndInterrupt(t *testing.T, args ...string) (*box.InterruptError, *run) {
	t.Helper()
	r := new(run)
	r.Box = module(t, lab.probe).Start(box.Config{
		Args:    append([]string{"probe"}, args...),
		Receive: func([]byte) { go r.Interrupt() },
		Stderr:  func(p []byte) { r.stderr.Write(p) },
	})
	return ended(t, r), r
}

// ended runs a guest until its interruption.
func ended(t *testing.T, r *run) *box.InterruptError {
	t.Helper()
	// To collect garbage Go stops all goroutines, and waits for the one that loops in the box: whoever is to
	// interrupt it would not run any more.
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	runtime.GC() // waits for one that has begun
	if st := r.Run(0); st != box.Exited {
		t.Fatalf("status %v, want Exited", st)
	}
	var e *box.InterruptError
	if !errors.As(r.Err(), &e) || !errors.Is(r.Err(), box.ErrInterrupted) {
		t.Fatalf("error %v, want an interruption", r.Err())
	}
	return e
}

func TestInterrupt(t *testing.T) {
	for _, tt := range []struct {
		probe string
		want  string // expression for the stacks
	}{
		{"loop", `^goroutine 1 .*\[running\]:\n(?s:.*)main\.loopForever\(.*\)\n` +
			`\traftlab/src/box/testdata/probe/misbehave\.go:\d+( .*)?\nmain\.loop\(`},
		{"stubborn", `main\.clearForever\(.*\)\n\traftlab/src/box/testdata/probe/misbehave\.go:\d+`},
		{"computes", `main\.computeForever\(.*\)\n\traftlab/src/box/testdata/probe/work.go:\d+ `},
	} {
		e, r := startAndInterrupt(t, tt.probe)
		if !regexp.MustCompile(tt.want).MatchString(e.Stacks) {
			t.Errorf("%s: stacks %s\nwant %s", tt.probe, e.Stacks, tt.want)
		}
		if r.stderr.Len() > 0 {
			t.Errorf("%s: the guest's own stderr has %s", tt.probe, &r.stderr)
		}
	}
}

func TestInterruptInit(t *testing.T) {
	r := start(module(t, lab.own), box.Config{Env: []string{"OWNSTART=loop"}})
	go r.Interrupt()
	ended(t, r)
}

func TestInterruptIdle(t *testing.T) {
	fresh := probe(t, "echo")
	idle := probe(t, "echo")
	idle.Run(0)
	for _, r := range []*run{fresh, idle} {
		r.Interrupt()
		r.Deliver([]byte("x"))
		if st := r.Run(1); st != box.Exited || !errors.Is(r.Err(), box.ErrInterrupted) || r.frames != nil {
			t.Errorf("%v, %v, %q", st, r.Err(), r.frames)
		}
	}
	// The memory that they had does not stop others.
	echo := probe(t, "echo")
	echo.Deliver([]byte("x"))
	if echo.Run(0); len(echo.frames) != 1 {
		t.Error(echo.Err())
	}
	echo.Close()
	echo.Interrupt()
	if echo.Err() != box.ErrClosed {
		t.Error(echo.Err())
	}
}

// A memory that moves while the interruption comes does not lose it.
func TestInterruptWhileGrowing(t *testing.T) {
	r := start(module(t, lab.probe), box.Config{Args: []string{"probe", "hog"}, MemoryLimit: 2 << 30})
	go r.Interrupt()
	r.Run(0)
	if !errors.Is(r.Err(), box.ErrInterrupted) {
		t.Error(r.Err())
	}
}

func TestStacks(t *testing.T) {
	r := probe(t, "waiting")
	if s := r.Stacks(); s != "" {
		t.Errorf("stacks before the first run: %s", s)
	}
	r.Run(0)
	for range 2 {
		stacks := r.Stacks()
		for _, want := range []string{
			`goroutine 1 .*\[IO wait\]:\nraftlab/src/box/guest\.Receive\(\)\n`,
			`goroutine \d+ .*\[sync\.Mutex\.Lock\]:\n(.*\n)*main\.lockTwice\(.*\)\n` +
				`\traftlab/src/box/testdata/probe/misbehave\.go:\d+`,
			`goroutine \d+ .*\[chan receive\]:\nmain\.waiting\.func1\(\)\n`,
			`\n\nlock 0x[0-9a-f]+ is held by goroutine 1\nmain\.waiting\(\.\.\.\)\n` +
				`\traftlab/src/box/testdata/probe/misbehave\.go:\d+\n`,
			`\n\nlock 0x[0-9a-f]+ is held for writing by goroutine 1\nmain\.waiting\(\.\.\.\)\n`,
			`\n\nlock 0x[0-9a-f]+ is held for reading by goroutine 1\nmain\.readAlong\(\.\.\.\)\n`,
		} {
			if !regexp.MustCompile(want).MatchString(stacks) {
				t.Errorf("stacks %s\nwant %s", stacks, want)
			}
		}
		// Those that were given back are not held.
		if n := strings.Count(stacks, "\nlock 0x"); n != 3 {
			t.Errorf("%d locks are held, want 3: %s", n, stacks)
		}
	}
	r.Deliver([]byte("x"))
	r.Run(1)
	if got := r.taken(); len(got) != 1 || got[0] != "goes on" {
		t.Errorf("afterwards %q, %v", got, r.Err())
	}
	if s := r.Stacks(); s != "" {
		t.Errorf("stacks of an exited box: %s", s)
	}
}

// The place where a guest exits, or wants more memory than it may have, is reported only where the Config asks for
// it.
func TestExitStacks(t *testing.T) {
	for _, ask := range []bool{true, false} {
		r := start(module(t, lab.probe), box.Config{Args: []string{"probe", "exit", "7"}, Stacks: ask})
		r.Run(0)
		var e *box.ExitError
		if !errors.As(r.Err(), &e) || e.Status != 7 {
			t.Fatalf("%v", r.Err())
		}
		want := regexp.MustCompile(`^goroutine 1 .*\[running\]:\n(.*\n)*os\.Exit\(.*\)\n(.*\n)*main\.exit\(\)\n` +
			`\traftlab/src/box/testdata/probe/misbehave\.go:\d+`)
		if ask && !want.MatchString(e.Stacks) || !ask && e.Stacks != "" {
			t.Errorf("asked for stacks: %v, got %s", ask, e.Stacks)
		}
	}
}

func TestMemoryStacks(t *testing.T) {
	r := start(module(t, lab.probe), box.Config{Args: []string{"probe", "hog"}, MemoryLimit: 32 << 20, Stacks: true})
	r.Run(0)
	var e *box.MemoryError
	want := regexp.MustCompile(`^\n?goroutine 1 .*\[running\]:\n(.*\n)*main\.hog\(.*\)\n` +
		`\traftlab/src/box/testdata/probe/misbehave\.go:\d+`)
	if !errors.As(r.Err(), &e) || !errors.Is(r.Err(), box.ErrMemory) || !want.MatchString(e.Stacks) {
		t.Errorf("%v: %s", r.Err(), e.Stacks)
	}
}

// Stacks take an end, whatever a guest has made of what prints them.
func TestStacksEnd(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // see ended
	runtime.GC()
	r := start(module(t, lab.probe), box.Config{Args: []string{"probe", "tongue"}, Stacks: true})
	r.Run(0)
	var e *box.ExitError
	if !errors.As(r.Err(), &e) || e.Status != 3 || e.Stacks != "" {
		t.Errorf("%v", r.Err())
	}
}
