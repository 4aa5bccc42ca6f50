package submission

import (
	"context"
	"errors"
	"fmt"
	"go/version"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"raftlab/grader/internal/build"
	"raftlab/src/box/gobuild"
	"raftlab/src/box/goroot"
	"raftlab/src/lab/checkouts"
)

// buildTime is how much processor time each process of the compiler may use: code can be made for it to take for ever.
const buildTime = 3 * time.Minute

// buildMemory is what each process of the compiler may have, in bytes of address space, of which it uses a part; and
// how large what it writes may be.
const buildMemory = 2 << 30

// maxProgram is how large a program may be; most have 5 MiB.
const maxProgram = 64 << 20

// Tools are what submissions are built with.
type Tools struct {
	Go   *goroot.Toolchain
	Ours string // the directory of this project's module

	// Reaching builds submissions that bypass the rules of Go, too, which are refused otherwise: for tests of what
	// stands behind that wall.
	Reaching bool
}

// Build compiles the submission into the program of a box. stage is a directory for the sources as they are built;
// nothing else may be in it. cacheDir is as for gobuild. If the submission is at fault, the error is a
// [*gobuild.CompileError] with the compiler's words, and with the checkout's own files and lines.
func (s *Submission) Build(ctx context.Context, tools Tools, stage, cacheDir string) ([]byte, error) {
	if err := s.supports(tools.Go); err != nil {
		return nil, err
	}
	if err := s.refuseReaching(); err != nil && !tools.Reaching {
		return nil, &gobuild.CompileError{Text: err.Error()}
	}
	if err := s.stage(checkouts.Box, tools.Ours, stage); err != nil {
		return nil, fmt.Errorf("%s: %w", s.Dir, err)
	}
	settings, err := s.settings(ctx)
	if err != nil {
		return nil, err
	}
	wasm, err := build.Box(ctx, gobuild.Config{
		Go:       tools.Go,
		Dir:      filepath.Join(stage, mainDirectory),
		Packages: []string{"."},
		Flags:    []string{"-mod=mod"},
		Env:      settings,
		CacheDir: cacheDir,
		Limit:    buildMemory,
		CPU:      buildTime,
	}, "")
	if err != nil {
		return nil, s.explain(ctx, err)
	}
	if len(wasm) > maxProgram {
		return nil, s.refuse("its program has %d MiB, and the sandbox takes %d; make its data smaller", len(wasm)>>20,
			maxProgram>>20)
	}
	return wasm, nil
}

// supports reports whether the toolchain knows the version of Go in the submission's go line.
func (s *Submission) supports(t *goroot.Toolchain) error {
	wanted := "go" + s.tree.goLine
	if version.Compare(wanted, t.Version) <= 0 {
		return nil
	}
	for _, release := range goroot.Releases() {
		if version.Compare(wanted, release) <= 0 {
			return fmt.Errorf("%s is written for %s, and this Go is %s; set GOTOOLCHAIN=%s, which the go command "+
				"fetches by itself", s.Dir, wanted, t.Version, release)
		}
	}
	return s.refuse("its go.mod asks for %s, and the sandbox has %s; lower the go line", wanted, goroot.Supported())
}

// refuse makes an error of what is wrong with the submission.
func (s *Submission) refuse(format string, args ...any) error {
	return &gobuild.CompileError{Text: s.Dir + " " + fmt.Sprintf(format, args...)}
}

// Native says how to build without a sandbox.
type Native struct {
	build.Options

	// Bubble makes it a worker for virtual time. There a timer's channel keeps no stale tick, whatever the go line
	// says: Go has no bubbles for those that do.
	Bubble bool
}

// BuildNative compiles the submission into a worker for the live world, without a sandbox: whoever runs it trusts its
// code. Its locks are go-deadlock's. tools, of which Go does not count, and stage are as for Build, and so is the
// error; the worker's path is in dir.
func (s *Submission) BuildNative(ctx context.Context, tools Tools, stage, dir string, o Native) (string, error) {
	form := checkouts.Wall
	if o.Bubble {
		form = checkouts.Bubble
	}
	if err := s.stage(form, tools.Ours, stage); err != nil {
		return "", fmt.Errorf("%s: %w", s.Dir, err)
	}
	settings, err := s.settings(ctx)
	if err != nil {
		return "", err
	}
	binary := filepath.Join(dir, "native.test")
	env := append(os.Environ(), append([]string{"GOFLAGS=", "GO111MODULE=on"}, settings...)...)
	if err := build.Native(ctx, filepath.Join(stage, mainDirectory), binary, o.Options, env, "-mod=mod"); err != nil {
		return "", s.explain(ctx, err)
	}
	return binary, nil
}

// settings of the go command: what builds it decides nobody's checkout. It asks proxies for modules from elsewhere, but
// never the hosts that a submission names.
func (s *Submission) settings(ctx context.Context) ([]string, error) {
	list := []string{"GOWORK=off", "GOTOOLCHAIN=local", "GOVCS=*:off", "GONOPROXY=none"}
	if len(s.elsewhere())+len(s.baseNeeds()) == 0 {
		return append(list, "GOPROXY=off"), nil
	}
	out, err := exec.CommandContext(ctx, "go", "env", "GOPROXY").Output()
	if err != nil { // the machine's fault: it must not look like a module that is not to be had
		return nil, fmt.Errorf("%s: go env GOPROXY: %w", s.Dir, err)
	}
	return append(list, "GOPROXY="+proxies(strings.TrimSpace(string(out)))), nil
}

// proxies are those of a GOPROXY, without the word that sends the go command to a module's own host.
func proxies(goproxy string) string {
	list := strings.FieldsFunc(goproxy, func(r rune) bool { return r == ',' || r == '|' })
	list = slices.DeleteFunc(list, func(p string) bool { return strings.TrimSpace(p) == "direct" })
	if len(list) == 0 {
		return "off"
	}
	return strings.Join(list, ",")
}

// explain says why the build failed, and whether the submission is at fault.
func (s *Submission) explain(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var compile *gobuild.CompileError
	if !errors.As(err, &compile) {
		return fmt.Errorf("%s: %w", s.Dir, err)
	}
	text := s.blame(compile.Text)
	switch {
	case len(compile.Files) == 0:
		return s.refuse("cannot be built: %s", text)
	case slices.ContainsFunc(compile.Files, inSubmission) && s.base != nil:
		return s.refuse("does not compile over %s, which has of a Raft what the lab asks for and no more:\n%s",
			s.base.Name, text)
	case slices.ContainsFunc(compile.Files, inSubmission):
		return s.refuse("does not compile:\n%s", text)
	case slices.ContainsFunc(compile.Files, inModuleCache):
		return s.refuse("needs a module that does not compile for the sandbox:\n%s", text)
	}
	return fmt.Errorf("%s: sources of the grader do not compile:\n%s", s.Dir, text)
}

// inSubmission reports whether a file that the compiler names is the submission's, or the main package that is made for
// it, in which only the submission's types can be wrong.
func inSubmission(file string) bool {
	return inStage.MatchString(file+":") || inBox.MatchString(file+":1:1")
}

func inModuleCache(file string) bool { return build.InDependency.MatchString(file + ":1") }

var (
	header = regexp.MustCompile(`(?m)^(go build: )?# .*\n`)
	inBox  = regexp.MustCompile(`(?m)^\S*main(_test)?\.go:\d+:\d+`)
	quoted = regexp.MustCompile(`"` + stagedModule + `/(?:[^"/]*/)*([^"/]+)"\.`) // the compiler's name of a package
	// inInstead is where the compiler speaks of a file that the checkout does not have: only its directory is left.
	inInstead = regexp.MustCompile(`/` + regexp.QuoteMeta(insteadFile) + `:\d+:\d+`)
	inStage   = regexp.MustCompile(`(?:\.\./|\S*/)` + stagedModule + `/(\S+\.go:)`)
)

// blame puts what the compiler says of the staged sources in terms of the checkout's.
func (s *Submission) blame(words string) string {
	words = strings.TrimPrefix(words, "gobuild: ")
	words = header.ReplaceAllString(words, "")
	words = strings.TrimPrefix(words, "go build: ")
	words = inStage.ReplaceAllString(words, s.tree.root+string(filepath.Separator)+"$1")
	words = inInstead.ReplaceAllString(words, "")
	words = quoted.ReplaceAllString(words, "$1.")
	if inBox.MatchString(words) {
		words = inBox.ReplaceAllLiteralString(words, s.at)
		words = strings.ReplaceAll(words, implementation+".", "")
	}
	return strings.TrimSpace(words)
}
