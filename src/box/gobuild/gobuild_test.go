package gobuild_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"raftlab/internal/testinputs"
	"raftlab/src/box"
	"raftlab/src/box/gobuild"
)

// output runs a program and returns what it prints.
func output(t *testing.T, wasm []byte) string {
	t.Helper()
	testinputs.Note(t)
	e, err := box.NewEngine("")
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	m, err := e.Load(wasm)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	b := m.Start(box.Config{Args: []string{"hello"}, Stdout: func(p []byte) { out.Write(p) }})
	defer b.Close()
	b.Run(0)
	return out.String()
}

func TestOverlay(t *testing.T) {
	cache := t.TempDir()
	hello := gobuild.Config{Dir: "testdata/hello", Packages: []string{"."}, CacheDir: cache}
	virtual := gobuild.Config{
		Dir:      ".",
		Packages: []string{"./nowhere/cmd"},
		Overlay: map[string][]byte{
			"nowhere/cmd/main.go": []byte("package main\nimport \"raftlab/src/box/gobuild/nowhere/text\"\n" +
				"func main() { println(text.Text); print(text.Text) }\n"),
			"nowhere/text/text.go": []byte("package text\nconst Text = \"virtual\"\n"),
		},
		CacheDir: cache,
	}
	changed := hello
	changed.Overlay = map[string][]byte{"greeting.go": []byte("package main\nconst greeting = \"changed\"\n")}
	moved := hello
	moved.Overlay = map[string][]byte{"greeting.go": nil, "other.go": []byte("package main\nconst greeting = \"moved\"\n")}
	for _, tt := range []struct {
		name   string
		config gobuild.Config
		want   string
	}{
		{"as it is", hello, "hello, world\n"},
		{"changed", changed, "changed\n"},
		{"moved", moved, "moved\n"},
		{"as it is again", hello, "hello, world\n"},
	} {
		wasm, err := gobuild.Build(t.Context(), tt.config)
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		if got := output(t, wasm); got != tt.want {
			t.Errorf("%s: prints %q, want %q", tt.name, got, tt.want)
		}
	}
	if _, err := gobuild.Build(t.Context(), virtual); err != nil {
		t.Errorf("a package that exists only in the overlay: %v", err)
	}
}

// The same sources give the same bytes, with a cache or without, wherever it is.
func TestReproducible(t *testing.T) {
	c := gobuild.Config{Dir: "testdata/hello", Packages: []string{"."}}
	var first []byte
	for i, dir := range []string{"", t.TempDir(), t.TempDir()} {
		c.CacheDir = dir
		for range 2 {
			wasm, err := gobuild.Build(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = wasm
			}
			if !bytes.Equal(wasm, first) {
				t.Errorf("cache %d: another program", i)
			}
		}
	}
}

func TestErrors(t *testing.T) {
	for _, tt := range []struct {
		name   string
		config gobuild.Config
		want   string
	}{
		{"does not compile",
			gobuild.Config{
				Packages: []string{"."},
				Overlay:  map[string][]byte{"greeting.go": []byte("package main\nvar x = nonesuch\n")},
			},
			"\n./greeting.go:2:9: undefined: nonesuch"},
		{"does not exist", gobuild.Config{Packages: []string{"./nonesuch"}}, "nonesuch"},
		{"unknown flag", gobuild.Config{Packages: []string{"."}, Flags: []string{"-nonesuch"}},
			"flag provided but not defined"},
		{"no tests", gobuild.Config{Packages: []string{"."}, Test: true}, "no tests"},
	} {
		tt.config.Dir = "testdata/hello"
		tt.config.CacheDir = t.TempDir()
		if _, err := gobuild.Build(t.Context(), tt.config); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want %q", tt.name, err, tt.want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := gobuild.Build(ctx, gobuild.Config{Dir: "testdata/hello", Packages: []string{"."}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: error %v", err)
	}
	if _, err := os.Stat(filepath.Join("testdata", "hello", "hello")); err == nil {
		t.Error("a program was left behind")
	}
}
