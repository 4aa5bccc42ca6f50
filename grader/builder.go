package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"raftlab/grader/internal/build"
	"raftlab/grader/internal/submission"
	"raftlab/src/box/gobuild"
	"raftlab/src/sim"
)

// A builder makes workers for one clock.
type builder struct {
	clock    string
	race     bool
	schedule bool
	memory   int64         // a server's limit, in bytes
	turn     time.Duration // what a server may compute without waiting

	kit         submission.Tools
	allowNative bool // run submissions outside of the sandbox, too
	allLogs     bool // keep the log of each run that fails
	states      int  // see statesFlag
	directives  bool // build what bypasses the rules of Go, too
	blind       bool // see cluster.Config.Blind
	fleeting    bool // what is built is played once: nothing of it goes into the cache of compiled programs
}

// build makes the worker that plays an implementation's runs, and returns its command line. dir is for its files; it is
// made.
func (b builder) build(ctx context.Context, impl implementation, dir string) ([]string, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	if b.clock != "sim" {
		binary, err := b.buildNative(ctx, impl, dir)
		if err != nil {
			return nil, err
		}
		return []string{binary, "-test.run", "^" + build.WorkerTest + "$", "-test.timeout", "0", "-test.paniconexit0",
			"-clock", b.clock}, nil
	}
	wasm, err := buildBox(ctx, b.kit, impl, dir)
	if err != nil {
		return nil, err
	}
	file := filepath.Join(dir, "box.wasm")
	if err := os.WriteFile(file, wasm, 0o644); err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cache, prepared := cached(codeCache, wasm), file+".prepared"
	if b.fleeting {
		cache = filepath.Join(dir, "code")
	}
	checking := []string{self, simWorker, "-module", file, "-cache", cache, "-check", prepared}
	if err := check(ctx, translationMemory, checking); err != nil {
		return nil, fmt.Errorf("%s: %w", impl.name, err)
	}
	return []string{
		self, simWorker,
		"-lab", impl.lab.Name,
		"-name", impl.name,
		"-edition", impl.edition(),
		"-module", prepared,
		"-cache", cache,
		fmt.Sprintf("-schedule=%v", b.schedule),
		"-memory", strconv.FormatInt(b.memory, 10),
		"-turn", b.turn.String(),
		fmt.Sprintf("-blind=%v", b.blind),
		fmt.Sprintf("-logs=%v", b.allLogs),
		"-states", strconv.Itoa(b.states),
	}, nil
}

// notes returns what a reader of the results should know of how the implementation is run.
func (b builder) notes(impl implementation) []string {
	notes := impl.notes()
	if s := impl.submission; s != nil && b.clock == "bubble" && s.OldTimers() {
		notes = append(notes, "its timers are those of Go 1.23, whatever its go line says: a bubble has no others")
	}
	return notes
}

// buildNative makes the worker of the live world.
func (b builder) buildNative(ctx context.Context, impl implementation, dir string) (string, error) {
	s := impl.submission
	if s == nil {
		return build.Worker(ctx, impl.own, impl.lab, build.Options{Race: b.race}, dir)
	}
	if !b.allowNative {
		return "", refusal{fmt.Errorf("%s: -clock %s runs a submission's code outside of the sandbox, where the code "+
			"can do what you can; use -clock sim, or -allow-native if you trust the code", s.Dir, b.clock)}
	}
	return s.BuildNative(ctx, b.kit, filepath.Join(dir, "stage"), dir,
		submission.Native{Options: build.Options{Race: b.race}, Bubble: b.clock == "bubble"})
}

// check starts a worker that only compiles its program, which the others then find done. What a program could do to the
// process that compiles it, it does to that one, which may have that many bytes of memory. If the program is at fault,
// the error is a [*gobuild.CompileError].
func check(ctx context.Context, memory int64, command []string) error {
	cmd := gobuild.Command(ctx, gobuild.Limits{Memory: memory, CPU: checkTime}, command[0], command[1:]...)
	out, err := cmd.CombinedOutput()
	if err == nil || ctx.Err() != nil {
		return ctx.Err()
	}
	state := cmd.ProcessState
	text, _, _ := strings.Cut(string(out), "\n")
	text = strings.TrimPrefix(text, "grader: ")
	refuse := func(format string, args ...any) error {
		return &gobuild.CompileError{Text: fmt.Sprintf(format, args...)}
	}
	switch {
	case gobuild.OutOfMemory(string(out)):
		return refuse("the translation of its program takes more than %d MiB; make the code simpler", memory>>20)
	case state != nil && state.UserTime()+state.SystemTime() >= checkTime:
		return refuse("the translation of its program takes more than %v of processor time; make the code simpler",
			checkTime)
	case state != nil && state.ExitCode() == statusUsage:
		return refuse("its program cannot be used: %s", text)
	}
	return fmt.Errorf("translating its program: %s (%w)", text, err)
}

// translationMemory is how much the translation of a program may take, its addresses counted, of which Go reserves a
// good one GiB. A program of 11 MiB uses a quarter of one GiB, and the largest have 64.
const translationMemory = 4 << 30

// checkTime is how much processor time the translation of a program may take. It is four seconds for most.
const checkTime = 3 * time.Minute

// buildBox compiles an implementation for the sim world. dir is for files.
func buildBox(ctx context.Context, kit submission.Tools, impl implementation, dir string) ([]byte, error) {
	if s := impl.submission; s != nil {
		return s.Build(ctx, kit, filepath.Join(dir, "stage"), cached(buildCache, []byte(s.Dir)))
	}
	own := impl.own
	return sim.Build(ctx, sim.Source{
		Dir:         own.Dir,
		ImportPath:  own.ImportPath,
		Program:     impl.lab.Program,
		Constructor: impl.lab.Constructor,
		Further:     functionNames(impl.lab.Further),
		Base:        boxBase(own.Base, impl.lab),
		Place:       own.Make,
		Type:        own.Type,
		GoDeadlock:  own.GoDeadlock,
		Handlers:    handlers(own),
		Go:          kit.Go,
		Overlay:     impl.overlay,
	}, cached(buildCache, []byte(own.Dir)))
}
