package build

import (
	"go/ast"
	"go/token"
	"maps"
	"slices"
)

// Handlers returns the names of the methods that may be RPC handlers of the value that a package's constructor returns.
// It may return more: it takes every exported method with two parameters, of any type of the package. It reports false
// if the source does not tell them: the constructor may return a type of another package, or its type may embed one.
func Handlers(files []*ast.File, constructor string) (names []string, ok bool) {
	p := pieces{
		constructor: constructor,
		structs:     make(map[string]*ast.StructType), methods: make(map[string]bool),
	}
	for _, f := range files {
		p.add(f)
	}
	made := p.made()
	if made == "" || !p.ownMethods(made, make(map[string]bool)) {
		return nil, false
	}
	return slices.Sorted(maps.Keys(p.methods)), true
}

// pieces holds the declarations of a package that Handlers needs.
type pieces struct {
	constructor string // its name
	structs     map[string]*ast.StructType
	methods     map[string]bool // names of exported methods with two parameters, whatever the receiver's type
	decl        *ast.FuncDecl   // of the constructor
}

func (p *pieces) add(f *ast.File) {
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil && d.Name.Name == p.constructor {
				p.decl = d
			} else if d.Recv != nil && d.Name.IsExported() && d.Type.Params.NumFields() == 2 {
				p.methods[d.Name.Name] = true
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				t, ok := spec.(*ast.TypeSpec)
				if !ok || t.Assign.IsValid() || t.TypeParams != nil {
					continue
				}
				if body, ok := t.Type.(*ast.StructType); ok {
					p.structs[t.Name.Name] = body
				}
			}
		}
	}
}

// made returns the name of the package's struct type T if the constructor returns a *T, "" if the source does not show
// it.
func (p *pieces) made() string {
	if p.decl == nil || p.decl.Body == nil || p.decl.Type.Results.NumFields() != 1 {
		return ""
	}
	if name := pointee(p.decl.Type.Results.List[0].Type); p.structs[name] != nil {
		return name
	}
	// The declared result is not a pointer to one of the package's structs; it may be an interface. Then every return
	// statement must return &T{}, new(T), or a local variable whose declarations show that it is a *T, with the same T.
	pointees := make(map[string]string) // by variable: T if it is a *T, "" if that is not known
	note := func(x ast.Expr, t string) {
		if id, ok := x.(*ast.Ident); ok {
			if known, ok := pointees[id.Name]; ok && known != t {
				t = ""
			}
			pointees[id.Name] = t
		}
	}
	for _, param := range p.decl.Type.Params.List {
		for _, name := range param.Names {
			note(name, "")
		}
	}
	var returned []ast.Expr
	certain := true
	ast.Inspect(p.decl.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.TypeSpec:
			certain = false // it may hide a type of the package
		case *ast.AssignStmt:
			for i, x := range n.Lhs {
				if n.Tok != token.DEFINE {
					break
				} else if len(n.Rhs) == len(n.Lhs) {
					note(x, created(n.Rhs[i]))
				} else {
					note(x, "")
				}
			}
		case *ast.ValueSpec:
			for i, x := range n.Names {
				switch {
				case n.Type != nil:
					note(x, pointee(n.Type))
				case len(n.Values) == len(n.Names):
					note(x, created(n.Values[i]))
				default:
					note(x, "")
				}
			}
		case *ast.RangeStmt:
			note(n.Key, "")
			note(n.Value, "")
		case *ast.ReturnStmt:
			certain = certain && len(n.Results) == 1
			returned = append(returned, n.Results...)
		}
		return true
	})
	made := ""
	for i, x := range returned {
		t := created(x)
		if id, ok := x.(*ast.Ident); ok {
			t = pointees[id.Name]
		}
		if i > 0 && t != made {
			certain = false
		}
		made = t
	}
	if !certain || p.structs[made] == nil {
		return ""
	}
	return made
}

// pointee returns T if t is *T, else "".
func pointee(t ast.Expr) string {
	if star, ok := t.(*ast.StarExpr); ok {
		return identifier(star.X)
	}
	return ""
}

// created returns T if x is &T{} or new(T), else "".
func created(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.UnaryExpr:
		if lit, ok := x.X.(*ast.CompositeLit); ok && x.Op == token.AND {
			return identifier(lit.Type)
		}
	case *ast.CallExpr:
		if identifier(x.Fun) == "new" && len(x.Args) == 1 {
			return identifier(x.Args[0])
		}
	}
	return ""
}

func identifier(x ast.Expr) string {
	if id, ok := x.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}

// ownMethods reports whether all methods of a struct type, including those promoted from embedded fields, are declared
// in this package. Types of package sync may be embedded: none of their methods can be an RPC handler.
func (p *pieces) ownMethods(name string, seen map[string]bool) bool {
	if seen[name] {
		return true
	}
	seen[name] = true
	for _, field := range p.structs[name].Fields.List {
		if len(field.Names) > 0 {
			continue
		}
		t := field.Type
		if star, ok := t.(*ast.StarExpr); ok {
			t = star.X
		}
		if sel, ok := t.(*ast.SelectorExpr); ok && identifier(sel.X) == "sync" {
			continue
		}
		if within := identifier(t); p.structs[within] == nil || !p.ownMethods(within, seen) {
			return false
		}
	}
	return true
}
