package submission

import (
	"go/ast"
	"go/token"
	"path"
	"slices"
	"strconv"
)

// What a Raft uses of the lab's packages. Who uses more of them is the lab's
// tester.
var (
	raftUsesOfLabrpc = []string{"ClientEnd"}
	raftUsesOfTester = []string{"Persister", "MakePersister", "Annotate", "AnnotateInfo", "AnnotateInterval", "AnnotateInfoInterval",
		"AnnotatePoint", "GetAnnotateTimestamp", "GetAnnotatorTimestamp", "AnnotateContinuous", "AnnotateContinuousEnd"}
	labTypes = []string{"config", "rfsrv", "Rfproxy"}
)

// setAside cuts from the package what is the lab's own: its tester, and the
// persister, which is replaced if it is as the lab has it. What the rest needs of the tester's small
// functions and constants stays.
func (s *Submission) setAside() {
	declares := make(map[string]bool) // Raft or Make
	for _, f := range s.raft.files {
		for _, d := range f.ast.Decls {
			names, receiver := declared(d)
			if fn, ok := d.(*ast.FuncDecl); ok && isMake(fn) || receiver == "Raft" || slices.Contains(names, "Raft") {
				declares[f.name] = true
			}
		}
	}
	s.persister = s.raft.ownPersister()
	for _, f := range s.raft.files {
		lab := !declares[f.name] && f.isTester()
		for _, d := range f.ast.Decls {
			names, receiver := declared(d)
			isPersister := receiver == "Persister" || slices.Contains(names, "Persister") || slices.Contains(names, "MakePersister")
			if isPersister && !s.persister.kept || lab && !isPersister && !isImport(d) {
				f.cut[d] = true
			}
		}
	}
	for s.restore() {
	}
	for _, f := range s.raft.files {
		if len(f.cut) == 0 {
			continue
		}
		s.SetAside = append(s.SetAside, f.name)
		f.gone = !slices.ContainsFunc(f.ast.Decls, func(d ast.Decl) bool { return !f.cut[d] && !isImport(d) })
	}
}

func isImport(d ast.Decl) bool {
	g, ok := d.(*ast.GenDecl)
	return ok && g.Tok == token.IMPORT
}

// isTester reports whether a file is part of the lab's tester.
func (f *file) isTester() bool {
	for _, spec := range f.ast.Imports {
		if spec.Path.Value == `"testing"` {
			return true
		}
	}
	for _, d := range f.ast.Decls {
		names, receiver := declared(d)
		if slices.ContainsFunc(labTypes, func(t string) bool { return t == receiver || isType(d) && slices.Contains(names, t) }) {
			return true
		}
	}
	found := false
	ast.Inspect(f.ast, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		x, ok := sel.X.(*ast.Ident)
		if !ok {
			return true
		}
		found = found ||
			x.Name == "labrpc" && f.imports("labrpc") && !slices.Contains(raftUsesOfLabrpc, sel.Sel.Name) ||
			x.Name == "tester" && f.imports("tester1") && !slices.Contains(raftUsesOfTester, sel.Sel.Name)
		return true
	})
	return found
}

// imports reports whether a file imports a package with this last element.
func (f *file) imports(base string) bool {
	return slices.ContainsFunc(f.ast.Imports, func(spec *ast.ImportSpec) bool {
		name, err := strconv.Unquote(spec.Path.Value)
		return err == nil && (name == base || len(name) > len(base) && name[len(name)-len(base)-1:] == "/"+base)
	})
}

func isType(d ast.Decl) bool {
	g, ok := d.(*ast.GenDecl)
	return ok && g.Tok == token.TYPE
}

// restore takes back the cut of functions, constants and variables that what is
// left names and that need no type that is cut. It reports whether there were
// any.
func (s *Submission) restore() bool {
	used, cutTypes, kept := make(map[string]bool), make(map[string]bool), make(map[string]bool)
	for _, f := range s.raft.files {
		for _, d := range f.ast.Decls {
			names, _ := declared(d)
			if !f.cut[d] {
				for _, name := range names {
					kept[name] = true
				}
				identifiers(d, func(name string) { used[name] = true })
			} else if isType(d) {
				for _, name := range names {
					cutTypes[name] = true
				}
			}
		}
	}
	more := false
	for _, f := range s.raft.files {
		for d := range f.cut {
			names, receiver := declared(d)
			if receiver != "" || isType(d) || slices.Contains(names, "MakePersister") || slices.Contains(names, "init") {
				continue
			}
			needed, possible := false, true
			for _, name := range names {
				needed = needed || used[name] && !kept[name]
			}
			identifiers(d, func(name string) { possible = possible && !cutTypes[name] })
			if needed && possible {
				delete(f.cut, d)
				more = true
			}
		}
	}
	return more
}

func identifiers(n ast.Node, visit func(name string)) {
	ast.Inspect(n, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			visit(id.Name)
		}
		return true
	})
}

// unused returns the imports that nothing uses any more.
func (f *file) unused() []*ast.ImportSpec {
	if len(f.cut) == 0 {
		return nil
	}
	used := make(map[string]bool)
	for _, d := range f.ast.Decls {
		if !f.cut[d] && !isImport(d) {
			identifiers(d, func(name string) { used[name] = true })
		}
	}
	return slices.DeleteFunc(slices.Clone(f.ast.Imports), func(spec *ast.ImportSpec) bool {
		name, err := strconv.Unquote(spec.Path.Value)
		switch {
		case err != nil:
			return true
		case spec.Name != nil:
			return used[spec.Name.Name]
		case path.Base(name) == "tester1":
			return used["tester"]
		}
		return used[path.Base(name)]
	})
}
