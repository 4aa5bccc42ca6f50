// Package box runs stock Go programs, compiled to wasip1, each as a WebAssembly instance of its own under a virtual
// clock and a seeded source of randomness.
//
// An [Engine] compiles a program once into a [Module]; every [Box] is one run of it. A guest is single-threaded and
// runs only inside [Box.Run], on the caller's goroutine, until all of its goroutines are blocked. Then its
// WebAssembly stack is unwound and the box is nothing but its memory: there is no goroutine or thread behind it,
// and it can be thrown away at any time. Everything a guest can observe comes from the arguments of Start, Deliver,
// Run and SetClock, so the same calls give the same run, byte for byte.
//
// A guest sees its arguments, its environment, two clocks, randomness, standard output and error, and the frames it
// exchanges with its host (package guest). It sees no files of the machine, no sockets and nothing else of it.
package box

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"syscall"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/experimental"

	"raftlab/src/box/internal/wasmbin"
)

// An Engine compiles guests and holds the compiled code. It may be used by many goroutines.
type Engine struct {
	cache wazero.CompilationCache
	rt    wazero.Runtime
}

// NewEngine returns an engine that keeps compiled code in the directory cacheDir, by content, for other processes
// and later runs. With "" it keeps it in memory.
func NewEngine(cacheDir string) (*Engine, error) {
	e := new(Engine)
	if cacheDir == "" {
		e.cache = wazero.NewCompilationCache()
	} else {
		c, err := wazero.NewCompilationCacheWithDir(cacheDir)
		if err != nil {
			return nil, fmt.Errorf("box: compilation cache: %w", err)
		}
		e.cache = c
	}
	ctx := context.Background()
	e.rt = wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithCompilationCache(e.cache))
	if err := exportHost(ctx, e.rt); err != nil {
		e.Close()
		return nil, fmt.Errorf("box: %w", err)
	}
	return e, nil
}

// Close frees all compiled code. No box of the engine may run afterwards.
func (e *Engine) Close() error {
	ctx := context.Background()
	err := e.rt.Close(ctx)
	if err2 := e.cache.Close(ctx); err == nil {
		err = err2
	}
	return err
}

// Speedups names the ways in which a guest's code is rewritten only to make it faster.
func Speedups() []string { return slices.Clone(wasmbin.Speedups) }

// Prepare does the part of [Engine.Load] that the engine's cache does not keep, for callers that load a guest more
// than once. An engine of the same version can load the result in place of the guest; other versions may not read
// it. The [Speedups] named in without are left out, for measurements and for tests that they change nothing.
func Prepare(wasm []byte, without ...string) ([]byte, error) {
	p, err := wasmbin.Prepare(wasm, without...)
	if err != nil {
		return nil, fmt.Errorf("box: %w: %w", ErrModule, err)
	}
	return p.Bytes(), nil
}

// Load compiles a guest: a command that the Go toolchain built for GOOS=wasip1 GOARCH=wasm (see package gobuild),
// with its function names. It takes about a second for each 2 MB if the compiled code is not in the cache. The
// command may have gone through [Prepare]. The error is an [ErrModule] if the guest is at fault.
func (e *Engine) Load(wasm []byte) (*Module, error) {
	p, err := wasmbin.Parse(wasm)
	if err != nil {
		return nil, fmt.Errorf("box: %w: %w", ErrModule, err)
	}
	for _, name := range p.Imports {
		if name != wasiModule && name != hostModule {
			return nil, fmt.Errorf("box: %w: it imports functions of %q, which no host has", ErrModule, name)
		}
	}
	ctx := experimental.WithCompilationWorkers(context.Background(), runtime.GOMAXPROCS(0))
	code, err := e.rt.CompileModule(ctx, p.Wasm)
	if err != nil {
		if !fromSystem(err) {
			err = fmt.Errorf("%w: %w", ErrModule, err)
		}
		return nil, fmt.Errorf("box: compile: %w", err)
	}
	m := &Module{rt: e.rt, code: code, images: map[string]*image{}}
	m.netpoll, m.wait, m.checkpoint, m.trace = p.Netpoll, p.Wait, p.Checkpoint, p.Trace
	m.boot, err = bootImage(p)
	if err != nil {
		code.Close(ctx)
		return nil, fmt.Errorf("box: %w: %w", ErrModule, err)
	}
	in, err := m.acquire() // which fails if it imports what no host has
	if err != nil {
		code.Close(ctx)
		return nil, fmt.Errorf("box: %w: %w", ErrModule, err)
	}
	m.release(in)
	return m, nil
}

// fromSystem reports whether an error comes from the operating system, such as that of a full disk.
func fromSystem(err error) bool {
	var path *fs.PathError
	var link *os.LinkError
	var number syscall.Errno
	return errors.As(err, &path) || errors.As(err, &link) || errors.As(err, &number)
}
