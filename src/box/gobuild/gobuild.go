// Package gobuild builds Go programs for boxes: with a stock go command, for GOOS=wasip1, and with the patched
// standard library of package goroot. Neither the program's source nor the installed Go changes.
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

	"raftlab/src/box/goroot"
)

// A Config says what to build.
type Config struct {
	// Go is the toolchain that builds the program; its Merged must be set. If Go is nil, Build uses the toolchain
	// that [goroot.Find] finds, and keeps the patched standard library in the user's cache.
	Go *goroot.Toolchain

	// Dir is the directory to build in: it decides the module.
	Dir string

	// Packages is a package ("./cmd/server"), or the files of one.
	Packages []string

	// Test builds the package's tests (go test -c).
	Test bool

	// Overlay has files that the build sees in addition to, or in place of those on disk. The names are absolute or
	// relative to Dir. A nil value hides a file.
	Overlay map[string][]byte

	// Flags are further flags of go build, such as "-tags=x".
	Flags []string

	// Env are settings of the go command, such as "GOWORK=off", beside those that make a program for a box.
	Env []string

	// Limit is how many bytes of address space each process of the build may have, and no file that it writes may
	// be larger. CPU is how much processor time each may use. 0 is no limit. Both hold on Unix.
	Limit int64
	CPU   time.Duration

	// CacheDir keeps the last program built from each Config, so that the go command has little to do if nothing
	// changed. It is made if it does not exist. "" keeps nothing.
	CacheDir string
}

// Build returns the program as a WebAssembly module. If the sources are at fault, the error is a [*CompileError].
func Build(ctx context.Context, c Config) ([]byte, error) {
	wasm, err := c.build(ctx)
	var compile *CompileError
	if err != nil && ctx.Err() == nil && !errors.As(err, &compile) {
		err = fmt.Errorf("gobuild: %w", err)
	}
	return wasm, err
}

func (c Config) build(ctx context.Context) (wasm []byte, err error) {
	if c.Dir, err = filepath.Abs(c.Dir); err != nil {
		return nil, err
	}
	work, err := c.workDir()
	if err != nil {
		return nil, err
	}
	if c.CacheDir == "" {
		defer os.RemoveAll(work)
	}
	if c.Go == nil {
		if c.Go, err = findGo(ctx, work); err != nil {
			return nil, err
		}
	}
	replace, overlay, err := writeOverlay(filepath.Join(work, "overlay"), c.files())
	if err != nil {
		return nil, fmt.Errorf("overlay: %w", err)
	}
	// Another process may build the same Config from other sources meanwhile. Each writes a file of its own, and
	// the file that is renamed last stays for the next build.
	kept := filepath.Join(work, c.name()+".wasm")
	out, err := c.startFrom(kept)
	if err != nil {
		return nil, err
	}
	defer os.Remove(out)
	args := []string{"build"}
	if c.Test {
		args = []string{"test", "-c", "-vet=off"}
	}
	args = append(args, "-trimpath", "-buildvcs=false", "-overlay="+overlay, "-o", out)
	args = append(append(args, c.Flags...), c.Packages...)
	if text, err := c.run(ctx, args...); err != nil {
		return nil, Explain(err, c.inSource(text, replace))
	}
	wasm, err = os.ReadFile(out)
	if errors.Is(err, os.ErrNotExist) && c.Test {
		return nil, &CompileError{Text: strings.Join(c.Packages, " ") + " has no tests"}
	} else if err != nil {
		return nil, err
	}
	return wasm, os.Rename(out, kept)
}

// findGo finds a toolchain. Without a user's cache its patched standard library goes to work.
func findGo(ctx context.Context, work string) (*goroot.Toolchain, error) {
	t, err := goroot.Find(ctx, nil)
	if err != nil {
		return nil, err
	}
	if cache, err := os.UserCacheDir(); err == nil {
		work = filepath.Join(cache, "raftlab")
	}
	return t, t.Merge(filepath.Join(work, "goroot"))
}

// workDir is the directory for what the build writes.
func (c *Config) workDir() (string, error) {
	if c.CacheDir == "" {
		return os.MkdirTemp("", "gobuild-")
	}
	dir, err := filepath.Abs(c.CacheDir)
	if err == nil {
		err = os.MkdirAll(dir, 0o777)
	}
	return dir, err
}

// startFrom returns the name of a new file next to kept. It has kept's content, if there is some: the go command
// does not link again if that is what it would write.
func (c *Config) startFrom(kept string) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(kept), "new-*.wasm")
	if err != nil {
		return "", err
	}
	old, err := os.ReadFile(kept)
	if err == nil {
		_, err = f.Write(old)
	}
	f.Close()
	if len(old) == 0 || err != nil {
		err = os.Remove(f.Name())
	}
	return f.Name(), err
}

// name identifies what a Config builds, whatever the sources say.
func (c *Config) name() string {
	h := sha256.New()
	fmt.Fprintf(h, "%q %q %q %v", c.Dir, c.Packages, c.Flags, c.Test)
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// run runs the go command for the guest's system. It returns what the go command printed on standard error, also
// with an error.
func (c *Config) run(ctx context.Context, args ...string) (stderr string, err error) {
	cmd := Command(ctx, Limits{Memory: c.Limit, CPU: c.CPU}, c.Go.Command(), args...)
	cmd.WaitDelay = time.Second // for its output, once it was killed
	cmd.Dir = c.Dir
	// The compiler takes a fifth less time where it may keep more garbage.
	cmd.Env = append([]string{"GOGC=400", "GOMEMLIMIT=1GiB"}, os.Environ()...)
	cmd.Env = append(cmd.Env, "GOROOT="+c.Go.Merged, "GOTOOLCHAIN=local", "GOOS=wasip1", "GOARCH=wasm", "GOWASM=",
		"GOEXPERIMENT=", "GOFLAGS=", "GO111MODULE=on", "CGO_ENABLED=0", "PWD="+c.Dir)
	cmd.Env = append(cmd.Env, c.Env...)
	var words bytes.Buffer
	cmd.Stderr = &words
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		text := strings.TrimSpace(words.String())
		if state := cmd.ProcessState; state != nil {
			if err := c.exceeded(text, state.UserTime()+state.SystemTime()); err != nil {
				return "", err
			}
		}
		return text, fmt.Errorf("go %s: %w", args[0], err)
	}
	return "", nil
}

// files returns the overlay by absolute names.
func (c *Config) files() map[string][]byte {
	files := map[string][]byte{}
	for name, data := range c.Overlay {
		if !filepath.IsAbs(name) {
			name = filepath.Join(c.Dir, name)
		}
		files[name] = data
	}
	return files
}

// writeOverlay writes the files, by content, to dir. It returns where each one is now, and the name of the list of
// them for the go command.
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
func (c *Config) inSource(text string, replace map[string]string) string {
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
	return text
}

// writeByContent writes a file to dir, if it is not there, under the hash of its original name and its data. Others
// may be writing the same one.
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
