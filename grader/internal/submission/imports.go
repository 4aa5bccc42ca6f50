package submission

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"raftlab/grader/internal/checkout"
)

// ourModule is this project's.
const ourModule = "raftlab"

// ours is what stands for the lab's own packages, by the last element of their
// path, whatever stands before it.
var ours = map[string]string{
	"labrpc":  ourModule + "/src/labrpc",
	"labgob":  ourModule + "/src/labgob",
	"raftapi": ourModule + "/src/raft/editions/raftapi",
	"tester1": ourModule + "/src/raft/editions/tester1",
	"tester":  ourModule + "/src/raft/editions/tester1",
}

// contract are the packages of this project that an implementation may import
// by name.
var contract = []string{ourModule + "/src/raft", ourModule + "/src/labrpc", ourModule + "/src/labgob", ourModule + "/src/dlog", ourModule + "/src/locks"}

// refused says why a package of Go's library cannot be had in the sandbox.
// net/http can be: what it serves there, mostly profiles, nobody sees.
var refused = map[string]string{
	"C":       "there is no C in the sandbox",
	"net":     "there is no network in the sandbox but labrpc",
	"net/rpc": "there is no network in the sandbox but labrpc",
	"os/exec": "there are no other programs in the sandbox",
	"plugin":  "there are no plugins in the sandbox",
}

// An imported is what an import stands for.
type imported struct {
	path  string // to import instead
	local string // the folder below the tree's root, if it is a package of the checkout
}

// classify finds out what an import of a file stands for.
func (s *Submission) classify(p *pkg, f *file, spec *ast.ImportSpec) (imported, error) {
	name, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		return imported{path: spec.Path.Value}, nil // the compiler says it
	}
	no := func(why string) (imported, error) {
		return imported{}, fmt.Errorf("%s: import of %q: %s; do without", f.position(spec), name, why)
	}
	first, _, _ := strings.Cut(name, "/")
	if why := refused[name]; why != "" {
		return no(why)
	}
	switch {
	case slices.Contains(contract, name):
		return imported{path: name}, nil
	case name == ourModule || strings.HasPrefix(name, ourModule+"/"):
		return no("it is the grader's own")
	case checkout.InLibrary(name):
		return imported{path: name}, nil
	}

	rel, within := s.tree.replaced(name)
	switch {
	case within:
	case strings.HasPrefix(name, "./") || strings.HasPrefix(name, "../"):
		rel, within = path.Join(p.rel, name), true
	case s.tree.module != "" && (name == s.tree.module || strings.HasPrefix(name, s.tree.module+"/")):
		rel, within = strings.TrimPrefix(strings.TrimPrefix(name, s.tree.module), "/"), true
	case checkout.IsDir(filepath.Join(s.tree.root, filepath.FromSlash(name))):
		rel, within = name, true
	case strings.Contains(name, "/") && checkout.IsDir(filepath.Join(s.tree.root, filepath.FromSlash(name[len(first)+1:]))):
		rel, within = name[len(first)+1:], true // of a module whose go.mod is gone
	}
	own := within && path.Base(name) == "raftapi" && s.extendsAPI(path.Clean(rel))
	if stands := ours[path.Base(name)]; stands != "" && !own && (within || !isHost(first) || !s.requires(name)) {
		return imported{path: stands}, nil
	}
	if within {
		if rel = path.Clean(rel); rel == ".." || strings.HasPrefix(rel, "../") {
			return no("it lies outside of the checkout")
		}
		if !checkout.IsDir(filepath.Join(s.tree.root, filepath.FromSlash(rel))) {
			return imported{}, fmt.Errorf("%s: import of %q: there is no such folder in the checkout; name the checkout's root if it is only not seen", f.position(spec), name)
		}
		return imported{path: path.Join(stagedModule, rel), local: rel}, nil
	}
	if !isHost(first) {
		return imported{}, fmt.Errorf("%s: import of %q: it is neither in the checkout nor in Go's library; name the checkout's root if it is only not seen", f.position(spec), name)
	}
	return imported{path: name}, nil
}

// extendsAPI reports whether the checkout's raftapi, in a folder below the tree's root, declares more than the lab's. Then
// the Raft has to have that one.
func (s *Submission) extendsAPI(rel string) bool {
	if known, ok := s.extended[rel]; ok {
		return known
	}
	more := false
	dir := filepath.Join(s.tree.root, filepath.FromSlash(rel))
	for _, name := range goFiles(dir) {
		src, err := checkout.Read(filepath.Join(dir, name))
		if err != nil {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, src, parser.SkipObjectResolution)
		if err != nil {
			continue
		}
		for _, d := range f.Decls {
			names, receiver := declared(d)
			more = more || receiver != "" || slices.ContainsFunc(names, func(n string) bool { return n != "Raft" && n != "ApplyMsg" })
			ast.Inspect(d, func(n ast.Node) bool {
				if fields, ok := n.(*ast.StructType); ok {
					for _, field := range fields.Fields.List {
						more = more || len(field.Names) == 0 || slices.ContainsFunc(field.Names, func(n *ast.Ident) bool { return labsMessage[n.Name] == "" })
					}
				}
				return true
			})
		}
	}
	s.extended[rel] = more
	return more
}

// isHost reports whether the first element of an import path names a host, as
// that of a module from elsewhere does. 6.824 is none.
func isHost(first string) bool {
	_, err := strconv.ParseFloat(first, 64)
	return strings.Contains(first, ".") && err != nil && strings.IndexFunc(first, func(r rune) bool { return r == '_' }) < 0
}

// requires reports whether go.mod has the module that a package comes from.
func (s *Submission) requires(name string) bool {
	for _, line := range s.tree.requires {
		module, _, _ := strings.Cut(line, " ")
		if name == module || strings.HasPrefix(name, module+"/") {
			return true
		}
	}
	return false
}
