package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/urfave/cli/v3"

	"raftlab/grader/internal/report"
)

func doctorCommand() *cli.Command {
	return &cli.Command{
		Name:  "doctor",
		Usage: "check what the grader needs (Go, cache, memory, disk) and say what is missing",
		Description: "Each line says what is there, or what is missing and what to do. Exit\n" +
			"status 3 says that nothing can be graded.",
		Action: doctor,
	}
}

// What should be free for a class to be graded in comfort. A server may have 512 MiB, and most have 20.
const (
	enoughDisk   = 2 << 30
	enoughMemory = 2 << 30
)

// An examination prints what doctor finds.
type examination struct {
	w      io.Writer
	failed bool // something is missing that is needed
}

func (e *examination) ok(format string, args ...any)    { e.line("ok", format, args...) }
func (e *examination) doubt(format string, args ...any) { e.line("hm", format, args...) }
func (e *examination) problem(format string, args ...any) {
	e.line("NO", format, args...)
	e.failed = true
}

func (e *examination) line(mark, format string, args ...any) {
	fmt.Fprintf(e.w, "%s  %s\n", mark, report.Printable(fmt.Sprintf(format, args...)))
}

func doctor(ctx context.Context, cmd *cli.Command) error {
	if cmd.Args().Present() {
		return fmt.Errorf("grader doctor takes no arguments, got %q", cmd.Args().First())
	}
	e := &examination{w: cmd.Root().Writer}
	e.ok("%s", version())
	e.temporaryFiles()
	e.cache()
	e.toolchain(ctx, cmd.Root().ErrWriter)
	e.machine()
	if e.failed {
		return exitStatus(statusGrader)
	}
	return nil
}

func (e *examination) temporaryFiles() {
	dir := os.TempDir()
	if err := writable(dir); err != nil {
		e.problem("Temporary files cannot be written to %s (%v): set TMPDIR to a directory with some space.", dir, err)
		return
	}
	e.space("Temporary files go to", dir)
}

func (e *examination) cache() {
	dir := cacheDir()
	if dir == "" {
		e.doubt("There is no cache, since neither HOME nor XDG_CACHE_HOME is set: everything is rebuilt each time.")
		return
	}
	if err := errors.Join(os.MkdirAll(dir, 0o777), writable(dir)); err != nil {
		e.problem("The cache %s cannot be written (%v): set XDG_CACHE_HOME to a directory that can be written.",
			dir, err)
		return
	}
	e.space("The cache is", dir)
}

// space says how much is free where a directory is.
func (e *examination) space(what, dir string) {
	free, err := freeDisk(dir)
	switch {
	case err != nil:
		e.ok("%s %s.", what, dir)
	case free < enoughDisk:
		e.doubt("%s %s, where %d MiB are free: a class takes up to %d MiB.", what, dir, free>>20, enoughDisk>>20)
	default:
		e.ok("%s %s, where %d GiB are free.", what, dir, free>>30)
	}
}

// writable tries whether a file can be made in a directory and have some content.
func writable(dir string) error {
	f, err := os.CreateTemp(dir, "raftlab-doctor-")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(make([]byte, 64<<10))
	return errors.Join(err, f.Close())
}

func (e *examination) toolchain(ctx context.Context, stderr io.Writer) {
	work, err := os.MkdirTemp("", "raftlab-doctor-")
	if err != nil {
		return // which was said
	}
	defer os.RemoveAll(work)
	kit, err := findKit(ctx, work, stderr)
	if err != nil {
		e.problem("Servers cannot be built: %v.", err)
		return
	}
	if kit.Go.Instead != "" {
		e.doubt("The go command on PATH is %s, which is not supported; %s is used in its place, from %s.",
			kit.Go.Instead, kit.Go.Version, kit.Go.Root)
	} else {
		e.ok("Servers are built with %s from %s.", kit.Go.Version, kit.Go.Root)
	}
	e.ok("Its standard library for boxes is in %s.", kit.Go.Merged)
	cmd := exec.CommandContext(ctx, kit.Go.Command(), "env", "GOCACHE", "GOPROXY")
	cmd.Env = append(os.Environ(), "GOTOOLCHAIN=local")
	cmd.Dir = work
	out, err := cmd.CombinedOutput()
	goCache, proxy, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	if err == nil {
		err = errors.Join(os.MkdirAll(goCache, 0o777), writable(goCache))
	}
	if err != nil {
		e.problem("The go command's cache %s cannot be written (%v): set GOCACHE to a directory that can be written.",
			goCache, err)
		return
	}
	e.space("The go command's cache is", goCache)
	e.ok("Modules that submissions require are fetched from %s.", proxy)
}

func (e *examination) machine() {
	n := runtime.GOMAXPROCS(0)
	free, err := freeMemory()
	switch {
	case err != nil:
		e.doubt("%d runs are played at a time; how much memory is free is not known (%v).", n, err)
	case free < enoughMemory*uint64(n):
		e.doubt("%d runs are played at a time, and %d MiB of memory are free: -parallel 1 needs less.", n, free>>20)
	default:
		e.ok("%d runs are played at a time, and %d GiB of memory are free.", n, free>>30)
	}
	if self, err := os.Executable(); err != nil {
		e.problem("Workers cannot be started, because the path of this program is not known (%v).", err)
	} else {
		e.ok("Workers are started from %s.", filepath.Clean(self))
	}
}
