package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v3"

	"raftlab/grader/internal/build"
	"raftlab/src/lab"
	course "raftlab/src/lab/checkouts"
	"raftlab/src/sim"
)

// ownBase is the base that what is graded brings along. What is of this project brings none, and stands on defaultBase.
const (
	ownBase     = "own"
	defaultBase = "ticker-timer"
)

func baseFlag() cli.Flag {
	return &cli.StringFlag{
		Name:  "raft",
		Value: ownBase,
		Usage: "the Raft below a store: own, which comes with it, or the `name` of one of this project's, such as " +
			"polling-sleep, to learn which of the two is at fault",
		DefaultText: ownBase + "; what has none stands on " + defaultBase,
	}
}

// onBase is the flag of a command that repeats a run, after a space; "" if it needs none.
func (o options) onBase() string {
	if o.base == ownBase {
		return ""
	}
	return " -raft " + o.base
}

// findBase finds what an implementation of this project stands on; nil if its lab stands alone.
func findBase(ctx context.Context, root string, l *lab.Lab, name string) (*build.Implementation, error) {
	base := l.BaseLab()
	if base == nil {
		return nil, nil
	}
	if name == ownBase {
		name = defaultBase
	}
	dirs, err := implementations(filepath.Join(root, "impls"), base)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(dirs, func(dir string) bool { return filepath.Base(dir) == name })
	if i < 0 {
		var names []string
		for _, dir := range dirs {
			names = append(names, filepath.Base(dir))
		}
		return nil, fmt.Errorf("-raft %s: must be %s or one of %s", name, ownBase, strings.Join(names, ", "))
	}
	found, err := build.Find(ctx, dirs[i], base)
	return &found, err
}

// baseOf is what a checkout is to stand on, nil if that is its own.
func baseOf(ctx context.Context, l *lab.Lab, name string) (*course.Base, error) {
	if name == ownBase {
		return nil, nil
	}
	roots := clones()
	if len(roots) == 0 {
		return nil, fmt.Errorf("-raft %s: implementations are not in this program; use go run ./grader in a clone of "+
			"this project", name)
	}
	root := roots[0]
	if err := isCurrent(root); err != nil {
		return nil, err
	}
	found, err := findBase(ctx, root, l, name)
	if err != nil {
		return nil, err
	}
	return &course.Base{Name: found.Name, Root: root, Dir: found.Dir, Path: found.ImportPath,
		Constructor: l.BaseLab().Constructor, Type: found.Type, Handlers: found.Handlers}, nil
}

// implementations are the directories below root that have those of a lab.
func implementations(root string, l *lab.Lab) ([]string, error) {
	dirs, err := build.All(root)
	if err != nil {
		return nil, err
	}
	of := slices.DeleteFunc(dirs, func(dir string) bool {
		name := labIn(dir)
		return name != l.Name && !(name == "" && l.Name == defaultLab)
	})
	if len(of) == 0 {
		return nil, fmt.Errorf("no implementations of the lab %s in %s; name the directory of one", l.Name, root)
	}
	return of, nil
}

// boxBase is a base as the program of a box has it.
func boxBase(impl *build.Implementation, l *lab.Lab) *sim.Base {
	if impl == nil {
		return nil
	}
	return &sim.Base{ImportPath: impl.ImportPath, Constructor: l.BaseLab().Constructor, Type: impl.Type}
}

// handlers are those of an implementation and of what it stands on; nil if not all are known.
func handlers(impl build.Implementation) []string {
	switch {
	case impl.Base == nil:
		return impl.Handlers
	case impl.Handlers == nil || impl.Base.Handlers == nil:
		return nil
	}
	return slices.Concat(impl.Handlers, impl.Base.Handlers)
}

// functionNames are the names of functions.
func functionNames(list []lab.Function) (names []string) {
	for _, f := range list {
		names = append(names, f.Name)
	}
	return names
}
