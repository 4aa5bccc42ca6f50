package box_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"raftlab/src/box"
	"raftlab/src/box/gobuild"
)

func TestFrames(t *testing.T) {
	r := probe(t, "echo")
	if st := r.Run(0); st != box.Idle {
		t.Fatalf("status %v, error %v; stderr: %s", st, r.Err(), &r.stderr)
	}
	r.Deliver([]byte("a"))
	r.Deliver([]byte(""))
	r.Deliver([]byte(strings.Repeat("long", 5000)))
	if got := r.taken(); got != nil {
		t.Errorf("guest has run in Deliver: %q", got)
	}
	r.Run(1)
	r.Deliver([]byte("b"))
	r.Run(1)
	want := []string{"a", "", strings.Repeat("long", 5000), "b"}
	if diff := cmp.Diff(want, r.taken()); diff != "" {
		t.Error(diff)
	}
	if r.Err() != nil {
		t.Error(r.Err())
	}
}

func TestFramesBeforeStart(t *testing.T) {
	r := probe(t, "echo")
	r.Deliver([]byte("early"))
	r.Run(0)
	if diff := cmp.Diff([]string{"early"}, r.taken()); diff != "" {
		t.Error(diff)
	}
}

// The inbox is also the guest's standard input.
func TestStdin(t *testing.T) {
	r := probe(t, "stdin")
	r.Run(0)
	for i, part := range []string{"one", " line\nanother\n", "", "last", "\n"} {
		r.Deliver([]byte(part))
		r.Run(int64(i) * 1e9)
	}
	if diff := cmp.Diff([]string{"one line", "another", "last"}, r.frames); diff != "" {
		t.Error(diff)
	}
	if at, _ := r.Deadline(); at != 5e9 {
		t.Errorf("deadline %d, want the other goroutine's", at)
	}
}

func TestBigFrames(t *testing.T) {
	r := probe(t, "big")
	r.Run(0)
	r.Deliver([]byte{64})
	r.Run(0)
	got := r.taken()
	if len(got) != 1 || len(got[0]) != box.MaxFrame {
		t.Fatalf("got %d frames, want one of 64 MiB; %v", len(got), r.Err())
	}
	frame := make([]byte, box.MaxFrame)
	frame[0], frame[len(frame)-1] = 1, 2
	r.Deliver(frame)
	r.Run(0)
	if diff := cmp.Diff([]string{"67108864 1 2"}, r.taken()); diff != "" {
		t.Error(diff)
	}
	r.Deliver([]byte{65})
	if st := r.Run(0); st != box.Exited || !strings.Contains(fmt.Sprint(r.Err()), "send of 68157440 bytes") {
		t.Errorf("after a frame of 65 MiB: %v, %v", st, r.Err())
	}
}

func TestArgs(t *testing.T) {
	m := module(t, lab.probe)
	for _, args := range [][]string{{"one"}, {"two", "", "ü"}} {
		for _, env := range []string{"", "first", "second"} {
			r := start(m, box.Config{Args: append([]string{"probe", "args"}, args...), Env: []string{"PROBE=" + env}})
			r.Run(0)
			if diff := cmp.Diff([]string{fmt.Sprintf("%q %q", args, env)}, r.taken()); diff != "" {
				t.Error(diff)
			}
		}
	}
}

func TestEnds(t *testing.T) {
	for _, tt := range []struct {
		args   []string
		limit  int64
		err    error
		stderr string
	}{
		{args: []string{"args"}, err: &box.ExitError{Status: 0}},
		{args: []string{"exit", "7"}, err: &box.ExitError{Status: 7}},
		{args: []string{"panic"}, err: &box.ExitError{Status: 2}, stderr: "panic: assignment to entry in nil map"},
		{args: []string{"nonesuch"}, err: &box.ExitError{Status: 2}, stderr: "no such probe: nonesuch"},
		{args: []string{"hog"}, limit: 64 << 20, err: box.ErrMemory, stderr: "out of memory"},
		{args: []string{"hog"}, limit: 1 << 20, err: box.ErrMemory},
	} {
		t.Run(strings.Join(tt.args, " "), func(t *testing.T) {
			r := start(module(t, lab.probe), box.Config{Args: append([]string{"probe"}, tt.args...), MemoryLimit: tt.limit})
			if st := r.Run(0); st != box.Exited {
				t.Errorf("status %v, want Exited", st)
			}
			var exit, want *box.ExitError
			if errors.As(tt.err, &want) {
				if !errors.As(r.Err(), &exit) || *exit != *want {
					t.Errorf("error %v, want %v", r.Err(), want)
				}
			} else if !errors.Is(r.Err(), tt.err) {
				t.Errorf("error %v, want %v", r.Err(), tt.err)
			}
			if !strings.Contains(r.stderr.String(), tt.stderr) {
				t.Errorf("stderr %q, want %q in it", &r.stderr, tt.stderr)
			}
			err := r.Err()
			r.Deliver([]byte("x"))
			if st := r.Run(5); st != box.Exited {
				t.Errorf("status of an exited box %v", st)
			}
			r.Close()
			if r.Err() != err {
				t.Errorf("Close changed the error from %v to %v", err, r.Err())
			}
			if _, ok := r.Deadline(); ok {
				t.Error("an exited box has a deadline")
			}
		})
	}
}

func TestClose(t *testing.T) {
	fresh := probe(t, "echo")
	fresh.Close()
	parked := probe(t, "sleep")
	parked.Run(0)
	parked.Close()
	for _, r := range []*run{fresh, parked} {
		if st := r.Run(1e9); st != box.Exited || r.Err() != box.ErrClosed || r.frames != nil {
			t.Errorf("after Close: %v, %v, %q", st, r.Err(), r.frames)
		}
	}
}

// A box that follows another in the same memory must not see it.
func TestFreshMemory(t *testing.T) {
	first := probe(t, "random")
	first.Run(0)
	for range 3 {
		hog := start(module(t, lab.probe), box.Config{Args: []string{"probe", "hog"}, MemoryLimit: 50 << 20})
		hog.Run(0)
		dirty := probe(t, "garbage")
		dirty.Deliver([]byte("x"))
		dirty.Run(0)
		dirty.Close()
		again := probe(t, "random")
		again.Run(0)
		if diff := cmp.Diff(first.frames, again.frames); diff != "" {
			t.Fatal(diff)
		}
	}
}

func TestGarbage(t *testing.T) {
	r := probe(t, "garbage")
	for i := range 100 {
		r.Deliver([]byte("x"))
		r.Run(int64(i))
		if got := r.taken(); len(got) != 1 || i > 10 && got[0] != "x gc true heap true" {
			t.Fatalf("round %d: %q, %v; stderr: %s", i, got, r.Err(), &r.stderr)
		}
	}
}

func TestOutput(t *testing.T) {
	r := probe(t, "print")
	r.Run(0)
	if got, want := r.stdout.String(), "to stdout\n"+strings.Repeat("\x00", 3<<20); got != want {
		t.Errorf("stdout has %d bytes, want %d", len(got), len(want))
	}
	if got := r.stderr.String(); got != "to stderr\n" {
		t.Errorf("stderr %q", got)
	}
}

func TestNoFiles(t *testing.T) {
	r := probe(t, "files")
	r.Run(0)
	if diff := cmp.Diff([]string{"open: true", "readdir: true", "create: true"}, r.frames); diff != "" {
		t.Error(diff)
	}
}

// A panic in the host's own function is the host's.
func TestHostPanic(t *testing.T) {
	b := module(t, lab.probe).Start(box.Config{
		Args:    []string{"probe", "args"},
		Receive: func([]byte) { panic("from the host") },
	})
	defer func() {
		if r := recover(); !strings.Contains(fmt.Sprint(r), "from the host") {
			t.Errorf("recovered %v", r)
		}
		b.Close()
	}()
	b.Run(0)
}

func TestPlainProgram(t *testing.T) {
	r := start(module(t, lab.plain), box.Config{Args: []string{"plain", "arg"}, Env: []string{"PLAIN=yes"}})
	now := r.runUntil(1e12)
	want := "tick 10s\ntick 20s\ntick 30s\ndone 30s [plain arg] yes\n"
	without := func(s string) string { return strings.Replace(s, "tick 30s\n", "", 1) }
	if got := without(r.stdout.String()); got != without(want) || now != 30e9 {
		t.Errorf("at %d: %s", now, got)
	}
	var exit *box.ExitError
	if !errors.As(r.Err(), &exit) || exit.Status != 3 {
		t.Error(r.Err())
	}
}

func TestTestBinary(t *testing.T) {
	wasm, err := build(gobuild.Config{Packages: []string{"./testdata/plain"}, Test: true})
	if err != nil {
		t.Fatal(err)
	}
	m, err := lab.engine.Load(wasm)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	r := start(m, box.Config{Args: []string{"plain.test", "-test.v"}})
	now := r.runUntil(1e15)
	out := r.stdout.String()
	if !strings.HasSuffix(out, "\nPASS\n") || !strings.Contains(out, "--- PASS: TestSleep (3600.00s)") || now != 3720e9 {
		t.Errorf("at %d: %s%s", now, out, &r.stderr)
	}
}

// Boxes that share a budget have so much together; what one gives up another can have.
func TestBudget(t *testing.T) {
	m := module(t, lab.probe)
	budget := &box.Budget{Limit: 160 << 20}
	first := start(m, box.Config{Args: []string{"probe", "echo"}, Budget: budget})
	first.Run(0)
	of := budget.Used()
	if of <= 0 || of > 32<<20 {
		t.Fatalf("a box that does nothing has %d bytes", of)
	}
	hog := start(m, box.Config{Args: []string{"probe", "hog"}, Budget: budget, Stacks: true})
	if st := hog.Run(0); st != box.Exited || !errors.Is(hog.Err(), box.ErrBudget) {
		t.Errorf("status %v, error %v of a box that takes all there is", st, hog.Err())
	}
	if got := budget.Used(); got != of {
		t.Errorf("%d bytes when the other box has exited, and %d before it was there", got, of)
	}
	first.Close()
	if got := budget.Used(); got != 0 {
		t.Errorf("%d bytes when all boxes have exited", got)
	}
}
