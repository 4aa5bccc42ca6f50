package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"raftlab/grader/internal/build"
	"raftlab/grader/internal/submission"
)

// An implementation is what the user named: a package of this project that
// meets its contract, or a checkout of the lab.
type implementation struct {
	name       string
	own        build.Implementation
	submission *submission.Submission // nil if it is one of our own
}

// find finds out what there is at a path. Its error says in a sentence why that
// cannot be graded.
func find(ctx context.Context, path string) (implementation, error) {
	if isOwn(ctx, path) {
		own, err := build.Find(ctx, path)
		return implementation{name: own.Name, own: own}, err
	}
	s, err := submission.Find(path)
	if err != nil {
		return implementation{name: filepath.Base(filepath.Clean(path))}, err
	}
	return implementation{name: s.Name, submission: s}, nil
}

// notes are what a reader of its results should know.
func (impl implementation) notes() []string {
	if impl.submission == nil {
		return nil
	}
	return impl.submission.Notes()
}

// missing says, by part, what a submission does not implement.
func (impl implementation) missing() map[string]string {
	if impl.submission == nil {
		return nil
	}
	return impl.submission.Missing
}

// isOwn reports whether a path is of a package of this project: in its module,
// and not a checkout that lies about there.
func isOwn(ctx context.Context, path string) bool {
	abs, err := filepath.Abs(path)
	if err != nil {
		return false
	}
	root, err := projectRoot(ctx)
	if err != nil {
		return true // and finds out that it is in no module
	}
	rel, err := filepath.Rel(root, abs)
	if err != nil || !filepath.IsLocal(rel) {
		return false
	}
	if files, _ := filepath.Glob(filepath.Join(abs, "*.go")); len(files) == 0 {
		_, err := submission.Find(abs)
		return err != nil
	}
	return !submission.IsCheckout(abs)
}

// projectRoot is the folder of this project's module: where this program was
// built from, or the module of the working directory.
func projectRoot(ctx context.Context) (string, error) {
	if _, here, _, ok := runtime.Caller(0); ok && filepath.IsAbs(here) {
		root := filepath.Dir(filepath.Dir(here))
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			return root, nil
		}
	}
	out, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Path}} {{.Dir}}").Output()
	if root, ok := strings.CutPrefix(strings.TrimSpace(string(out)), "raftlab "); err == nil && ok {
		return root, nil
	}
	return "", fmt.Errorf("the sources of raftlab are not found; run the grader in its folder")
}
