package goroot

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// installed returns the toolchain of a release, which the go command fetches if need be.
func installed(t *testing.T, release string) *Toolchain {
	t.Helper()
	toolchain, _, err := ask(t.Context(), "GOTOOLCHAIN="+release)
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("%s cannot be fetched: %v", release, err)
		}
		t.Skipf("%s cannot be fetched, which needs a network: %v", release, err)
	}
	return toolchain
}

// The patches for each supported minor version of Go fit its newest release and the first. Where Go has moved a
// hook, the error names the patch, the file and the lines.
func TestPatchesFit(t *testing.T) {
	for _, release := range Releases() {
		for _, r := range []string{release, minorOf(release) + ".0"} {
			t.Run(r, func(t *testing.T) {
				if _, err := installed(t, r).files(nil); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// Every patch says in a sentence what breaks without it.
func TestReasons(t *testing.T) {
	for _, release := range Releases() {
		patches, err := patchesFor(minorOf(release))
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range patches {
			if !strings.Contains(strings.ReplaceAll(p.reason, "\n", " "), "Without this patch") ||
				!strings.HasSuffix(p.reason, ".") && !strings.HasSuffix(p.reason, ".)") {
				t.Errorf("%s %s: the reason is %q", release, p.name, p.reason)
			}
		}
	}
}

// A go.mod's module is built with a merged GOROOT as with the real one, and the files that differ do compile: go
// vet checks the packages that they are in.
func TestMerge(t *testing.T) {
	for _, release := range Releases() {
		t.Run(release, func(t *testing.T) {
			toolchain := installed(t, release)
			dir := t.TempDir()
			if err := toolchain.Merge(dir); err != nil {
				t.Fatal(err)
			}
			first := toolchain.Merged
			if err := toolchain.Merge(dir); err != nil || toolchain.Merged != first {
				t.Errorf("a second time it is %s (%v), not %s", toolchain.Merged, err, first)
			}
			broken := filepath.Join(first, "src", "runtime", "select.go")
			if err := os.Remove(broken); err != nil {
				t.Fatal(err)
			}
			if err := toolchain.Merge(dir); err != nil || toolchain.Merged != first {
				t.Errorf("when it was not whole it is %s (%v), not %s", toolchain.Merged, err, first)
			}
			if _, err := os.Stat(broken); err != nil {
				t.Errorf("what was deleted is not there again: %v", err)
			}
			if err := toolchain.Merge(dir, "select"); err != nil || toolchain.Merged == first {
				t.Errorf("without a patch it is the same: %s (%v)", toolchain.Merged, err)
			}
			left, err := filepath.Glob(filepath.Join(dir, "new-*"))
			if err != nil || len(left) > 0 {
				t.Errorf("left behind: %v (%v)", left, err)
			}
			cmd := exec.Command(toolchain.Command(), "list", "-f", "{{.Dir}} {{.GoFiles}}", "runtime", "sync", "crypto/sha256")
			cmd.Env = append(os.Environ(), "GOROOT="+first, "GOTOOLCHAIN=local", "GOOS=wasip1", "GOARCH=wasm",
				"GOFLAGS=", "GO111MODULE=on")
			cmd.Dir = t.TempDir()
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			if got := strings.Count(string(out), "zbox"); !strings.HasPrefix(string(out), first) || got < 8 {
				t.Errorf("the go command sees %s", out)
			}
		})
	}
}

// The lists of the standard library's packages are complete.
func TestPackages(t *testing.T) {
	for _, release := range Releases() {
		t.Run(release, func(t *testing.T) {
			cmd := exec.Command(installed(t, release).Command(), "list", "std")
			cmd.Env = append(os.Environ(), "GOTOOLCHAIN=local", "GOFLAGS=", "GOROOT=")
			cmd.Dir = t.TempDir()
			out, err := cmd.Output()
			if err != nil {
				t.Fatal(err)
			}
			for path := range strings.FieldsSeq(string(out)) {
				if !InLibrary(path) {
					t.Errorf("%s is missing in packages", path)
				}
			}
		})
	}
	for path, want := range map[string]bool{
		"fmt": true, "regexp/syntax": true, "go/ast": true, "crypto/internal/fips140": true, "unsafe": true,
		"raft": false, "labrpc": false, "golang.org/x/sys": false, "go": false, "6.5840/raft": false, "": false,
	} {
		if InLibrary(path) != want {
			t.Errorf("InLibrary(%q) is %v", path, !want)
		}
	}
}

// Of a standard library that has changed, the error names each hook that has moved.
func TestMovedHooks(t *testing.T) {
	toolchain := installed(t, Releases()[0])
	root := t.TempDir()
	if err := merge(root, toolchain.Root, "", map[string]string{
		"src/runtime/select.go": "package runtime\n",
		"src/runtime/mgc.go":    "package runtime\n",
	}); err != nil {
		t.Fatal(err)
	}
	changed := *toolchain
	changed.Root = root
	err := changed.Merge(t.TempDir())
	for _, want := range []string{
		"collect.patch: src/runtime/mgc.go has these lines 0 times",
		"poll.patch: src/runtime/select.go", "select.patch: src/runtime/select.go",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	if err := os.Remove(filepath.Join(root, "src", "runtime", "select.go")); err != nil {
		t.Fatal(err)
	}
	if err := changed.Merge(t.TempDir()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("without the file: %v", err)
	}
}

// Which Go is used, or what is said of it, is decided by the go command on PATH and GOTOOLCHAIN.
func TestFind(t *testing.T) {
	newest := Releases()[len(Releases())-1]
	real := installed(t, newest)
	tests := []struct {
		name     string
		have     string // the version that go on PATH has; none if it is ""
		policy   string // its GOTOOLCHAIN
		set      string // GOTOOLCHAIN in the environment
		want     string // a version, or what the error says
		fetching string
	}{
		{name: "supported", have: "go1.26.3", policy: "auto", want: "go1.26.3"},
		{name: "with experiments", have: "go1.27.1 X:nodwarf5", policy: "local", want: "go1.27.1"},
		{name: "release candidate", have: "go1.27rc1", policy: "local", want: "go1.27rc1"},
		{name: "too old, others allowed", have: "go1.24.1", policy: "auto", want: newest, fetching: "go1.24.1 " + newest},
		{name: "too old, those on PATH allowed", have: "go1.24.1", policy: "go1.24.1+path", want: newest,
			fetching: "go1.24.1 " + newest},
		{name: "too old", have: "go1.24.1", policy: "local",
			want: "go1.24.1 is not supported: servers are built with Go 1.26 or 1.27; set GOTOOLCHAIN=" + newest},
		{name: "too new", have: "go1.28.0", policy: "local", want: "go1.28.0 is not supported"},
		{name: "of no release", have: "devel go1.28-3a2c Tue", policy: "local",
			want: "devel go1.28-3a2c Tue is not supported"},
		{name: "asked for too old a one", have: "go1.27.0", policy: "auto", set: "go1.25.0",
			want: "go1.25.0 is not supported"},
		{name: "no go command", want: "there is no go command on PATH"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bin := t.TempDir()
			if tt.have != "" {
				script := "#!/bin/sh\ncase \"$GOTOOLCHAIN\" in\n" +
					newest + "*) v=" + newest + " ;;\n*) v='" + tt.have + "' ;;\nesac\n" +
					`printf '{"GOROOT":"%s","GOVERSION":"%s","GOTOOLCHAIN":"%s"}' ` +
					"'" + real.Root + "' \"$v\" '" + tt.policy + "'\n"
				if err := os.WriteFile(filepath.Join(bin, "go"), []byte(script), 0o755); err != nil {
					t.Fatal(err)
				}
			}
			t.Setenv("PATH", bin)
			t.Setenv("GOTOOLCHAIN", tt.set)
			said := ""
			found, err := Find(context.Background(), func(have, wanted string) { said = have + " " + wanted })
			switch {
			case err != nil:
				if !strings.Contains(err.Error(), tt.want) {
					t.Errorf("error %v, want %q", err, tt.want)
				}
			case found.Version != tt.want:
				t.Errorf("%s, want %s", found.Version, tt.want)
			}
			if said != tt.fetching {
				t.Errorf("it said that it fetches %q, want %q", said, tt.fetching)
			}
		})
	}
}

func TestPatchSyntax(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"no hunk", "Why.\n\n--- a/f\n+++ b/f\n", "x.patch: no hunks"},
		{"a hunk without a file", "@@ -1 +1 @@\n-a\n+b\n", "x.patch:1: a hunk before any file name"},
		{"no file name", "--- a/f\n+++ f\n@@ -1 +1 @@\n", "x.patch:2: no file name"},
		{"outside", "--- a/../f\n+++ b/../f\n@@ -1 +1 @@\n", "x.patch:2: no file name"},
		{"a stray line", "--- a/f\n+++ b/f\nwhat\n", "x.patch:3: a line outside of a hunk"},
		{"a line of no kind", "--- a/f\n+++ b/f\n@@ -1 +1 @@\nwhat\n", "x.patch:4: a line of a hunk must begin with"},
	} {
		if _, err := parsePatch("x", tt.text); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want %q", tt.name, err, tt.want)
		}
	}
	p, err := parsePatch("x", "Why it\nis there.\n\n"+
		"--- a/src/f.go\n+++ b/src/f.go\n@@ -9,2 +9,3 @@ func f() {\n one\n-two\n+2\n+3\n")
	if err != nil || p.reason != "Why it\nis there." {
		t.Fatalf("%+v, %v", p, err)
	}
	for _, tt := range []struct{ text, want string }{
		{"one\ntwo\n", "one\n2\n3\n"},
		{"zero\none\ntwo\nfour\n", "zero\none\n2\n3\nfour\n"},
		{"not one\ntwo\n", ""},
		{"one\ntwo\none\ntwo\n", ""},
	} {
		files := map[string]string{"src/f.go": tt.text}
		if err := p.apply(files, os.ReadFile); (err == nil) != (tt.want != "") {
			t.Errorf("%q: %v", tt.text, err)
		} else if err == nil && files["src/f.go"] != tt.want {
			t.Errorf("%q becomes %q, want %q", tt.text, files["src/f.go"], tt.want)
		}
	}
}
