package submission

import (
	"fmt"
	"go/ast"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"raftlab/grader/internal/checkout"
	"raftlab/src/lab/checkouts"
)

// ourModule is this project's.
const ourModule = "raftlab"

// refused says why a package of Go's library cannot be had in the sandbox. net/http can be: what it serves there,
// mostly profiles, nobody sees.
var refused = map[string]string{
	"C":       "the sandbox has no C",
	"net":     "the sandbox has no network but labrpc",
	"net/rpc": "the sandbox has no network but labrpc",
	"os/exec": "the sandbox has no other programs",
	"plugin":  "the sandbox has no plugins",
}

// An imported is what an import stands for.
type imported struct {
	path  string // to import instead
	local string // the directory below the tree's root, if it is a package of the checkout
}

// classify finds out what an import of a file stands for.
func (s *Submission) classify(p *pkg, spec importSpec) (imported, error) {
	name := spec.path
	if name == "" {
		return imported{path: spec.Path.Value}, nil
	}
	no := func(why string) (imported, error) {
		return imported{}, fmt.Errorf("%s: import of %q: %s; remove this import", s.position(spec), name, why)
	}
	if why := refused[name]; why != "" {
		return no(why)
	}
	switch ours, ok := s.lab.Table.Package(name); {
	case ok && ours.Stands == "":
		return imported{path: name}, nil
	case checkout.Within(name, ourModule):
		return no("it is the grader's own")
	case checkout.InLibrary(name):
		return imported{path: name}, nil
	}

	rel, within := s.tree.replaced(name)
	switch {
	case within:
	case strings.HasPrefix(name, "./") || strings.HasPrefix(name, "../"):
		rel, within = path.Join(p.rel, name), true
	case s.tree.module != "" && checkout.Within(name, s.tree.module):
		rel, within = path.Join(s.tree.base, strings.TrimPrefix(name, s.tree.module)), true
	default:
		rel, within = s.tree.find(name)
	}
	course, ok := s.lab.Table.Package(path.Base(name))
	extended := within && course.Declares != nil && s.extends(path.Clean(rel), course)
	if ok && !extended && (within || !hasHost(name) || !s.requires(name)) {
		return imported{path: course.Stands}, nil
	}
	if within {
		if rel = path.Clean(rel); rel == ".." || strings.HasPrefix(rel, "../") {
			return no("it lies outside of the checkout")
		}
		if !checkout.IsDir(filepath.Join(s.tree.root, filepath.FromSlash(rel))) {
			return imported{}, fmt.Errorf("%s: import of %q: there is no such directory in the checkout; if it lies "+
				"above the directory that you named, name the checkout's root", s.position(spec), name)
		}
		return imported{path: path.Join(stagedModule, rel), local: rel}, nil
	}
	if !hasHost(name) {
		return imported{}, fmt.Errorf("%s: import of %q: it is neither in the checkout nor in Go's library; if it "+
			"lies above the directory that you named, name the checkout's root", s.position(spec), name)
	}
	return imported{path: name}, nil
}

// extends reports whether a package of the checkout, in a directory below the tree's root, declares more than the
// course's: then the code to grade has to have that one.
func (s *Submission) extends(rel string, course checkouts.Package) bool {
	if known, ok := s.extended[rel]; ok {
		return known
	}
	has := func(field string) bool {
		for _, fields := range course.Structs {
			if fields[field] != "" {
				return true
			}
		}
		return false
	}
	more := false
	dir := filepath.Join(s.tree.root, filepath.FromSlash(rel))
	for _, name := range checkout.Sources(dir) {
		f, err := checkout.Parse(filepath.Join(dir, name))
		if err != nil {
			continue
		}
		for _, d := range f.Decls {
			theirs, receiver := declared(d)
			more = more || receiver != "" ||
				slices.ContainsFunc(theirs, func(n string) bool { return !slices.Contains(course.Declares, n) })
			ast.Inspect(d, func(n ast.Node) bool {
				if fields, ok := n.(*ast.StructType); ok {
					for _, field := range fields.Fields.List {
						more = more || len(field.Names) == 0 ||
							slices.ContainsFunc(field.Names, func(n *ast.Ident) bool { return !has(n.Name) })
					}
				}
				return true
			})
		}
	}
	s.extended[rel] = more
	return more
}

// hasHost reports whether an import path begins with a host, as that of a module from elsewhere does. 6.824 is none.
func hasHost(name string) bool {
	first, _, _ := strings.Cut(name, "/")
	_, err := strconv.ParseFloat(first, 64)
	return strings.Contains(first, ".") && err != nil && !strings.Contains(first, "_")
}

// requires reports whether go.mod has the module that a package comes from.
func (s *Submission) requires(name string) bool {
	for _, line := range s.tree.requires {
		module, _, _ := strings.Cut(line, " ")
		if checkout.Within(name, module) {
			return true
		}
	}
	return false
}
