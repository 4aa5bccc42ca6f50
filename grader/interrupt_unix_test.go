//go:build unix

package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// A replay of a server that loops ends by itself when that has used its processor time, and at once at the second
// Ctrl-C.
func TestSecondInterrupt(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "loops")
	if err := (attack{name: "loops-in-getstate"}).lay(path, filepath.Join(dir, "marker")); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0], "replay", path, "InitialElection", "1")
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := stdout.Read(make([]byte, 1)); err != nil { // the run has begun
		t.Error(err)
	}
	ended := make(chan struct{})
	go func() {
		io.Copy(io.Discard, stdout)
		cmd.Wait()
		close(ended)
	}()
	// As people press it: a process never gets round to changing what a storm of signals does.
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for signals := 1; ; signals++ {
		cmd.Process.Signal(os.Interrupt)
		select {
		case <-ended:
			if status := cmd.ProcessState.Sys().(syscall.WaitStatus); !status.Signaled() {
				t.Errorf("after %d signals: %v", signals, cmd.ProcessState)
			}
			return
		case <-again.C:
		}
	}
}
