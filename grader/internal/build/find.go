// Package build finds Raft implementations and makes from each a program that
// can be graded.
package build

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/packages"

	"raftlab/src/lab"
)

// An Implementation is a package with a function Make of type raft.MakeFunc.
type Implementation struct {
	Name       string // the folder's
	Dir        string // absolute
	ImportPath string
	Package    string // its name
	Type       string // the lab's, if it declares it; see lab.Lab
	Make       string // where it declares Make, as file:line:column; empty if that cannot be told
	GoDeadlock bool   // it imports go-deadlock

	Handlers []string // see [Handlers]; nil if they are not known
}

// Find looks at a folder. Its error says in a sentence why the folder cannot be
// graded; whether the code compiles only Worker finds out.
func Find(ctx context.Context, dir string, l *lab.Lab) (Implementation, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return Implementation{}, fmt.Errorf("%s: %w", dir, err)
	}
	impl := Implementation{Name: filepath.Base(abs), Dir: abs}
	if info, err := os.Stat(abs); err != nil {
		return impl, fmt.Errorf("%s: there is no such folder", dir)
	} else if !info.IsDir() {
		return impl, fmt.Errorf("%s is a file; name the folder of a package", dir)
	}
	noPackage := fmt.Errorf("%s: no Go package here; name the folder that has the Raft's .go files", dir)
	if files, err := filepath.Glob(filepath.Join(abs, "*.go")); err != nil || len(files) == 0 {
		return impl, noPackage
	}
	if !inModule(abs) {
		return impl, fmt.Errorf("%s is in no Go module; put the Raft into a folder of this one, such as impls/%s", dir, impl.Name)
	}
	found, err := packages.Load(&packages.Config{
		Context: ctx,
		Mode:    packages.NeedName | packages.NeedFiles,
		Dir:     abs,
	}, ".")
	if err != nil {
		return impl, fmt.Errorf("%s: %w", dir, err)
	}
	p := found[0]
	switch {
	case len(p.GoFiles) == 0:
		return impl, noPackage
	case p.Name == "main":
		return impl, fmt.Errorf("%s: package main cannot be imported; give the Raft a package of its own", dir)
	}
	impl.ImportPath, impl.Package = p.PkgPath, p.Name
	d := declared(p.GoFiles, l)
	impl.Make, impl.GoDeadlock, impl.Handlers = d.place, d.deadlock, handlers(append(p.GoFiles, p.IgnoredFiles...))
	if d.made {
		impl.Type = l.Type
	}
	if !d.make {
		return impl, fmt.Errorf("%s: package %s has no func %s; it must have one of type %s", dir, p.Name, l.Constructor, l.ConstructorType)
	}
	return impl, nil
}

// inModule reports whether a folder or one above it has a go.mod.
func inModule(dir string) bool {
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return true
		}
		up := filepath.Dir(dir)
		if up == dir {
			return false
		}
		dir = up
	}
}

// declarations are those that matter here.
type declarations struct {
	make  bool
	place string // of Make
	made  bool   // the type that it usually returns

	deadlock bool // an import of go-deadlock
}

// declared looks for a function Make and a type Raft. A file that does not parse
// may declare anything: the compiler says it better.
func declared(files []string, l *lab.Lab) (d declarations) {
	for _, name := range files {
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, name, nil, parser.SkipObjectResolution)
		if err != nil {
			d.make = true
		}
		if f == nil {
			continue
		}
		for _, spec := range f.Imports {
			d.deadlock = d.deadlock || spec.Path.Value == `"github.com/sasha-s/go-deadlock"`
		}
		for _, decl := range f.Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				if decl.Recv == nil && decl.Name.Name == l.Constructor {
					d.make, d.place = true, set.Position(decl.Name.Pos()).String()
				}
			case *ast.GenDecl:
				for _, spec := range decl.Specs {
					t, ok := spec.(*ast.TypeSpec)
					d.made = d.made || ok && t.Name.Name == l.Type && t.TypeParams == nil
				}
			}
		}
	}
	return d
}

// handlers is Handlers of files, of which some are for another system.
func handlers(files []string) []string {
	var parsed []*ast.File
	for _, name := range files {
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil
		}
		parsed = append(parsed, f)
	}
	names, _ := Handlers(parsed)
	return names
}

// All returns the folders below root, one level deep, that hold Go files; those
// named internal or testdata are not implementations.
func All(root string) ([]string, error) {
	entries, err := os.ReadDir(root)
	if err != nil {
		return nil, fmt.Errorf("no implementations: %w", err)
	}
	var dirs []string
	for _, e := range entries {
		if !e.IsDir() || e.Name() == "internal" || e.Name() == "testdata" || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		dir := filepath.Join(root, e.Name())
		if files, _ := filepath.Glob(filepath.Join(dir, "*.go")); len(files) > 0 {
			dirs = append(dirs, dir)
		}
	}
	if len(dirs) == 0 {
		return nil, fmt.Errorf("no implementations in %s; name the folder of one", root)
	}
	return dirs, nil
}
