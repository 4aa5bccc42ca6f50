package submission

import (
	"go/ast"
	"go/types"
	"maps"
	"path"
	"slices"

	"raftlab/src/lab/checkouts"
)

// registers are the values of exported types that the checkout's packages register with gob, as the main program writes
// them.
func (s *Submission) registers() (list []checkouts.Expr) {
	seen := make(map[string]bool)
	for _, rel := range slices.Sorted(maps.Keys(s.local)) {
		p := s.local[rel]
		for f, d := range p.decls() {
			ast.Inspect(d, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok && len(call.Args) == 1 && f.registers(call.Fun) {
					e := checkouts.Expr{Imports: make(map[string]string)}
					e.Text = s.value(p, f, call.Args[0], e.Imports)
					if e.Text != "" && !seen[e.Text] {
						seen[e.Text] = true
						list = append(list, e)
					}
				}
				return true
			})
		}
	}
	return list
}

// registers reports whether a function is gob's Register.
func (f *file) registers(function ast.Expr) bool {
	sel, ok := function.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "Register" {
		return false
	}
	x, ok := sel.X.(*ast.Ident)
	if !ok {
		return false
	}
	spec, ok := f.importOf(x.Name)
	return ok && slices.Contains([]string{"gob", "labgob"}, path.Base(spec.path))
}

// value is how the main program writes a value of an exported type that a file of a package makes from nothing, "" if
// it cannot.
func (s *Submission) value(p *pkg, f *file, e ast.Expr, packages map[string]string) string {
	exported := func(t ast.Expr) bool {
		switch t := t.(type) {
		case *ast.Ident:
			_, declared := p.typeOf(t.Name)
			return t.IsExported() && declared != nil
		case *ast.SelectorExpr:
			return t.Sel.IsExported()
		}
		return false
	}
	switch e := e.(type) {
	case *ast.UnaryExpr: // &T{}
		if of := s.value(p, f, e.X, packages); of != "" {
			return e.Op.String() + of
		}
	case *ast.CompositeLit: // T{}
		if exported(e.Type) {
			return s.outside(p, f, e.Type, packages) + "{}"
		}
	case *ast.CallExpr: // T("")
		if len(e.Args) != 1 {
			break
		}
		if of, ok := e.Args[0].(*ast.BasicLit); ok && exported(e.Fun) {
			return s.outside(p, f, e.Fun, packages) + "(" + types.ExprString(of) + ")"
		}
	}
	return ""
}
