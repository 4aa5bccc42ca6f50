package submission

import (
	"fmt"
	"go/ast"
	"go/types"
	"regexp"
	"slices"
	"strings"
)

// fields finds the fields of a struct type that a file names, by what they are called, with their types. Those of a type
// that it embeds are among them. It is empty if the type is none.
func (sub *Submission) fields(p *pkg, f *file, t ast.Expr) map[string]string {
	all := make(map[string]string)
	sub.addFields(p, f, t, all, 0)
	return all
}

func (sub *Submission) addFields(p *pkg, f *file, t ast.Expr, all map[string]string, depth int) {
	if depth > 10 { // a type may name itself
		return
	}
	switch t := t.(type) {
	case *ast.StarExpr:
		sub.addFields(p, f, t.X, all, depth+1)
	case *ast.ParenExpr:
		sub.addFields(p, f, t.X, all, depth+1)
	case *ast.Ident:
		if f, t := p.typeOf(t.Name); t != nil {
			sub.addFields(p, f, t, all, depth+1)
		}
	case *ast.SelectorExpr:
		x, ok := t.X.(*ast.Ident)
		if !ok {
			return
		}
		spec := f.importOf(x.Name)
		if spec == nil {
			return
		}
		what, err := sub.classify(p, f, spec)
		switch {
		case err != nil:
		case what.local != "" && sub.local[what.local] != nil:
			q := sub.local[what.local]
			if f, u := q.typeOf(t.Sel.Name); u != nil {
				sub.addFields(q, f, u, all, depth+1)
			}
		case strings.HasPrefix(what.path, ourModule+"/") && t.Sel.Name == "ApplyMsg":
			for name, kind := range labsMessage {
				all[name] = kind
			}
		}
	case *ast.StructType:
		for _, field := range t.Fields.List {
			for _, name := range field.Names {
				all[name.Name] = types.ExprString(field.Type)
			}
			if len(field.Names) == 0 {
				sub.addFields(p, f, field.Type, all, depth+1)
			}
		}
	}
}

// labsMessage are the fields of the lab's ApplyMsg.
var labsMessage = map[string]string{
	"CommandValid": "bool", "Command": "interface{}", "CommandIndex": "int",
	"SnapshotValid": "bool", "Snapshot": "[]byte", "SnapshotTerm": "int", "SnapshotIndex": "int",
}

// typeOf is what a type of the package is declared as, and in which file; nil if it is not.
func (p *pkg) typeOf(name string) (*file, ast.Expr) {
	for _, f := range p.files {
		for _, d := range f.ast.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || f.cut[d] {
				continue
			}
			for _, spec := range g.Specs {
				if t, ok := spec.(*ast.TypeSpec); ok && t.Name.Name == name {
					return f, t.Type
				}
			}
		}
	}
	return nil, nil
}

var (
	integers = []string{"int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64"}
	position = regexp.MustCompile(`(?i)(index|idx|id|pos|seq)`)
	snapshot = regexp.MustCompile(`(?i)snap`)
	another  = regexp.MustCompile(`(?i)(term|client|server|leader)`)
)

// indexField is the field of a command's index in an apply message, "" if there is none: by one of the lab's names, or else
// the only integer that is called like an index and is not of something else.
func (s shape) indexField() string {
	return s.position(false, "CommandIndex", "Index")
}

// snapshotField is likewise that of a snapshot's index.
func (s shape) snapshotField() string { return s.position(true, "SnapshotIndex") }

func (s shape) position(ofSnapshot bool, names ...string) string {
	for _, name := range names {
		if s.fields[name] != "" {
			return name
		}
	}
	var like []string
	for name, kind := range s.fields {
		if ast.IsExported(name) && slices.Contains(integers, kind) && position.MatchString(name) &&
			snapshot.MatchString(name) == ofSnapshot && !another.MatchString(name) {
			like = append(like, name)
		}
	}
	if len(like) == 1 {
		return like[0]
	}
	return ""
}

// notes say what of an apply message was taken for what.
func (s shape) notes() (notes []string) {
	if at := s.indexField(); at != "" && at != "CommandIndex" && at != "Index" {
		notes = append(notes, fmt.Sprintf("the field %s of its apply messages is taken for the index of a command", at))
	}
	if at := s.snapshotField(); at != "" && at != "SnapshotIndex" {
		notes = append(notes, fmt.Sprintf("the field %s of its apply messages is taken for the index of a snapshot", at))
	}
	return notes
}
