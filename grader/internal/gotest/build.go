// Package gotest runs the tests that come with a checkout, unmodified, in boxes (WebAssembly sandboxes, see package
// box): each run of a test, with its own seed, is a program in a box, and time is virtual.
package gotest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"go/version"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"

	"raftlab/grader/internal/build"
	"raftlab/grader/internal/checkout"
	"raftlab/src/box/gobuild"
	"raftlab/src/box/goroot"
)

// gopathModule is the module path under which a tree without a module is built.
const gopathModule = "gopath"

// ModulePath returns the path of the module as which a checkout is built.
func ModulePath(c checkout.Checkout) string { return cmp.Or(c.Module, gopathModule) }

// Build builds the checkout's test binary for a box. Nothing is written into the checkout. If the checkout is at fault,
// the error is a [*gobuild.CompileError] with the compiler's message. work is a directory for files that are not needed
// afterwards. cacheDir keeps what makes the next build quick; "" keeps nothing.
func Build(
	ctx context.Context, toolchain *goroot.Toolchain, c checkout.Checkout, tags, work, cacheDir string,
) ([]byte, error) {
	if c.Daemons() {
		return nil, &gobuild.CompileError{Text: "its tester starts every server as a process of its own (as the lab " +
			"does from 2026 on), and a box is a single process; use grader run"}
	}
	b := builder{toolchain: toolchain, c: c, tags: tags, work: work, cache: cacheDir}
	if c.Module != "" {
		return b.module(ctx)
	}
	return b.gopath(ctx)
}

// A builder builds a checkout once.
type builder struct {
	toolchain *goroot.Toolchain
	c         checkout.Checkout
	tags      string
	work      string // for a go.mod that the go command may change
	cache     string
}

// module builds a checkout that is a module.
func (b builder) module(ctx context.Context) ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(b.c.Root, "go.mod"))
	if err != nil {
		return nil, err
	}
	if b.c.Go == "" {
		// The go command would add its own version.
		text = append(text, "\ngo "+checkout.ModuleGo+"\n"...)
	}
	sum, err := os.ReadFile(filepath.Join(b.c.Root, "go.sum"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(b.c.Root, "vendor", "modules.txt")); err == nil {
		return b.build(ctx, nil)
	}
	return b.buildWith(ctx, text, sum, nil)
}

var needsGo = regexp.MustCompile(`requires go(1\.\d+) or later`)

// gopath builds a tree without a module as if it were one.
func (b builder) gopath(ctx context.Context) ([]byte, error) {
	overlay, err := asModule(b.c)
	if err != nil {
		return nil, err
	}
	line := checkout.GOPATHGo
	for {
		mod := fmt.Sprintf("module %s\n\ngo %s\n", gopathModule, line)
		overlay[filepath.Join(b.c.Root, "go.mod")] = []byte(mod)
		wasm, err := b.buildWith(ctx, []byte(mod), nil, overlay)
		if err == nil {
			return wasm, nil
		}
		// It uses what came later, so it was written later.
		newer := ""
		for _, m := range needsGo.FindAllStringSubmatch(err.Error(), -1) {
			if version.Compare("go"+m[1], "go"+newer) > 0 {
				newer = m[1]
			}
		}
		if version.Compare("go"+newer, "go"+line) <= 0 {
			return nil, err
		}
		line = newer
	}
}

// asModule returns the changed files by which a tree without a module becomes one: they import the tree's packages by
// module paths. The numbers of lines do not change.
func asModule(c checkout.Checkout) (map[string][]byte, error) {
	overlay := map[string][]byte{}
	hideModules(c, c.Dir, overlay)
	byFile := map[string][]checkout.Import{}
	for _, i := range c.LocalImports {
		byFile[i.File] = append(byFile[i.File], i)
		hideModules(c, i.Dir, overlay)
	}
	for file, list := range byFile {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		slices.SortFunc(list, func(a, b checkout.Import) int { return b.Start - a.Start })
		for _, i := range list {
			path := strconv.Quote(gopathModule + "/" + c.RelTo(i.Dir))
			text = slices.Concat(text[:i.Start], []byte(path), text[i.End:])
		}
		overlay[file] = text
	}
	return overlay, nil
}

// hideModules hides the go.mod files between the root and a package.
func hideModules(c checkout.Checkout, dir string, overlay map[string][]byte) {
	for ; dir != c.Root; dir = filepath.Dir(dir) {
		name := filepath.Join(dir, "go.mod")
		if _, err := os.Stat(name); err == nil {
			overlay[name] = nil
		}
	}
}

// buildWith builds with another go.mod and go.sum, to which the go command may add what they lack.
func (b builder) buildWith(ctx context.Context, mod, sum []byte, overlay map[string][]byte) ([]byte, error) {
	name := filepath.Join(b.work, "go.mod")
	if err := os.WriteFile(name, mod, 0o666); err != nil {
		return nil, err
	}
	if len(sum) > 0 {
		if err := os.WriteFile(filepath.Join(b.work, "go.sum"), sum, 0o666); err != nil {
			return nil, err
		}
	}
	return b.build(ctx, overlay, "-mod=mod", "-modfile="+name)
}

// build builds the package's tests with these flags.
func (b builder) build(ctx context.Context, overlay map[string][]byte, flags ...string) ([]byte, error) {
	return build.Box(ctx, gobuild.Config{
		Go:       b.toolchain,
		Dir:      b.c.Root,
		Packages: []string{"./" + b.c.Rel()},
		Test:     true,
		Overlay:  overlay,
		Flags:    flags,
		Env:      []string{"GOWORK=off"},
		CacheDir: b.cache,
	}, b.tags)
}
