package submission

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"raftlab/grader/internal/build"
	"raftlab/src/box/gobuild"
)

// buildTime is how long the compiler may take: code can be made for it to take
// for ever.
const buildTime = 3 * time.Minute

// buildMemory is what each process of the compiler may have, in bytes of address
// space, of which it uses a part; and how large what it writes may be.
const buildMemory = 2 << 30

// maxProgram is how large a program may be; most have 5 MiB.
const maxProgram = 64 << 20

// Build compiles the submission into the program of a box. ours is the folder of
// this project's module. stage is a folder for the sources as they are built;
// nothing else may be in it. cacheDir is as for gobuild. The error has the
// compiler's words, with the checkout's own files and lines.
func (s *Submission) Build(ctx context.Context, ours, stage, cacheDir string) ([]byte, error) {
	if err := s.stage(forBox, ours, stage); err != nil {
		return nil, fmt.Errorf("%s: %w", s.Dir, err)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, buildTime, errBuildTime)
	defer cancel()
	config := gobuild.Config{
		Dir:      filepath.Join(stage, mainFolder),
		Packages: []string{"."},
		Flags:    []string{"-mod=mod"},
		Env:      settings,
		CacheDir: cacheDir,
		Limit:    buildMemory,
	}
	wasm, err := gobuild.Build(ctx, config)
	if err != nil && foreign.MatchString(err.Error()) {
		// Modules that ask for a terminal have no file for this system, but often
		// one for App Engine, which has none either.
		config.Flags = append(config.Flags, "-tags=appengine")
		if again, err2 := gobuild.Build(ctx, config); err2 == nil || !foreign.MatchString(err2.Error()) {
			wasm, err = again, err2
		}
	}
	if err != nil {
		return nil, s.explain(ctx, err)
	}
	if len(wasm) > maxProgram {
		return nil, fmt.Errorf("%s makes a program of %d MiB; the sandbox takes %d: make its data smaller", s.Dir, len(wasm)>>20, maxProgram>>20)
	}
	return wasm, nil
}

// Native says how to build without a sandbox.
type Native struct {
	Race bool // with the race detector

	// Bubble makes it a worker for virtual time. There a timer's channel keeps no
	// stale tick, whatever the go line says: Go has no bubbles for those that do.
	Bubble bool
}

// BuildNative compiles the submission into a worker for the live world, without
// a sandbox: whoever runs it trusts its code. Its locks are go-deadlock's. ours
// and stage are as for Build; the worker's path is in dir.
func (s *Submission) BuildNative(ctx context.Context, ours, stage, dir string, o Native) (string, error) {
	form := forWall
	if o.Bubble {
		form = forBubble
	}
	if err := s.stage(form, ours, stage); err != nil {
		return "", fmt.Errorf("%s: %w", s.Dir, err)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, buildTime, errBuildTime)
	defer cancel()
	binary := filepath.Join(dir, "native.test")
	args := []string{"test", "-c", "-vet=off", "-mod=mod", "-tags", build.Tags, "-o", binary}
	if o.Race {
		args = append(args, "-race")
	}
	cmd := exec.CommandContext(ctx, "go", append(args, ".")...)
	cmd.WaitDelay = time.Second // for its output, once it was killed
	cmd.Dir = filepath.Join(stage, mainFolder)
	cmd.Env = append(os.Environ(), append([]string{"GOFLAGS=", "PWD=" + cmd.Dir}, settings...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", s.explain(ctx, errors.New(string(out)))
	}
	return binary, nil
}

// settings of the go command: what builds it decides nobody's checkout.
var settings = []string{"GOWORK=off", "GOTOOLCHAIN=local", "GOVCS=*:off"}

// explain says why the compiler failed.
func (s *Submission) explain(ctx context.Context, err error) error {
	switch {
	case errors.Is(context.Cause(ctx), errBuildTime):
		return fmt.Errorf("%s: %w", s.Dir, errBuildTime)
	case ctx.Err() != nil:
		return ctx.Err()
	case gobuild.OutOfMemory(err.Error()):
		return fmt.Errorf("%s: the compiler needs more than %d MiB of memory for it; make the code simpler", s.Dir, buildMemory>>20)
	}
	return fmt.Errorf("%s does not compile:\n%s", s.Dir, s.blame(err.Error()))
}

var errBuildTime = fmt.Errorf("the compiler did not end within %v; make the code simpler", buildTime)

var (
	foreign = regexp.MustCompile(`@v[0-9][^/]*/\S*\.go:\d+`) // a file of a module from elsewhere
	header  = regexp.MustCompile(`(?m)^(go build: )?# .*\n`)
	inBox   = regexp.MustCompile(`(?m)^\S*main(_test)?\.go:\d+:\d+`)
	inStage = regexp.MustCompile(`(?:\.\./|\S*/)` + stagedModule + `/(\S+\.go:)`)
)

// blame puts what the compiler says of the staged sources in terms of the
// checkout's.
func (s *Submission) blame(words string) string {
	words = strings.TrimPrefix(words, "gobuild: ")
	words = header.ReplaceAllString(words, "")
	words = strings.TrimPrefix(words, "go build: ")
	words = inStage.ReplaceAllString(words, s.tree.root+string(filepath.Separator)+"$1")
	if inBox.MatchString(words) {
		words = inBox.ReplaceAllLiteralString(words, s.shape.make)
		words = strings.ReplaceAll(words, "implementation.", "")
	}
	return strings.TrimSpace(words)
}

// write writes a file and the folders above it.
func write(name string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, data, 0o644)
}
