package submission

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"raftlab/grader/internal/build"
	"raftlab/grader/internal/checkout"
	"raftlab/src/raft/editions"
)

// A shape is what of a Raft differs from edition to edition.
type shape struct {
	make      string            // where Make is declared
	persister string            // its type, as the program's main package writes it
	result    string            // of Make, likewise
	message   string            // the type of apply messages, likewise
	fields    map[string]string // of that type, with their types
	packages  map[string]string // their names in result and message, by path of import
	raftType  bool              // there is a type Raft

	methods  map[string]*ast.FuncDecl // of Raft
	handlers []string                 // see [build.Handlers]; nil if they are not known
}

// shapeOf looks at the types of a package. It fails if there is no Make, or none that could be called.
func (sub *Submission) shapeOf(p *pkg) (shape, error) {
	s := shape{methods: make(map[string]*ast.FuncDecl), packages: make(map[string]string)}
	var maker *ast.FuncDecl
	var at *file
	var kept ast.File
	for f, d := range p.decls() {
		kept.Decls = append(kept.Decls, d)
		names, receiver := declared(d)
		s.raftType = s.raftType || isType(d) && slices.Contains(names, "Raft")
		fn, ok := d.(*ast.FuncDecl)
		switch {
		case ok && receiver == "Raft":
			s.methods[fn.Name.Name] = fn
		case checkout.IsMake(d):
			maker, at = fn, f
		}
	}
	if maker == nil {
		return s, fmt.Errorf("%s: no func Make(peers []*labrpc.ClientEnd, me int, persister *Persister, applyCh chan "+
			"ApplyMsg); a Raft needs one", p.dir)
	}
	if at.ast.Name.Name == "main" {
		return s, fmt.Errorf("%s: package main cannot be imported; give the Raft a package of its own", p.dir)
	}
	s.make = sub.position(maker.Name)
	params := flatten(maker.Type.Params)
	if len(params) > 4 {
		if _, variadic := params[4].(*ast.Ellipsis); len(params) > 5 || !variadic {
			return s, fmt.Errorf("%s: Make has %d parameters; the grader passes only peers, me, persister and applyCh",
				s.make, len(params))
		}
	}
	if results := flatten(maker.Type.Results); len(results) != 1 {
		return s, fmt.Errorf("%s: Make has %d results; it must return the Raft", s.make, len(results))
	} else {
		s.result = sub.outside(at, results[0], s.packages)
	}
	s.persister = sub.outside(at, params[2], make(map[string]string))
	if !slices.ContainsFunc(sub.known, func(l editions.Edition) bool { return l.Persister == s.persister }) {
		return s, fmt.Errorf("%s: Make's third parameter is %s; it must be the lab's *Persister", s.make,
			types.ExprString(params[2]))
	}
	channel, ok := params[3].(*ast.ChanType)
	if !ok {
		return s, fmt.Errorf("%s: Make's fourth parameter is %s; it must be a chan ApplyMsg", s.make,
			types.ExprString(params[3]))
	}
	s.message = sub.outside(at, channel.Value, s.packages)
	s.fields = sub.fields(p, at, channel.Value)
	s.handlers, _ = build.Handlers([]*ast.File{&kept}, "Make")
	return s, nil
}

// ownRaft is the type of a Raft that Make returns as what it is.
const ownRaft = "*implementation.Raft"

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

// outside is how another package writes a type that this file of the Raft's package names: the package's own as
// implementation.T, those of the course by their package's name, and all others by one that is made up. It notes in
// packages what is imported for that.
func (sub *Submission) outside(f *file, t ast.Expr, packages map[string]string) string {
	switch t := t.(type) {
	case *ast.StarExpr:
		return "*" + sub.outside(f, t.X, packages)
	case *ast.Ident:
		if ast.IsExported(t.Name) {
			return "implementation." + t.Name
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
		what, err := sub.classify(sub.raft, spec)
		if err != nil {
			break
		}
		if packages[what.path] == "" {
			packages[what.path] = fmt.Sprintf("theirs%d", len(packages)+1)
			if strings.HasPrefix(what.path, ourModule+"/") {
				packages[what.path] = sub.known.NameOf(spec.path)
			}
		}
		return packages[what.path] + "." + t.Sel.Name
	}
	return types.ExprString(t)
}

// missing are the parts that cannot be what they should be, since what they need is not there or is empty.
func (sub *Submission) missing() map[string]string {
	no, methods := make(map[string]string), sub.shape.methods
	if start := methods["Start"]; start != nil && untouched(start) {
		no["2B"] = "Start does nothing"
	}
	if sub.fieldFor("CommandIndex") == "" && no["2B"] == "" {
		no["2B"] = "apply messages have no field CommandIndex"
	}
	if why := no["2B"]; why != "" {
		no["2C"], no["2D"] = why, why // they rest on it
		return no
	}
	if !sub.raft.saves() {
		no["2C"] = "nothing is ever saved to the persister"
	}
	if snapshot := methods["Snapshot"]; snapshot == nil {
		no["2D"] = "there is no method Snapshot"
	} else if snapshot.Body != nil && len(snapshot.Body.List) == 0 {
		no["2D"] = "Snapshot does nothing"
	} else if sub.fieldFor("SnapshotValid") != "" && sub.fieldFor("SnapshotIndex") == "" {
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
	for _, d := range p.decls() {
		ast.Inspect(d, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			found = found || ok && strings.HasPrefix(sel.Sel.Name, "Save")
			return true
		})
	}
	return found
}
