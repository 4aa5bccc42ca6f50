package submission

import (
	"fmt"
	"go/ast"
	"go/types"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"raftlab/src/raft"
)

// fields finds the fields of a struct type that a file names, by what they are called, with their types. Those of a
// type that it embeds are among them. It is empty if the type is none.
func (sub *Submission) fields(p *pkg, f *file, t ast.Expr) map[string]string {
	all := make(map[string]string)
	sub.addFields(p, f, t, all, 0)
	return all
}

func (sub *Submission) addFields(p *pkg, f *file, t ast.Expr, all map[string]string, depth int) {
	if depth > 10 { // a type may name itself
		return
	}
	switch t := ast.Unparen(t).(type) {
	case *ast.StarExpr:
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
		spec, ok := f.importOf(x.Name)
		if !ok {
			return
		}
		what, err := sub.classify(p, spec)
		switch {
		case err != nil:
		case what.local != "" && sub.local[what.local] != nil:
			q := sub.local[what.local]
			if f, u := q.typeOf(t.Sel.Name); u != nil {
				sub.addFields(q, f, u, all, depth+1)
			}
		case strings.HasPrefix(what.path, ourModule+"/") && t.Sel.Name == "ApplyMsg":
			for _, field := range contract {
				all[field.Name] = field.Type.String()
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

// contract are the fields of package raft's ApplyMsg.
var contract = reflect.VisibleFields(reflect.TypeFor[raft.ApplyMsg]())

// inContract reports whether a field is among them.
func inContract(name string) bool {
	return slices.ContainsFunc(contract, func(f reflect.StructField) bool { return f.Name == name })
}

// typeOf is what a type of the package is declared as, and in which file; nil if it is not.
func (p *pkg) typeOf(name string) (*file, ast.Expr) {
	for f, d := range p.decls() {
		g, ok := d.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range g.Specs {
			if t, ok := spec.(*ast.TypeSpec); ok && t.Name.Name == name {
				return f, t.Type
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

// fieldFor is the field of an apply message that is one of package raft's ApplyMsg, as "!X" if that is true where X is
// false, or "" if there is none: by one of the names that editions have for it, or else, if it is an index, the only
// integer that is called like one and is not of something else.
func (s *Submission) fieldFor(field string) string {
	for _, name := range s.known.FieldsFor(field) {
		if s.shape.fields[strings.TrimPrefix(name, "!")] != "" {
			return name
		}
	}
	var like []string
	for name, kind := range s.shape.fields {
		if ast.IsExported(name) && slices.Contains(integers, kind) && position.MatchString(name) &&
			snapshot.MatchString(name) == snapshot.MatchString(field) && !another.MatchString(name) {
			like = append(like, name)
		}
	}
	if strings.HasSuffix(field, "Index") && len(like) == 1 {
		return like[0]
	}
	return ""
}

// messageNotes say what of an apply message was taken for what.
func (s *Submission) messageNotes() (notes []string) {
	for _, index := range []struct{ field, of string }{{"CommandIndex", "a command"}, {"SnapshotIndex", "a snapshot"}} {
		if at := s.fieldFor(index.field); at != "" && !slices.Contains(s.known.FieldsFor(index.field), at) {
			notes = append(notes, fmt.Sprintf("the field %s of its apply messages is taken for the index of %s", at,
				index.of))
		}
	}
	return notes
}

// conversions are the fields of package raft's ApplyMsg, of those that this edition's has.
func (s *Submission) conversions() (list []string) {
	set := func(f reflect.StructField, value string) { list = append(list, f.Name+": "+value) }
	snapshots := s.fieldFor("SnapshotValid") != "" && s.fieldFor("Snapshot") != "" && s.fieldFor("SnapshotIndex") != ""
	for _, f := range contract {
		theirs, negated := strings.CutPrefix(s.fieldFor(f.Name), "!")
		switch {
		case snapshot.MatchString(f.Name) && !snapshots:
		case theirs == "" && f.Name == "CommandValid":
			set(f, "true")
		case theirs == "":
		case negated:
			set(f, "!m."+theirs)
		case f.Type.Kind() == reflect.Int:
			set(f, "int(m."+theirs+")")
		default:
			set(f, "m."+theirs)
		}
	}
	return list
}
