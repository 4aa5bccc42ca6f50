// Package build finds the implementations of a lab that are packages of a Go module and import this project, and builds
// a program from each that can be graded.
package build

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/packages"

	"raftlab/grader/internal/checkout"
	"raftlab/src/lab"
)

// An Implementation is a package with the constructor that its lab asks for, such as a function Make of type
// raft.MakeFunc.
type Implementation struct {
	Name       string // the directory's
	Dir        string // absolute
	ImportPath string
	Package    string // its name
	Type       string // the type that lab.Lab.Type names, if the package declares it; else empty
	Make       string // where it declares the constructor, as file:line:column; empty if that cannot be told
	GoDeadlock bool   // it imports go-deadlock

	Handlers []string // see [Handlers]; nil if they are not known

	// Base is the implementation below it, such as the Raft below a store, if its lab has a base.
	Base *Implementation
}

// GoDeadlock is the import path of a package that many Rafts take their locks from.
const GoDeadlock = "github.com/sasha-s/go-deadlock"

// Find looks at a directory. Its error says in a sentence why the directory cannot be graded; whether the code compiles
// only Worker finds out.
func Find(ctx context.Context, dir string, l *lab.Lab) (Implementation, error) {
	abs, err := checkout.Directory(dir, "a package")
	impl := Implementation{Name: filepath.Base(abs), Dir: abs}
	if err != nil {
		return impl, err
	}
	noPackage := fmt.Errorf("%s: no Go package here; name the directory that has the Raft's .go files", dir)
	if files, err := filepath.Glob(filepath.Join(abs, "*.go")); err != nil || len(files) == 0 {
		return impl, noPackage
	}
	hasModule := func(dir string) bool {
		_, err := os.Stat(filepath.Join(dir, "go.mod"))
		return err == nil
	}
	if checkout.Above(abs, hasModule) == "" {
		return impl, fmt.Errorf("%s is in no Go module; put the Raft into a directory of this module, such as impls/%s",
			dir, impl.Name)
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
	functions, broken := impl.declares(p, l)
	for _, f := range append([]lab.Function{{Name: l.Constructor, Type: l.ConstructorType}}, l.Further...) {
		if !broken && !functions[f.Name] { // a file with a syntax error may declare it: the compiler will report that
			return impl, fmt.Errorf("%s: package %s has no func %s; it must have one of type %s",
				dir, p.Name, f.Name, f.Type)
		}
	}
	return impl, nil
}

// declares notes what a package declares and imports. It returns the names of its functions, and whether one of its
// files does not parse. Handlers may be in files that are for another system, too.
func (impl *Implementation) declares(p *packages.Package, l *lab.Lab) (functions map[string]bool, broken bool) {
	functions = make(map[string]bool)
	set := token.NewFileSet()
	var files []*ast.File
	for i, name := range slices.Concat(p.GoFiles, p.IgnoredFiles) {
		built := i < len(p.GoFiles)
		if !built && (!strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go")) {
			continue
		}
		f, err := parser.ParseFile(set, name, nil, parser.SkipObjectResolution)
		broken = broken || err != nil
		if f == nil {
			continue
		}
		if files = append(files, f); !built {
			continue
		}
		for _, spec := range f.Imports {
			impl.GoDeadlock = impl.GoDeadlock || spec.Path.Value == strconv.Quote(GoDeadlock)
		}
		for _, decl := range f.Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				if decl.Recv != nil {
					continue
				}
				if functions[decl.Name.Name] = true; decl.Name.Name == l.Constructor {
					impl.Make = set.Position(decl.Name.Pos()).String()
				}
			case *ast.GenDecl:
				for _, spec := range decl.Specs {
					t, ok := spec.(*ast.TypeSpec)
					if ok && t.Name.Name == l.Type && t.TypeParams == nil {
						impl.Type = l.Type
					}
				}
			}
		}
	}
	if !broken {
		impl.Handlers, _ = Handlers(files, l.Constructor)
	}
	return functions, broken
}

// All returns the directories below root, one level deep, that hold Go files; those named internal or testdata are not
// implementations.
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
		return nil, fmt.Errorf("no implementations in %s; name the directory of one", root)
	}
	return dirs, nil
}
