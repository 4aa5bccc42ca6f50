package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"raftlab/grader/internal/build"
	"raftlab/grader/internal/checkout"
	"raftlab/grader/internal/sources"
	"raftlab/grader/internal/submission"
	"raftlab/src/lab"
)

// An implementation is what the user named: a package of this project that meets its contract, or a checkout of the
// lab.
type implementation struct {
	path       string // as the user has it
	name       string
	lab        *lab.Lab
	own        build.Implementation
	overlay    map[string][]byte      // files of our own in place of those on disk; see sim.Source
	submission *submission.Submission // nil if it is one of our own
}

// errNoName is what there is to say of an empty argument, as a shell makes of a variable that is not set.
var errNoName = errors.New("the name of a directory is empty; name the directory of an implementation, " +
	"or of a checkout")

// find finds out what there is at a path for a lab, and what it is to stand on: see baseFlag. Its error says in a
// sentence why that cannot be graded.
func find(ctx context.Context, path string, l *lab.Lab, base string) (implementation, error) {
	if path == "" {
		return implementation{}, errNoName
	}
	if root := ownRoot(path, l); root != "" {
		own, err := build.Find(ctx, path, l)
		if err == nil {
			err = isCurrent(root)
		}
		if err == nil {
			own.Base, err = findBase(ctx, root, l, base)
		}
		return implementation{name: own.Name, lab: l, own: own}, err
	}
	impl := implementation{path: path, name: filepath.Base(filepath.Clean(path)), lab: l}
	if l.Checkouts == nil {
		return impl, fmt.Errorf("%s: the lab %s has no checkouts; name the directory of an implementation of this "+
			"project", path, l.Name)
	}
	own, err := baseOf(ctx, l, base)
	if err != nil {
		return impl, err
	}
	s, err := submission.FindOver(path, l.Checkouts, own)
	if err != nil {
		return impl, cmp.Or(notGraded(path), err)
	}
	impl.name, impl.submission = s.Name, s
	return impl, nil
}

// notes returns what a reader of the results should know of how the implementation was prepared.
func (impl implementation) notes() []string {
	if impl.submission == nil {
		return nil
	}
	notes := impl.submission.Notes()
	if impl.lab.Name == defaultLab { // nobody has named it
		if others := otherLabs(impl.path, impl.lab); others != "" {
			notes = append(notes, others)
		}
	}
	return notes
}

// edition is the name of the edition that it was written for.
func (impl implementation) edition() string {
	if impl.submission == nil {
		return ""
	}
	return impl.submission.Edition.Name
}

// missing says, by part, what a submission does not implement.
func (impl implementation) missing() map[string]string {
	if impl.submission == nil {
		return nil
	}
	return impl.submission.Missing
}

// ownRoot returns the directory of this project's module if a path is one of its implementations, which are built in
// the module: it lies where the project has them, and is no checkout of the lab. Otherwise it returns "".
func ownRoot(path string, l *lab.Lab) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return ""
	}
	for _, root := range clones() {
		rel, err := filepath.Rel(root, abs)
		if err != nil || !isOurs(filepath.ToSlash(rel)) {
			continue
		}
		if l.Checkouts == nil {
			return root
		}
		if files, _ := filepath.Glob(filepath.Join(abs, "*.go")); len(files) == 0 {
			if _, err := submission.Find(abs, l.Checkouts); err == nil {
				return ""
			}
		} else if checkout.IsSubmission(abs, l.Checkouts, l.Contract) {
			return ""
		}
		return root
	}
	return ""
}

// isOurs reports whether a directory, relative to the module's, is one of the project's own implementations.
func isOurs(rel string) bool {
	for _, top := range []string{"impls/", "grader/testdata/"} {
		if rest, ok := strings.CutPrefix(rel, top); ok && rest != "" {
			return true
		}
	}
	return false
}

// clones are the directories of this project's module: where this program was built from, and where the user stands.
func clones() (roots []string) {
	if root := builtFrom(); root != "" {
		roots = append(roots, root)
	}
	if dir, err := os.Getwd(); err == nil {
		if root := checkout.Above(dir, isModule); root != "" {
			roots = append(roots, root)
		}
	}
	return roots
}

// isCurrent returns an error if the module in root is not the one that this program was built from: what is built there
// would not fit to it.
func isCurrent(root string) error {
	if file := sources.FirstDifference(root); file != "" {
		return graderError{fmt.Errorf("this grader was not built from the sources in %s (%s differs); rebuild it "+
			"there with make install, or use go run ./grader", root, file)}
	}
	return nil
}
