// Package gobuild builds Go programs for boxes: with the stock go command, for
// GOOS=wasip1, and with a few functions more in package runtime, which it adds by the go
// command's overlay. Neither the program's source nor the installed Go changes.
package gobuild

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// A Config says what to build.
type Config struct {
	// Dir is the directory to build in: it decides the module, and the version of Go.
	Dir string

	// Packages is a package ("./cmd/server"), or the files of one.
	Packages []string

	// Test builds the package's tests (go test -c).
	Test bool

	// Overlay has files that the build sees in addition to, or in place of those on
	// disk. The names are absolute or relative to Dir. A nil value hides a file.
	Overlay map[string][]byte

	// Flags are further flags of go build, such as "-tags=x".
	Flags []string

	// Env are settings of the go command, such as "GOWORK=off", beside those that
	// make a program for a box.
	Env []string

	// Limit is how many bytes of address space each process of the build may have,
	// and no file that it writes may be larger; 0 is no limit. It holds on Unix.
	Limit int64

	// CacheDir keeps the last program built from each Config, so that the go command has
	// little to do if nothing changed. It is made if it does not exist. "" keeps nothing.
	CacheDir string
}

// Build returns the program as a WebAssembly module. If it does not compile, the error
// has what the go command said.
func Build(ctx context.Context, c Config) ([]byte, error) {
	dir, err := filepath.Abs(c.Dir)
	if err != nil {
		return nil, fmt.Errorf("gobuild: %w", err)
	}
	c.Dir = dir
	work := c.CacheDir
	if work == "" {
		if work, err = os.MkdirTemp("", "gobuild-"); err != nil {
			return nil, fmt.Errorf("gobuild: %w", err)
		}
		defer os.RemoveAll(work)
	}
	if work, err = filepath.Abs(work); err != nil {
		return nil, fmt.Errorf("gobuild: %w", err)
	}
	files, err := c.files(ctx)
	if err != nil {
		return nil, fmt.Errorf("gobuild: %w", err)
	}
	replace, overlay, err := writeOverlay(filepath.Join(work, "overlay"), files)
	if err != nil {
		return nil, fmt.Errorf("gobuild: overlay: %w", err)
	}
	out := filepath.Join(work, c.name()+".wasm")
	args := []string{"build"}
	if c.Test {
		args = []string{"test", "-c", "-vet=off"}
	}
	args = append(args, "-trimpath", "-buildvcs=false", "-overlay="+overlay, "-o", out)
	args = append(append(args, c.Flags...), c.Packages...)
	if _, err := c.run(ctx, args...); err != nil {
		return nil, c.inSource(err, replace)
	}
	wasm, err := os.ReadFile(out)
	if errors.Is(err, os.ErrNotExist) && c.Test {
		return nil, fmt.Errorf("gobuild: %s has no tests", strings.Join(c.Packages, " "))
	} else if err != nil {
		return nil, fmt.Errorf("gobuild: %w", err)
	}
	return wasm, nil
}

// name identifies what a Config builds, whatever the sources say.
func (c *Config) name() string {
	h := sha256.New()
	fmt.Fprintf(h, "%q %q %q %v", c.Dir, c.Packages, c.Flags, c.Test)
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// run runs the go command for the guest's system and returns its standard output.
func (c *Config) run(ctx context.Context, args ...string) ([]byte, error) {
	cmd := Command(ctx, c.Limit, "go", args...)
	cmd.WaitDelay = time.Second // for its output, once it was killed
	cmd.Dir = c.Dir
	// The compiler takes a fifth less time where it may keep more garbage.
	cmd.Env = append([]string{"GOGC=400", "GOMEMLIMIT=1GiB"}, os.Environ()...)
	cmd.Env = append(cmd.Env, "GOOS=wasip1", "GOARCH=wasm", "GOWASM=", "GOFLAGS=", "CGO_ENABLED=0", "PWD="+c.Dir)
	cmd.Env = append(cmd.Env, c.Env...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		text := strings.TrimSpace(stderr.String())
		if text == "" {
			text = err.Error()
		}
		return nil, fmt.Errorf("go %s: %s", args[0], text)
	}
	return stdout.Bytes(), nil
}

// files returns the overlay by absolute names: the guest's own files and the runtime's.
func (c *Config) files(ctx context.Context) (map[string][]byte, error) {
	goroot, err := c.run(ctx, "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	files, err := patchedRuntime(strings.TrimSpace(string(goroot)))
	if err != nil {
		return nil, err
	}
	for name, data := range c.Overlay {
		if !filepath.IsAbs(name) {
			name = filepath.Join(c.Dir, name)
		}
		files[name] = data
	}
	return files, nil
}

// writeOverlay writes the files, by content, to dir. It returns where each one is now, and the name
// of a file that tells the go command.
func writeOverlay(dir string, files map[string][]byte) (replace map[string]string, list string, err error) {
	replace = map[string]string{}
	for name, data := range files {
		if data == nil {
			replace[name] = ""
			continue
		}
		file, err := writeByContent(dir, name, data)
		if err != nil {
			return nil, "", err
		}
		replace[name] = file
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return nil, "", err
	}
	list, err = writeByContent(dir, "overlay.json", text)
	return replace, list, err
}

// inSource names the files in the go command's messages as the user knows them, not as they are in the overlay.
func (c *Config) inSource(err error, replace map[string]string) error {
	text := err.Error()
	for name, file := range replace {
		if file == "" || !strings.Contains(text, filepath.Base(file)) {
			continue
		}
		if rel, err := filepath.Rel(c.Dir, name); err == nil && filepath.IsLocal(rel) {
			name = "." + string(filepath.Separator) + rel
		}
		shown := regexp.MustCompile(`[^\s:]*` + regexp.QuoteMeta(filepath.Base(file)))
		text = shown.ReplaceAllLiteralString(text, name)
	}
	if text == err.Error() {
		return err
	}
	return errors.New(text)
}

// writeByContent writes a file to dir, if it is not there, under the hash of its original name
// and its data. Others may be writing the same one.
func writeByContent(dir, original string, data []byte) (string, error) {
	h := sha256.New()
	fmt.Fprintf(h, "%q", original)
	h.Write(data)
	name := filepath.Join(dir, hex.EncodeToString(h.Sum(nil)[:12])+filepath.Ext(original))
	if old, err := os.ReadFile(name); err == nil && bytes.Equal(old, data) {
		return name, nil
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", err
	}
	tmp, err := os.CreateTemp(dir, "new-*")
	if err != nil {
		return "", err
	}
	_, err = tmp.Write(data)
	if err2 := tmp.Close(); err == nil {
		err = err2
	}
	if err == nil {
		err = os.Rename(tmp.Name(), name)
	}
	if err != nil {
		os.Remove(tmp.Name())
		return "", err
	}
	return name, nil
}
