package submission

import (
	"go/ast"
	"go/token"
	"path"
	"slices"

	"raftlab/grader/internal/checkout"
)

// cutHarness cuts from a package that some lab knows what is the course's own: its harness, and the persister, which is
// replaced if it is as the course has it. What the rest needs of the harness's small functions and constants stays.
func (s *Submission) cutHarness(p *pkg) {
	if p.lab == nil {
		return
	}
	declares := make(map[string]bool) // files with the constructor or the type
	for f, d := range p.decls() {
		names, receiver := declared(d)
		if checkout.IsConstructor(d, p.lab.Constructor) || slices.ContainsFunc(p.lab.Types,
			func(t string) bool { return receiver == t || slices.Contains(names, t) }) {
			declares[f.name] = true
		}
	}
	p.persister = p.ownPersister()
	for _, f := range p.files {
		harness := !declares[f.name] && s.inHarness(p, f)
		for _, d := range f.ast.Decls {
			names, receiver := declared(d)
			isPersister := receiver == "Persister" || slices.Contains(names, "Persister") ||
				slices.Contains(names, "MakePersister")
			if isPersister && !p.persister.kept || harness && !isPersister && !isImport(d) {
				f.cut[d] = true
			}
		}
	}
	for p.restore() {
	}
	for _, f := range p.files {
		if len(f.cut) == 0 {
			continue
		}
		name := f.name
		if p != s.main {
			name = path.Join(path.Base(p.rel), name)
		}
		s.HarnessFiles = append(s.HarnessFiles, name)
		f.gone = !slices.ContainsFunc(f.ast.Decls, func(d ast.Decl) bool { return !f.cut[d] && !isImport(d) })
	}
}

func isImport(d ast.Decl) bool {
	g, ok := d.(*ast.GenDecl)
	return ok && g.Tok == token.IMPORT
}

// inHarness reports whether a file of a package that a lab knows is part of its harness: it imports package testing,
// declares a type of the harness, or uses more of the course's packages than code to grade does.
func (s *Submission) inHarness(p *pkg, f *file) bool {
	if slices.ContainsFunc(f.imports, func(spec importSpec) bool { return spec.path == "testing" }) {
		return true
	}
	for _, d := range f.ast.Decls {
		names, receiver := declared(d)
		if !isType(d) {
			names = []string{receiver}
		}
		for _, l := range p.lab.Table {
			if slices.ContainsFunc(l.Harness, func(t string) bool { return slices.Contains(names, t) }) {
				return true
			}
		}
	}
	found := false
	ast.Inspect(f.ast, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok {
				spec, _ := f.importOf(x.Name)
				course, _ := p.lab.Table.Package(path.Base(spec.path))
				found = found || course.Uses != nil && !slices.Contains(course.Uses, sel.Sel.Name)
			}
		}
		return true
	})
	return found
}

func isType(d ast.Decl) bool {
	g, ok := d.(*ast.GenDecl)
	return ok && g.Tok == token.TYPE
}

// restore takes back the cut of functions, constants and variables that what is left names and that need no type that
// is cut. It reports whether there were any.
func (p *pkg) restore() bool {
	used, cutTypes, kept := make(map[string]bool), make(map[string]bool), make(map[string]bool)
	note := func(set map[string]bool, d ast.Decl) {
		names, _ := declared(d)
		for _, name := range names {
			set[name] = true
		}
	}
	for _, f := range p.files {
		for _, d := range f.ast.Decls {
			if !f.cut[d] {
				note(kept, d)
				identifiers(d, func(name string) { used[name] = true })
			} else if isType(d) {
				note(cutTypes, d)
			}
		}
	}
	more := false
	for _, f := range p.files {
		for d := range f.cut {
			names, receiver := declared(d)
			if receiver != "" || isType(d) || slices.Contains(names, "MakePersister") ||
				slices.Contains(names, "init") {
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

// unused reports whether nothing uses an import any more.
func (f *file) unused() func(spec importSpec) bool {
	used := make(map[string]bool)
	for _, d := range f.ast.Decls {
		if !f.cut[d] && !isImport(d) {
			identifiers(d, func(name string) { used[name] = true })
		}
	}
	return func(spec importSpec) bool { return len(f.cut) > 0 && !used[spec.called] }
}
