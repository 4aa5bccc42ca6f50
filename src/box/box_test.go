package box_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"raftlab/internal/testinputs"
	"raftlab/src/box"
	"raftlab/src/box/gobuild"
)

// lab holds the engine and the guests of all tests.
var lab struct {
	engine *box.Engine
	cache  string
	probe  func() (*box.Module, error)
	plain  func() (*box.Module, error)
	own    func() (*box.Module, error)
}

func TestMain(m *testing.M) {
	code, err := runTests(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func runTests(m *testing.M) (int, error) {
	var err error
	if lab.cache, err = os.MkdirTemp("", "box-test-"); err != nil {
		return 0, err
	}
	defer os.RemoveAll(lab.cache)
	if lab.engine, err = box.NewEngine(lab.cache); err != nil {
		return 0, err
	}
	defer lab.engine.Close()
	lab.probe = sync.OnceValues(func() (*box.Module, error) { return load("probe") })
	lab.plain = sync.OnceValues(func() (*box.Module, error) { return load("plain") })
	lab.own = sync.OnceValues(func() (*box.Module, error) { return load("ownstart") })
	return m.Run(), nil
}

func build(c gobuild.Config) ([]byte, error) {
	c.Dir, c.CacheDir = ".", filepath.Join(lab.cache, "build")
	return gobuild.Build(context.Background(), c)
}

func load(name string) (*box.Module, error) { return loadInto(lab.engine, name) }

func loadInto(engine *box.Engine, name string) (*box.Module, error) {
	wasm, err := build(gobuild.Config{Packages: []string{"./testdata/" + name}})
	if err != nil {
		return nil, err
	}
	return engine.Load(wasm)
}

// module returns a guest's module.
func module(t testing.TB, get func() (*box.Module, error)) *box.Module {
	t.Helper()
	testinputs.Note(t)
	m, err := get()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// A run is a box with all that it has said.
type run struct {
	*box.Box
	frames []string
	stdout strings.Builder
	stderr strings.Builder
}

func start(m *box.Module, c box.Config) *run {
	r := new(run)
	c.Stdout = func(p []byte) { r.stdout.Write(p) }
	c.Stderr = func(p []byte) { r.stderr.Write(p) }
	c.Receive = func(f []byte) { r.frames = append(r.frames, string(f)) }
	r.Box = m.Start(c)
	return r
}

// probe starts the test guest.
func probe(t testing.TB, args ...string) *run {
	t.Helper()
	r := start(module(t, lab.probe), box.Config{Args: append([]string{"probe"}, args...)})
	t.Cleanup(r.Close)
	return r
}

// runUntil runs the box at each of its deadlines up to a time, and returns the last one.
func (r *run) runUntil(end int64) (now int64) {
	for {
		next, ok := r.Deadline()
		if !ok || next > end {
			return now
		}
		now = max(now, next)
		r.Run(now)
	}
}

// taken returns the frames since the last call.
func (r *run) taken() []string {
	f := r.frames
	r.frames = nil
	return f
}
