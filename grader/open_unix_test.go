//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// The page is opened by what the system has for that.
func TestOpen(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	pipe := filepath.Join(dir, "opened")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	script := "#!/bin/sh\necho \"$1\" >" + shellWord(pipe) + "\n"
	if err := os.WriteFile(filepath.Join(dir, "xdg-open"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	status, out, said := command(t, "replay", "-open", twice, "ManyElections", "1")
	if status != statusFailed {
		t.Fatalf("status %d: %s%s", status, out, said)
	}
	opened, err := os.ReadFile(pipe)
	name := strings.TrimSuffix(string(opened), "\n")
	if err != nil || !strings.Contains(out, "\npage:  "+name+"\n") || filepath.Dir(name) != dir {
		t.Fatalf("%q is opened (%v), and it says\n%s", name, err, out)
	}
	if rec := shownRun(t, name); rec.Scenario != "ManyElections" {
		t.Errorf("the page shows %s", rec.Scenario)
	}

	all := filepath.Join(dir, "all.html")
	status, out, said = command(t, "run", "-open", "-html", all, "-run", "ManyElections", "-count", "1", twice)
	opened, err = os.ReadFile(pipe)
	if status != statusFailed || err != nil || string(opened) != all+"\n" {
		t.Fatalf("status %d, %q is opened (%v): %s%s", status, opened, err, out, said)
	}
	if status, _, said := command(t, "run", "-open", twice); status != statusUsage ||
		!strings.Contains(said, "name a file by -html FILE") {
		t.Errorf("status %d: %s", status, said)
	}

	t.Setenv("PATH", "/nowhere")
	if status, _, said := command(t, "replay", "-open", twice, "ManyElections", "1"); status != statusUsage ||
		!strings.Contains(said, "there is no xdg-open here; use -html FILE") {
		t.Errorf("status %d: %s", status, said)
	}
}
