package submission

import (
	"fmt"
	"go/ast"
	"go/types"
	"maps"
	"path"
	"slices"
	"strings"

	"raftlab/grader/internal/build"
	"raftlab/grader/internal/checkout"
	"raftlab/src/lab/checkouts"
)

// implementation is what the main program calls the package that is graded.
const implementation = "implementation"

// found describes what there is, for the lab to say how it is called, but for the edition. It fails if there is no
// constructor, or none that could be called.
func (s *Submission) found() (f checkouts.Found, err error) {
	c := s.main.lab.Constructor
	d, at := s.main.constructor()
	switch {
	case d == nil:
		return f, fmt.Errorf("%s: no %s; a %s needs one", s.main.dir, c.Whole, s.lab.What)
	case at.ast.Name.Name == "main":
		return f, fmt.Errorf("%s: package main cannot be imported; give the %s a package of its own", s.main.dir,
			s.lab.What)
	}
	s.at = s.position(d.Name)
	f = checkouts.Found{Source: s.sourceOf(s.main), Base: s.base, Table: s.lab.Table, Debug: godebug(s.tree.goLine),
		Test: build.WorkerTest}
	f.Funcs[c.Name] = s.funcOf(s.main, at, d) // there may be others of that name, which the compiler says
	if f.Persister, err = s.persisterFor(f.Funcs[c.Name].Params[c.Persister]); err != nil {
		return f, err
	}
	f.Registers = s.registers()
	all := make(map[string]bool)
	known := s.main.addHandlers(all)
	for _, l := range s.lab.Below {
		for _, rel := range slices.Sorted(maps.Keys(s.local)) {
			if p := s.local[rel]; p != s.main && p.lab == l {
				f.Below = append(f.Below, s.sourceOf(p))
				known = p.addHandlers(all) && known
			}
		}
	}
	if known {
		f.Handlers = slices.Sorted(maps.Keys(all))
	}
	if s.builtImports()[build.GoDeadlock] {
		f.Deadlock = build.GoDeadlock
	}
	return f, nil
}

// addHandlers notes the methods of a package that may be handlers. It reports false if they are not known.
func (p *pkg) addHandlers(all map[string]bool) (known bool) {
	var kept ast.File
	for _, d := range p.decls() {
		kept.Decls = append(kept.Decls, d)
	}
	names, known := build.Handlers([]*ast.File{&kept}, p.lab.Constructor.Name)
	for _, name := range names {
		all[name] = true
	}
	return known
}

// constructor is the declaration by which the lab knows the package, and its file; nil if there is none.
func (p *pkg) constructor() (*ast.FuncDecl, *file) {
	for f, d := range p.decls() {
		if checkout.IsConstructor(d, p.lab.Constructor) {
			return d.(*ast.FuncDecl), f
		}
	}
	return nil, nil
}

// sourceOf describes a package that some lab knows.
func (s *Submission) sourceOf(p *pkg) checkouts.Source {
	src := checkouts.Source{
		Dir: p.dir, Path: path.Join(stagedModule, p.rel), Saves: p.saves(),
		Package: p.files[0].ast.Name.Name,
		Funcs:   make(map[string]checkouts.Func), Types: make(map[string]checkouts.Declared),
	}
	src.Name = s.nameOf(src.Path)
	for _, name := range p.lab.Types {
		if f, t := p.typeOf(name); t != nil {
			src.Types[name] = checkouts.Declared{Fields: s.fields(p, f, t), Methods: make(map[string]checkouts.Func)}
		}
	}
	for f, d := range p.decls() {
		fn, ok := d.(*ast.FuncDecl)
		_, receiver := declared(d)
		methods := src.Types[receiver].Methods
		switch {
		case !ok:
		case methods != nil:
			methods[fn.Name.Name] = s.funcOf(p, f, fn)
		case fn.Recv == nil && fn.Name.IsExported():
			src.Funcs[fn.Name.Name] = s.funcOf(p, f, fn)
		}
	}
	return src
}

func (s *Submission) funcOf(p *pkg, f *file, d *ast.FuncDecl) checkouts.Func {
	fn := checkouts.Func{
		Place:     s.position(d),
		Params:    s.typesOf(p, f, d.Type.Params),
		Results:   s.typesOf(p, f, d.Type.Results),
		Empty:     d.Body != nil && len(d.Body.List) == 0,
		Untouched: d.Recv != nil && untouched(d),
	}
	if d.Recv == nil {
		fn.Place = s.position(d.Name)
	}
	if n := len(d.Type.Params.List); n > 0 {
		_, fn.Variadic = d.Type.Params.List[n-1].Type.(*ast.Ellipsis)
	}
	return fn
}

func (s *Submission) typesOf(p *pkg, f *file, list *ast.FieldList) (all []checkouts.Type) {
	for _, t := range flatten(list) {
		all = append(all, s.describe(p, f, t))
	}
	return all
}

func (s *Submission) describe(p *pkg, f *file, t ast.Expr) checkouts.Type {
	d := checkouts.Type{Written: types.ExprString(t), Fields: s.fields(p, f, t)}
	d.Imports = make(map[string]string)
	d.Text = s.outside(p, f, t, d.Imports)
	if channel, ok := t.(*ast.ChanType); ok {
		elem := s.describe(p, f, channel.Value)
		d.Elem = &elem
	}
	return d
}

// flatten returns the types of parameters, one for each.
func flatten(list *ast.FieldList) []ast.Expr {
	var all []ast.Expr
	if list == nil {
		return nil
	}
	for _, field := range list.List {
		for range max(1, len(field.Names)) {
			all = append(all, field.Type)
		}
	}
	return all
}

// outside is how the main program writes a type that a file of a package names. It notes in packages what is imported
// for that.
func (s *Submission) outside(p *pkg, f *file, t ast.Expr, packages map[string]string) string {
	in := func(imported, name string) string {
		packages[imported] = s.nameOf(imported)
		return packages[imported] + "." + name
	}
	switch t := t.(type) {
	case *ast.StarExpr:
		return "*" + s.outside(p, f, t.X, packages)
	case *ast.ArrayType:
		if t.Len == nil {
			return "[]" + s.outside(p, f, t.Elt, packages)
		}
	case *ast.Ident:
		if ast.IsExported(t.Name) {
			return in(path.Join(stagedModule, p.rel), t.Name)
		}
	case *ast.SelectorExpr:
		x, ok := t.X.(*ast.Ident)
		if !ok {
			break
		}
		spec, ok := f.importOf(x.Name)
		if !ok {
			break
		}
		if what, err := s.classify(p, spec); err == nil {
			return in(what.path, t.Sel.Name)
		}
	}
	return types.ExprString(t)
}

// nameOf is what the main program calls a package that it imports: that which is graded implementation, those of the
// course as they are called, and all others by a name that is made up.
func (s *Submission) nameOf(imported string) string {
	if imported == path.Join(stagedModule, s.main.rel) {
		return implementation
	}
	if s.names[imported] == "" {
		s.names[imported] = fmt.Sprintf("theirs%d", len(s.names)+1)
		if course, ok := s.lab.Table.Stand(imported); ok {
			s.names[imported] = s.lab.Table.NameOf(course.Path)
		}
	}
	return s.names[imported]
}

// untouched reports whether a method never uses its receiver.
func untouched(d *ast.FuncDecl) bool {
	if d.Body == nil || len(d.Recv.List) == 0 || len(d.Recv.List[0].Names) == 0 {
		return d.Body != nil
	}
	name, used := d.Recv.List[0].Names[0].Name, false
	identifiers(d.Body, func(id string) { used = used || id == name })
	return !used
}

// saves reports whether the package calls a method that saves to a persister.
func (p *pkg) saves() bool {
	found := false
	for _, d := range p.decls() {
		ast.Inspect(d, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			found = found || ok && strings.HasPrefix(sel.Sel.Name, "Save")
			return true
		})
	}
	return found
}
