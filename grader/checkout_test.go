package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"raftlab/src/cluster"
	"raftlab/src/raft/rafttest"
)

// checkoutWith is the checkout of the tests with something in its Raft replaced.
func checkoutWith(t *testing.T, old, new string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "student")
	if err := os.CopyFS(dir, os.DirFS("testdata/checkout")); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "src", "raft", "raft.go")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(text, []byte(old)) {
		t.Fatalf("the checkout has no %q", old)
	}
	if err := os.WriteFile(file, bytes.Replace(text, []byte(old), []byte(new), 1), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

// What a checkout prints is shown, and moves no terminal.
func TestReplayIsHarmless(t *testing.T) {
	dir := checkoutWith(t, "func (rf *Raft) run() {", "func (rf *Raft) run() {\n\tprintln(\"\\x1b[2J it prints \\a\")")
	for _, columns := range []string{"", "-c"} {
		var out, errs bytes.Buffer
		args := append([]string{"grader", "replay"}, append(strings.Fields(columns), dir, "InitialElection", "1")...)
		status := grader(context.Background(), args, &out, &errs)
		if status != 0 || !strings.Contains(out.String(), "it prints") || strings.ContainsAny(out.String(), "\x1b\a") {
			t.Errorf("replay %s: status %d: %q%s", columns, status, out.String()[:min(2000, out.Len())], &errs)
		}
	}
}

// The code of a checkout runs outside of the sandbox only where that was asked for by name.
func TestNativeIsRefused(t *testing.T) {
	dir := checkoutWith(t, "package raft", "package raft\n\nfunc init() { panic(`it has run`) }")
	for _, clock := range []string{"bubble", "wall"} {
		var out, errs bytes.Buffer
		status := grader(context.Background(),
			[]string{"grader", "run", "-clock", clock, "-count", "1", "-run", "InitialElection", dir}, &out, &errs)
		want := "use -clock sim, or -allow-native if you trust the code"
		if status != statusUsage || !strings.Contains(out.String(), want) ||
			strings.Contains(out.String()+errs.String(), "it has run") {
			t.Errorf("-clock %s: status %d, want %d and %q:\n%s%s", clock, status, statusUsage, want, &out, &errs)
		}
	}
}

// Without the sandbox there are the race detector and go-deadlock.
func TestAllowNative(t *testing.T) {
	const getState = "	rf.mu.Lock()\n	defer rf.mu.Unlock()\n	return rf.term, rf.leader"
	tests := []struct {
		name, old, new string
		flags          string
		kind           cluster.Kind // "" passes
		message        string
	}{
		{"passes", "2018", "2019", "-clock bubble", "", ""},
		{"races", getState, "	return rf.term, rf.leader", "-clock bubble -race", cluster.Race,
			"data race between raft.(*Raft)."},
		{"locks twice", getState, "	rf.mu.Lock()\n	defer rf.mu.Unlock()\n	rf.mu.Lock()\n	return rf.term, rf.leader",
			"-clock bubble", cluster.Deadlock, "takes a lock that it holds already"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := checkoutWith(t, test.old, test.new)
			args := append(strings.Fields(test.flags), "-allow-native", "-count", "2", "-run", "ReElection", dir)
			status, res, out := grade(t, args...)
			impl := res.Implementations[0]
			switch {
			case test.kind == "":
				if status != 0 || impl.Scenarios[0].Passed != 2 ||
					!strings.Contains(out, "its timers are those of Go 1.23") {
					t.Errorf("status %d: %s", status, out)
				}
			default:
				if status != statusFailed || impl.Scenarios[0].Failed == 0 {
					t.Fatalf("status %d: %s", status, out)
				}
				f := impl.Scenarios[0].Failures[0]
				if cluster.Kind(f.Kind) != test.kind || !strings.Contains(f.Message, test.message) {
					t.Errorf("%s: %s\nwant %s: %s", f.Kind, f.Message, test.kind, test.message)
				}
				if want := "-allow-native"; !strings.Contains(f.Replay, want) {
					t.Errorf("it is repeated with %s", f.Replay)
				}
			}
		})
	}
}

// A program that takes too much memory to translate is refused in a sentence.
func TestTranslationMemory(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("not every system limits a process's memory")
	}
	dir := t.TempDir()
	impl, err := find(t.Context(), "testdata/checkout", rafttest.Lab(), ownBase)
	if err != nil {
		t.Fatal(err)
	}
	kit, err := newKit(t.Context(), dir, t.Output())
	if err != nil {
		t.Fatal(err)
	}
	wasm, err := buildBox(t.Context(), kit, impl, dir)
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "box.wasm")
	if err := os.WriteFile(file, wasm, 0o666); err != nil {
		t.Fatal(err)
	}
	command := []string{self, simWorker, "-module", file, "-cache", dir, "-check", file + ".prepared"}
	err = check(t.Context(), 1<<30, command)
	want := "the translation of its program takes more than 1024 MiB; make the code simpler"
	if err == nil || err.Error() != want {
		t.Errorf("with 1 GiB of addresses: %v, want %s", err, want)
	}
	if err := check(t.Context(), translationMemory, command); err != nil {
		t.Error(err)
	}
}
