package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A trail is a file that a test writes while a follower reads it.
type trail struct {
	t        *testing.T
	name     string
	f        *follower
	poll     chan time.Time
	cancel   context.CancelFunc
	restarts []string
}

func newTrail(t *testing.T, content string) *trail {
	tr := &trail{t: t, name: filepath.Join(t.TempDir(), "server.log"), poll: make(chan time.Time)}
	tr.write(content)
	file, err := os.Open(tr.name)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	tr.cancel = cancel
	tr.f = &follower{ctx: ctx, name: tr.name, file: file, poll: tr.poll}
	tr.f.restarted = func(why string) { tr.restarts = append(tr.restarts, why) }
	t.Cleanup(func() { cancel(); tr.f.Close() })
	return tr
}

func (tr *trail) write(content string) {
	tr.t.Helper()
	if err := os.WriteFile(tr.name, []byte(content), 0o666); err != nil {
		tr.t.Fatal(err)
	}
}

func (tr *trail) append(content string) {
	tr.t.Helper()
	f, err := os.OpenFile(tr.name, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		tr.t.Fatal(err)
	}
	defer f.Close()
	if _, err := io.WriteString(f, content); err != nil {
		tr.t.Fatal(err)
	}
}

// expect reads as much as want is long.
func (tr *trail) expect(want string) {
	tr.t.Helper()
	got := make([]byte, len(want))
	if _, err := io.ReadFull(tr.f, got); err != nil || string(got) != want {
		tr.t.Fatalf("read %q, %v, want %q", got, err, want)
	}
}

// expectAfter starts reading want, lets the follower come to its end and wait,
// then changes the file.
func (tr *trail) expectAfter(change func(), want string) {
	tr.t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		tr.poll <- time.Time{} // taken only by a follower that waits
		change()
		tr.poll <- time.Time{} // it is not waiting for what it has: this finds it again at the end
	}()
	tr.expect(want)
	tr.drain(done)
}

// drain lets the follower poll until done.
func (tr *trail) drain(done chan struct{}) {
	for {
		select {
		case <-done:
			return
		case <-tr.poll:
		}
	}
}

func TestFollowGrowing(t *testing.T) {
	tr := newTrail(t, "one\n")
	tr.expect("one\n")
	tr.expectAfter(func() { tr.append("two\nthr") }, "two\nthr")
	tr.expectAfter(func() { tr.append("ee\n") }, "ee\n")
	if tr.restarts != nil {
		t.Errorf("restarts: %q", tr.restarts)
	}
}

func TestFollowTruncated(t *testing.T) {
	tr := newTrail(t, "a long first line\n")
	tr.expect("a long first line\n")
	tr.expectAfter(func() { tr.write("anew\n") }, "anew\n")
	if len(tr.restarts) != 1 {
		t.Errorf("restarts: %q", tr.restarts)
	}
}

// The beginning of a line that was lost must not be glued to a new line.
func TestFollowTruncatedWithinALine(t *testing.T) {
	tr := newTrail(t, "a long first line without an end")
	tr.expect("a long first line without an end")
	tr.expectAfter(func() { tr.write("anew\n") }, "\nanew\n")
}

func TestFollowReplaced(t *testing.T) {
	tr := newTrail(t, "old\n")
	tr.expect("old\n")
	tr.expectAfter(func() {
		if err := os.Rename(tr.name, tr.name+".1"); err != nil {
			t.Error(err)
		}
		tr.write("a new file that is longer than the old one\n")
	}, "a new file that is longer than the old one\n")
	if len(tr.restarts) != 1 {
		t.Errorf("restarts: %q", tr.restarts)
	}
}

func TestFollowEndsWithContext(t *testing.T) {
	tr := newTrail(t, "one\n")
	tr.expect("one\n")
	go tr.cancel()
	if n, err := tr.f.Read(make([]byte, 10)); n != 0 || !errors.Is(err, io.EOF) {
		t.Errorf("read %d, %v, want the end", n, err)
	}
}

// The command itself: it prints what is there, then goes on until interrupted.
func TestFollowCommand(t *testing.T) {
	name := filepath.Join(t.TempDir(), "server.log")
	if err := os.WriteFile(name, []byte("000001 VOTE S1 x\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	ctx, interrupt := context.WithCancel(t.Context())
	drain, out := io.Pipe()
	status := make(chan int, 1)
	go func() {
		status <- run(ctx, []string{"dslogs", name, "-f"}, env{stdout: out, stderr: io.Discard, getenv: os.Getenv})
		out.Close()
	}()
	tr := &trail{t: t, name: name}
	for _, line := range []string{"000001 VOTE S1 x\n", "000002 VOTE S1 y\n"} {
		got := make([]byte, len(line))
		if _, err := io.ReadFull(drain, got); err != nil || string(got) != line {
			t.Fatalf("read %q, %v, want %q", got, err, line)
		}
		tr.append("000002 VOTE S1 y\n")
	}
	interrupt()
	go io.Copy(io.Discard, drain)
	if s := <-status; s != 0 {
		t.Errorf("status %d, want 0", s)
	}
}
