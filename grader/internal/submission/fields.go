package submission

import (
	"go/ast"
	"go/types"
	"maps"
)

// fields finds the fields of a struct type that a file names, by what they are called, with their types. Those of a
// type that it embeds are among them. It is empty if the type is none.
func (s *Submission) fields(p *pkg, f *file, t ast.Expr) map[string]string {
	all := make(map[string]string)
	s.addFields(p, f, t, all, 0)
	return all
}

func (s *Submission) addFields(p *pkg, f *file, t ast.Expr, all map[string]string, depth int) {
	if depth > 10 { // a type may name itself
		return
	}
	switch t := ast.Unparen(t).(type) {
	case *ast.StarExpr:
		s.addFields(p, f, t.X, all, depth+1)
	case *ast.Ident:
		if f, t := p.typeOf(t.Name); t != nil {
			s.addFields(p, f, t, all, depth+1)
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
		what, err := s.classify(p, spec)
		if err != nil {
			return
		}
		if q := s.local[what.local]; what.local != "" && q != nil {
			if f, u := q.typeOf(t.Sel.Name); u != nil {
				s.addFields(q, f, u, all, depth+1)
			}
		} else if course, ok := s.lab.Table.Stand(what.path); ok {
			maps.Copy(all, course.Structs[t.Sel.Name])
		}
	case *ast.StructType:
		for _, field := range t.Fields.List {
			for _, name := range field.Names {
				all[name.Name] = types.ExprString(field.Type)
			}
			if len(field.Names) == 0 {
				s.addFields(p, f, field.Type, all, depth+1)
			}
		}
	}
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
