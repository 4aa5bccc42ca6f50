package submission

import (
	"fmt"
	"go/ast"
	"go/types"
	"path"
	"slices"
	"strconv"
	"strings"

	"raftlab/grader/internal/build"
)

// A shape is what of a Raft differs from edition to edition.
type shape struct {
	make     string            // where Make is declared
	contract bool              // it is written against package raft of this project
	result   string            // of Make, as the program's main package writes it
	raftType bool              // there is a type Raft
	message  string            // the type of apply messages, likewise
	fields   map[string]string // of that type, with their types
	theirs   map[string]string // what the main package calls the checkout's other packages, by the paths it imports
	own      bool              // the persister is in the package itself

	methods  map[string]*ast.FuncDecl // of Raft
	handlers []string                 // see [build.Handlers]; nil if they are not known
}

// shapeOf looks at the types of a package. It fails if there is no Make, or
// none that could be called.
func (sub *Submission) shapeOf(p *pkg) (shape, error) {
	s := shape{methods: make(map[string]*ast.FuncDecl), theirs: make(map[string]string)}
	var maker *ast.FuncDecl
	var at *file
	for _, f := range p.files {
		for _, d := range f.ast.Decls {
			if f.cut[d] {
				continue
			}
			names, receiver := declared(d)
			s.raftType = s.raftType || isType(d) && slices.Contains(names, "Raft")
			fn, ok := d.(*ast.FuncDecl)
			switch {
			case ok && receiver == "Raft":
				s.methods[fn.Name.Name] = fn
			case ok && isMake(fn):
				maker, at = fn, f
			}
		}
	}
	if maker == nil {
		return s, fmt.Errorf("%s: no func Make(peers []*labrpc.ClientEnd, me int, persister *Persister, applyCh chan ApplyMsg); a Raft needs one", p.dir)
	}
	if at.ast.Name.Name == "main" {
		return s, fmt.Errorf("%s: package main cannot be imported; give the Raft a package of its own", p.dir)
	}
	s.make = at.position(maker.Name)
	params := flatten(maker.Type.Params)
	if len(params) > 4 {
		if _, variadic := params[4].(*ast.Ellipsis); len(params) > 5 || !variadic {
			return s, fmt.Errorf("%s: Make has %d parameters; the grader has only peers, me, persister and applyCh to give", s.make, len(params))
		}
	}
	if results := flatten(maker.Type.Results); len(results) != 1 {
		return s, fmt.Errorf("%s: Make has %d results; it must return the Raft", s.make, len(results))
	} else {
		s.result = sub.outside(&s, at, results[0])
	}
	switch disk := sub.outside(&s, at, params[2]); disk {
	case "*implementation.Persister":
		s.own = true
	case "*raft.Persister", "*tester.Persister":
		s.contract = at.imports("src/raft")
	default:
		return s, fmt.Errorf("%s: Make's third parameter is %s; it must be the lab's *Persister", s.make, types.ExprString(params[2]))
	}
	channel, ok := params[3].(*ast.ChanType)
	if !ok {
		return s, fmt.Errorf("%s: Make's fourth parameter is %s; it must be a chan ApplyMsg", s.make, types.ExprString(params[3]))
	}
	s.message = sub.outside(&s, at, channel.Value)
	s.fields = sub.fields(p, at, channel.Value)
	s.handlers, _ = build.Handlers(p.syntax())
	return s, nil
}

// syntax is what the package's files have that is not cut.
func (p *pkg) syntax() []*ast.File {
	var files []*ast.File
	for _, f := range p.files {
		if f.gone {
			continue
		}
		kept := *f.ast
		kept.Decls = slices.DeleteFunc(slices.Clone(f.ast.Decls), func(d ast.Decl) bool { return f.cut[d] })
		files = append(files, &kept)
	}
	return files
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

// outside is how another package writes a type that this file of the Raft's package
// names: the package's own as implementation.T, those of the lab by its package's
// name, those of the checkout's others by one that is made up.
func (sub *Submission) outside(s *shape, f *file, t ast.Expr) string {
	switch t := t.(type) {
	case *ast.StarExpr:
		return "*" + sub.outside(s, f, t.X)
	case *ast.Ident:
		if ast.IsExported(t.Name) {
			return "implementation." + t.Name
		}
	case *ast.SelectorExpr:
		x, ok := t.X.(*ast.Ident)
		if !ok {
			break
		}
		spec := f.importOf(x.Name)
		if spec == nil {
			break
		}
		name, _ := strconv.Unquote(spec.Path.Value)
		base := path.Base(name)
		if base == "tester1" {
			base = "tester"
		}
		if what, err := sub.classify(sub.raft, f, spec); err == nil && what.local != "" {
			if s.theirs[what.path] == "" {
				s.theirs[what.path] = fmt.Sprintf("theirs%d", len(s.theirs)+1)
			}
			base = s.theirs[what.path]
		}
		return base + "." + t.Sel.Name
	}
	return types.ExprString(t)
}

// importOf is the import that a file calls by a name, nil if there is none.
func (f *file) importOf(called string) *ast.ImportSpec {
	for _, spec := range f.ast.Imports {
		name, err := strconv.Unquote(spec.Path.Value)
		switch base := path.Base(name); {
		case err != nil:
		case spec.Name != nil && spec.Name.Name == called,
			spec.Name == nil && (base == called || base == "tester1" && called == "tester"):
			return spec
		}
	}
	return nil
}

// missing are the parts that cannot be what they should be, since what they
// need is not there or is empty.
func (s shape) missing(p *pkg) map[string]string {
	no := make(map[string]string)
	if start := s.methods["Start"]; start != nil && untouched(start) {
		no["2B"] = "Start does nothing"
	}
	if s.indexField() == "" && no["2B"] == "" {
		no["2B"] = "apply messages have no field CommandIndex"
	}
	if why := no["2B"]; why != "" {
		no["2C"], no["2D"] = why, why // they rest on it
		return no
	}
	if !p.saves() {
		no["2C"] = "nothing is ever saved to the persister"
	}
	if snapshot := s.methods["Snapshot"]; snapshot == nil {
		no["2D"] = "there is no method Snapshot"
	} else if snapshot.Body != nil && len(snapshot.Body.List) == 0 {
		no["2D"] = "Snapshot does nothing"
	} else if s.fields["SnapshotValid"] != "" && s.snapshotField() == "" {
		no["2D"] = "apply messages have no field SnapshotIndex"
	}
	return no
}

// untouched reports whether a method never uses its receiver.
func untouched(d *ast.FuncDecl) bool {
	if d.Body == nil || len(d.Recv.List[0].Names) == 0 {
		return d.Body != nil
	}
	name, used := d.Recv.List[0].Names[0].Name, false
	identifiers(d.Body, func(id string) { used = used || id == name })
	return !used
}

// saves reports whether the package calls a method that saves to a persister.
func (p *pkg) saves() bool {
	found := false
	for _, f := range p.files {
		if f.gone {
			continue
		}
		for _, d := range f.ast.Decls {
			if f.cut[d] {
				continue
			}
			ast.Inspect(d, func(n ast.Node) bool {
				sel, ok := n.(*ast.SelectorExpr)
				found = found || ok && strings.HasPrefix(sel.Sel.Name, "Save")
				return true
			})
		}
	}
	return found
}
